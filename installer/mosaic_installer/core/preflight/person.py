"""Checks of the user and the session that the installation starts from."""

from mosaic_installer.core.answers import CATALOGUE, TERMINAL_VARIABLES, Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, note, warning
from mosaic_installer.core.runtime import is_contained
from mosaic_installer.core.settling.interview import nearest


def locale_is_utf8(facts: Facts, _answers: Answers) -> Finding | None:
    """We write UTF-8 ourselves; other programs may not."""
    if facts.host.person.encoding.lower().replace("-", "") == "utf8":
        return None
    return note(
        f"the locale's encoding is {facts.host.person.encoding}, not UTF-8",
        "set LANG=C.UTF-8 if letters look wrong",
    )


def user_is_not_root(facts: Facts, answers: Answers) -> Finding | None:
    """The gateway needs no privilege at all; in a container it has none."""
    if facts.host.person.uid != 0 or is_contained(answers):
        return None
    return note(
        "you are root, so the gateway will run as root too",
        "a dedicated user is safer: `useradd --create-home mosaic`",
    )


def variables_are_known(facts: Facts, _answers: Answers) -> Finding | None:
    """A misspelt variable is a setting that silently did not happen."""
    known = [*(setting.variable for setting in CATALOGUE.values()), *TERMINAL_VARIABLES]
    known += [f"{s.variable}_FILE" for s in CATALOGUE.values() if s.is_secret]
    unknown = [name for name in facts.host.person.variables if name not in known]
    if not unknown:
        return None
    named = ", ".join(f"{name}{nearest(name, known)}" for name in unknown)
    return warning(f"the environment has variables that mean nothing here: {named}", "unset them")


def proxy_spares_this_machine(facts: Facts, _answers: Answers) -> Finding | None:
    """We call the gateway directly; the user's own programs may go through the proxy."""
    spared = {name.strip() for name in facts.host.person.no_proxy.split(",")}
    if not facts.host.person.proxy or spared & {"127.0.0.1", "localhost", "*"}:
        return None
    return warning(
        f"{facts.host.person.proxy} is set, and NO_PROXY does not name 127.0.0.1",
        "add `127.0.0.1,localhost` to NO_PROXY, or your programs will not reach the gateway",
    )


def session_outlives_logout(facts: Facts, answers: Answers) -> Finding | None:
    """systemd ends a user's services with the user's last session."""
    if is_contained(answers) or facts.host.supervisor != "systemd" or facts.host.lingers:
        return None
    return warning(
        "the gateway will end when you log out",
        f"keep it running with `loginctl enable-linger {facts.host.person.name}`",
    )
