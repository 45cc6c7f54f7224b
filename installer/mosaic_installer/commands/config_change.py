"""`mosaic config set`, `unset`, `edit`: change what is saved only; `mosaic install` applies it."""

from collections.abc import Container, Mapping

from mosaic_installer.commands.opening import given_layers, open_machine
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.preflight.installation import NEW_ADDRESS
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.answers_file import plain_rows, updated, without_rows
from mosaic_installer.core.settling.answers_rows import rows_by_key
from mosaic_installer.core.settling.interview import (
    REMEMBERED,
    is_none,
    nearest,
    parse,
    refuse_invalid,
)
from mosaic_installer.core.settling.sources import from_pairs, from_toml
from mosaic_installer.errors import AnswersError, InstallerError, LockedError
from mosaic_installer.machine.editor import edited
from mosaic_installer.machine.environment import read_text
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive

NO_CHANGES = "No changes: answers.toml already says that."


@frozen
class Change:
    """What is to be saved differently: rows of answers.toml, and kept secrets, each by key."""

    rows: Mapping[str, str | int] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    secrets: Mapping[str, Secret | None] = field(default_factory=dict)
    """None takes a secret away."""


def set_values(pairs: tuple[str, ...]) -> int:
    """Save what `pairs` of `KEY=VALUE` say; all of them or none.

    A secret comes from a file, as `KEY_file=PATH`, and goes to secrets.toml.
    """
    if not all("=" in pair for pair in pairs):
        # Not repeated: it may be the value, and that a secret.
        raise AnswersError(
            "`config set` takes `key=value`", "for example `mosaic config set gateway.port=15000`"
        )
    for pair in pairs:
        _refuse_exposed(*pair.partition("=")[::2])
    layer = from_pairs(pairs, read_text, typed_after="")
    refuse_invalid([layer])
    values = {key: parse(CATALOGUE[key], given.text) for key, given in layer.values.items()}
    return _change(
        Change(
            rows={
                key: value if isinstance(value, int) else str(value or "none")
                for key, value in values.items()
                if not CATALOGUE[key].is_secret
            },
            secrets={
                key: value if isinstance(value, Secret) else None
                for key, value in values.items()
                if CATALOGUE[key].is_secret
            },
        )
    )


def unset(keys: tuple[str, ...]) -> int:
    """Take settings out of what is saved, so that the defaults hold again."""
    settings = [_changeable(key) for key in keys]
    return _change(
        Change(
            dropped=frozenset(row.key for row in settings if not row.is_secret),
            secrets={row.key: None for row in settings if row.is_secret},
        )
    )


def edit() -> int:
    """Open a copy of answers.toml in the person's editor; it takes the place once it is right."""
    machine = _installed_machine()
    before = machine.read_text(machine.layout.answers) or ""
    draft = before
    while True:
        draft = edited(draft, machine.layout.answers)
        try:
            refuse_invalid([from_toml(draft, REMEMBERED, read_text)])
            break
        except AnswersError as error:
            if not is_interactive():
                raise
            output.complain(error)
            if not _wants_again():
                output.say("Nothing was changed.")
                return 0
    with locked(machine.layout.lock):
        if (machine.read_text(machine.layout.answers) or "") != before:
            raise LockedError(
                "another run changed answers.toml in the meantime",
                "run `mosaic config edit` again; your changes were not saved",
            )
        if draft != before:
            machine.files.write(machine.layout.answers, draft.encode())
    _say(is_changed=draft != before)
    return 0


def _change(change: Change) -> int:
    machine = _installed_machine()
    with locked(machine.layout.lock):
        is_changed = _write(machine, change)
        is_changed = _keep(machine, change.secrets) or is_changed
    _say(change.rows, is_changed=is_changed)
    return 0


def _wants_again() -> bool:
    from mosaic_installer.ui.conversation import Choice
    from mosaic_installer.ui.opening import open_conversation

    again = Choice(value="again", label="Edit it again")
    leave = Choice(value="leave", label="Leave: change nothing")
    talk = open_conversation(is_plain=False)
    return talk.choose("What would you like to do?", (again, leave)) == "again"


def _installed_machine() -> LocalMachine:
    machine = open_machine(given_layers())
    if machine.files.kind(machine.layout.answers) == "absent":
        raise machine.installed_elsewhere() or InstallerError(
            f"`{machine.layout.answers}` does not exist yet",
            "run `mosaic install --set KEY=VALUE` to install with a setting",
            identifier="not-installed",
        )
    return machine


def _say(changed: Container[str] = (), *, is_changed: bool) -> None:
    output.say("Saved. Run `mosaic install` to apply it." if is_changed else NO_CHANGES)
    if is_changed and "admin.email" in changed:
        output.say(f"note: {NEW_ADDRESS}.")


def _write(machine: LocalMachine, change: Change) -> bool:
    path = machine.layout.answers
    before = machine.read_text(path) or ""
    from_toml(before, REMEMBERED, read_text)  # explains a file that is not TOML
    rows = {key: row for key, row in plain_rows(before).items() if key not in change.dropped}
    after = _without_secrets(updated(before, {**rows, **change.rows}), change.secrets)
    if after == before:
        return False
    refuse_invalid([from_toml(after, REMEMBERED, read_text)])
    machine.files.write(path, after.encode())
    return True


def _without_secrets(text: str, secrets: Mapping[str, Secret | None]) -> str:
    """Return answers.toml without the rows that would win over these secrets."""
    import tomllib

    names = (name for key in secrets for name in (key, f"{key}_file"))
    known = rows_by_key(tomllib.loads(text))
    stale = [name for name in names if name in known]
    return without_rows(text, stale) if stale else text


def _keep(machine: LocalMachine, secrets: Mapping[str, Secret | None]) -> bool:
    vault = machine.vault
    named = {CATALOGUE[key].name: secret for key, secret in secrets.items()}
    new = {name: secret for name, secret in named.items() if vault.on_file(name) != secret}
    if not new:
        return False
    if machine.files.kind(machine.layout.secrets) == "absent" or vault.is_damaged():
        # One that begins with this alone would hide that the others are lost.
        raise InstallerError(
            f"`{machine.layout.secrets}` is lost",
            "run `mosaic install` to restore it, then run this again",
            identifier="secrets-damaged",
        )
    vault.type_in(new)
    vault.keep(tuple(new), tuple(name for name, secret in new.items() if secret is None))
    return True


def _refuse_exposed(key: str, text: str) -> None:
    setting = _changeable(key)
    if setting.is_secret and key == setting.key and not is_none(setting, text):
        raise AnswersError(
            f"{key} is a secret, and `{key}=…` would show it to every user of this machine",
            f"put it in a file: `mosaic config set {key}_file=PATH`",
        )


def _changeable(key: str) -> Setting:
    setting = CATALOGUE.get(key) or CATALOGUE.get(key.removesuffix("_file"))
    if setting is None:
        raise AnswersError(
            f"unknown setting `{key}`{nearest(key, list(CATALOGUE))}",
            "`mosaic config explain` lists all settings",
        )
    if setting.is_secret and not setting.is_kept_secret:
        raise AnswersError(
            f"{setting.key} is a secret that is used once and never saved",
            f"pass it to an installation: `mosaic install --set {setting.key}_file=PATH`",
        )
    if not setting.is_remembered:
        raise AnswersError(
            f"{setting.key} is not kept in answers.toml",
            f"set {setting.variable}, or give `--set {setting.key}=…`, each time",
        )
    return setting
