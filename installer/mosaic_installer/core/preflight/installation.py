"""Checks of an installation that is there already."""

from mosaic_installer import __version__
from mosaic_installer.core.answers import Answers, as_text, value_of
from mosaic_installer.core.cluster.keeper import kept_elsewhere
from mosaic_installer.core.containers.moves import begins_anew
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.wanted import is_of_another, services_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, Remedy, error, note, warning
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.runtime import is_contained
from mosaic_installer.core.settling.answers_file import rows_of
from mosaic_installer.errors import REASONS, LockedError

NEW_ADDRESS = (
    "this only tells `mosaic` which administrator to act as; it renames no account. Create one "
    "with `mosaic user invite ADDRESS --role admin`, or with "
    "`mosaic admin reset-password --email ADDRESS --create`"
)
"""What another `admin.email` does, and what it does not."""


def administrator_is_still_to_be_made(facts: Facts, answers: Answers) -> Finding | None:
    """A password for an account that exists would silently do nothing."""
    is_made = not facts.host.installation.needs_setup and not begins_anew(facts, answers)
    if not is_made or "admin.password" not in answers.chosen:
        return None
    return note(
        "the administrator exists already; the given password changes nothing",
        "the gateway's admin command can set a new password",
    )


def administrator_is_the_installed_one(facts: Facts, answers: Answers) -> Finding | None:
    """Another address names another account, and renames none."""
    before, now = facts.host.installation.admin_email, answers.admin.email
    is_made = not facts.host.installation.needs_setup and not begins_anew(facts, answers)
    if not is_made or not before or now is None or now == before:
        return None
    return warning(
        f"`mosaic` will act as {now} instead of {before}; no account is renamed", NEW_ADDRESS
    )


def generated_files_are_unedited(facts: Facts, _answers: Answers) -> Finding | None:
    """What the user edited is kept, so it no longer follows the answers."""
    if not facts.host.installation.edited:
        return None
    return warning(
        f"you edited {_named(facts.host.installation.edited)}; it is kept as it is",
        "`mosaic install --replace-edited --dry-run --diff` shows what replacing it would change",
    )


def edited_port_is_the_wanted_one(facts: Facts, answers: Answers) -> Finding | None:
    """Where both differ, the gateway would be waited for at a port that it does not listen on."""
    found, wanted = facts.host.installation.edited_port, answers.gateway.port
    if found in {None, wanted} or is_contained(answers):
        return None
    return error(
        f"`gateway.port` is {wanted}, but `{facts.host.layout.gateway_environment}`, as you edited "
        f"it, says {found}",
        f"correct the port there; or choose `--set gateway.port={found}`; or let `mosaic install "
        "--replace-edited` write the file anew, which keeps yours beside it",
        Remedy(key="gateway.port", text=str(found)),
    )


def generated_files_are_whole(facts: Facts, _answers: Answers) -> Finding | None:
    """A damaged file is put aside and written again, which is said: it could have been an edit."""
    damaged = facts.host.installation.damaged
    if not damaged:
        return None
    return warning(
        ", ".join(f"`{path}` is {damage}" for path, damage in damaged.items()),
        "it is kept beside it as `NAME.damaged`, and written again",
    )


def database_is_in_its_place(facts: Facts, _answers: Answers) -> Finding | None:
    """What a gateway still has open of a lost file ends with it: nothing may restart it unasked."""
    found = facts.host.installation
    place, fault = facts.host.layout.database, found.database_fault
    if found.database_keeper:
        return warning(
            f"the database `{place}` is gone from its place; {found.database_keeper} still has it",
            "do not stop the gateway: `mosaic doctor --fix` saves the data and starts it again",
        )
    if not fault or found.database_damage:
        return None
    return error(
        f"the running gateway's database `{place}` {fault}",
        "what is not in a backup ends with the gateway, so let it run while you look; "
        f"put a backup at `{place}`, then `mosaic gateway restart`",
    )


def database_file_is_there(facts: Facts, _answers: Answers) -> Finding | None:
    """Where the data is gone, a new, empty database is nothing to be made silently."""
    if not facts.host.installation.is_database_lost:
        return None
    return error(
        f"the database `{facts.host.layout.database}` is gone, and all data with it; "
        f"{_copies(facts)}",
        "put a backup there; or start with an empty database: "
        "`mosaic install --ignore database-file-is-there`",
        consent="Begin with an empty database",
    )


def database_is_sound(facts: Facts, answers: Answers) -> Finding | None:
    """A damaged database is evidence, and may be the only copy: it is moved only after a word."""
    damage = facts.host.installation.database_damage
    if not damage or answers.tier != "local":
        return None
    place = facts.host.layout.database
    return error(
        f"the database `{place}` is damaged ({damage}); {_copies(facts)}",
        f"put a backup there (`sqlite3 {place} .recover` may save a part of it); or rename it and "
        "start with an empty database: `mosaic install --ignore database-is-sound`",
        consent="Rename the damaged database and start with an empty one",
    )


def no_other_run_changes_it(facts: Facts, _answers: Answers) -> Finding | None:
    """What is half done looks as if it were broken."""
    process = facts.host.installation.changed_by
    if process is None:
        return None
    return note(
        f"{REASONS[LockedError.identifier]} (process {process})",
        "wait until it is over: what is found meanwhile may be over with it",
    )


def gateway_is_not_suspended(facts: Facts, _answers: Answers) -> Finding | None:
    """A process that is halted looks as if it ran, and answers nobody."""
    pids = ", ".join(map(str, facts.host.installation.suspended))
    if not pids:
        return None
    return warning(
        f"the gateway is suspended (SIGSTOP), process {pids}, and does not answer",
        f"`mosaic install` restarts it; `kill -CONT {pids.replace(',', '')}` lets it go on",
    )


def answers_are_remembered(facts: Facts, answers: Answers) -> Finding | None:
    """Lost answers are rebuilt, and shown before they are used."""
    if facts.host.installation.has_answers or not facts.host.installation.is_present:
        return None
    rebuilt = ", ".join(
        f"{key} = {as_text(value_of(answers, key))}" for key in sorted(rows_of(answers))
    )
    if not facts.host.installation.runtime and {part.kind for part in facts.parts} == {"volume"}:
        return note(
            f"an earlier installation left data here; it tells these settings: {rebuilt or 'none'}",
            "choose others with `--set`",
        )
    return warning(
        f"answers.toml is lost; rebuilt from the other files: {rebuilt or 'all defaults'}",
        "look at `mosaic install --dry-run --diff`; give what is wrong with `--set`",
    )


def files_are_private(facts: Facts, _answers: Answers) -> Finding | None:
    """Reported even though the next run closes them: secrets may have been read meanwhile."""
    if not facts.host.installation.exposed:
        return None
    return warning(
        f"other users of this machine can read {_named(facts.host.installation.exposed)}",
        "`mosaic install` closes it; if it was open for long, `mosaic token rotate` and `mosaic "
        "admin reset-password` replace what lets people in, and providers make new API keys",
    )


def files_have_unix_line_endings(facts: Facts, _answers: Answers) -> Finding | None:
    """A carriage return becomes part of a value."""
    if not facts.host.installation.dos_files:
        return None
    return warning(
        f"{_named(facts.host.installation.dos_files)} has DOS line endings (CRLF)",
        "save it with LF line endings, for instance with `dos2unix`",
    )


def version_is_not_older(facts: Facts, _answers: Answers) -> Finding | None:
    """A database that a newer gateway migrated cannot be read by an older one."""
    installed = facts.host.installation.version
    if not installed or _numbers(installed) <= _numbers(__version__):
        return None
    return warning(
        f"version {installed} is installed, this is {__version__}: going back may not work",
        "use the newer `mosaic` command, or back up the data first",
    )


def _copies(facts: Facts) -> str:
    return f"backups: {', '.join(facts.host.installation.database_copies) or 'none found'}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(part) for part in version.split("+", maxsplit=1)[0].split(".") if part.isdigit()
    )


def _named(paths: tuple[object, ...]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def installation_is_no_copy(facts: Facts, answers: Answers) -> Finding | None:
    """A copy, or another user, must never act on the containers of the original."""
    if not services_of(answers):
        return None
    others = (part for part in facts.parts if is_of_another(part, facts))
    part = next(others, None)
    if part is None:
        return None
    if part.keeper:
        return _is_kept_elsewhere(part)
    whose = f"the containers of {part.project} belong to the installation in `{part.home}`"
    if not facts.host.installation.is_present:
        return error(
            f"{whose}; this one would have the same name",
            "give this one a folder, and with it a name, of its own: MOSAIC_HOME",
        )
    return error(
        f"{whose}, of which this one is a copy",
        f"work there, or remove `{facts.host.layout.meta}` here to make this a new one",
    )


def _is_kept_elsewhere(part: Part) -> Finding:
    refusal = kept_elsewhere(part.project, part.keeper)
    found = error(
        refusal.message,
        f"{refusal.hint}. To make another installation, give it a folder, and with it a name, of "
        "its own: MOSAIC_HOME",
    )
    return replace(found, is_final=True)
