"""`mosaic config set`, `unset`, `edit`: change answers.toml only; `mosaic install` applies it."""

from collections.abc import Iterable, Mapping

from mosaic_installer.commands.opening import given_layers, open_machine
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.answers_file import plain_rows, updated
from mosaic_installer.core.interview import REMEMBERED, nearest, parse, refuse_invalid
from mosaic_installer.core.setting import Setting
from mosaic_installer.core.sources import from_pairs, from_toml
from mosaic_installer.errors import AnswersError, InstallerError, LockedError
from mosaic_installer.machine.editor import edited
from mosaic_installer.machine.environment import read_text
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive


def set_values(pairs: tuple[str, ...]) -> int:
    """Set rows of answers.toml to what `pairs` of `KEY=VALUE` say; all of them or none."""
    for pair in pairs:
        _changeable(pair.partition("=")[0])
    layer = from_pairs(pairs, read_text)
    refuse_invalid([layer])
    values = {key: parse(CATALOGUE[key], given.text) for key, given in layer.values.items()}
    kept = {
        key: value if isinstance(value, int) else str(value or "none")
        for key, value in values.items()
    }
    return _change(kept, ())


def unset(keys: tuple[str, ...]) -> int:
    """Take rows out of answers.toml, so that the defaults hold again."""
    return _change({}, tuple(_changeable(key).key for key in keys))


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
                "answers.toml was changed by another run meanwhile",
                "run `mosaic config edit` again; nothing of yours was written",
            )
        if draft != before:
            machine.files.write(machine.layout.answers, draft.encode())
    _say(is_changed=draft != before)
    return 0


def _change(values: Mapping[str, str | int], dropped: Iterable[str]) -> int:
    machine = _installed_machine()
    with locked(machine.layout.lock):
        is_changed = _write(machine, values, frozenset(dropped))
    _say(is_changed=is_changed)
    return 0


def _wants_again() -> bool:
    from mosaic_installer.ui.conversation import Choice, open_conversation

    again = Choice(value="again", label="Edit it again")
    leave = Choice(value="leave", label="Leave: change nothing")
    talk = open_conversation(is_plain=False)
    return talk.choose("How do you want to go on?", (again, leave)) == "again"


def _installed_machine() -> LocalMachine:
    machine = open_machine(given_layers())
    if machine.files.kind(machine.layout.answers) == "absent":
        raise InstallerError(
            f"there is no `{machine.layout.answers}` yet",
            "`mosaic install --set KEY=VALUE` installs with a setting",
            identifier="not-installed",
        )
    return machine


def _say(*, is_changed: bool) -> None:
    output.say(
        "Saved; `mosaic install` applies it." if is_changed else "Nothing changed: it says so."
    )


def _write(machine: LocalMachine, values: Mapping[str, str | int], dropped: frozenset[str]) -> bool:
    path = machine.layout.answers
    before = machine.read_text(path) or ""
    from_toml(before, REMEMBERED, read_text)  # explains a file that is not TOML
    rows = {key: row for key, row in plain_rows(before).items() if key not in dropped}
    after = updated(before, {**rows, **values})
    if after == before:
        return False
    refuse_invalid([from_toml(after, REMEMBERED, read_text)])
    machine.files.write(path, after.encode())
    return True


def _changeable(key: str) -> Setting:
    setting = CATALOGUE.get(key) or CATALOGUE.get(key.removesuffix("_file"))
    if setting is None:
        raise AnswersError(
            f"there is no setting `{key}`{nearest(key, list(CATALOGUE))}",
            "`mosaic config explain` lists all of them",
        )
    if setting.is_secret:
        raise AnswersError(
            f"{setting.key} is a secret, and secrets are never in answers.toml",
            f"give it to an installation: `mosaic install --set {setting.key}_file=PATH`",
        )
    if not setting.is_remembered:
        raise AnswersError(
            f"{setting.key} is not kept in answers.toml",
            f"set {setting.variable}, or give `--set {setting.key}=…`, each time",
        )
    return setting
