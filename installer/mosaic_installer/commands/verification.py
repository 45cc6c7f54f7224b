"""Try with real calls what a run was newly given; what worked before is left alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from mosaic_installer.core.answers import CATALOGUE, KEPT_SECRETS, value_of
from mosaic_installer.core.connections.target import Target, targets
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.settling.interview import Settled, parse
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import read_config
from mosaic_installer.ui import output


def new_verdicts(settled: Settled, machine: LocalMachine) -> tuple[Verdict, ...]:
    """Return a verdict on each service that the installed gateway does not use like that yet.

    Nothing is called, and nothing needed for calls is imported, where nothing is new.
    """
    wanted = targets(settled.answers)
    new = new_targets(wanted, settled, installed_values(machine)) if wanted else ()
    return _verify(new) if new else ()


def installed_values(machine: LocalMachine) -> dict[str, str]:
    """Return the addresses and secrets, by key, that the installed gateway runs with."""
    from mosaic_installer.core.config_sections import answers_in

    values = answers_in(read_config(machine))
    for setting in KEPT_SECRETS:
        content = machine.files.read(machine.layout.gateway_secret(setting.name))
        if content:
            values[setting.key] = content.decode(errors="replace")
    return values


def new_targets(
    wanted: Iterable[Target], settled: Settled, installed: Mapping[str, str]
) -> tuple[Target, ...]:
    """Return the services of which an address or a secret is not the `installed` one."""

    def is_new(key: str) -> bool:
        if key not in installed:
            return True
        try:
            return parse(CATALOGUE[key], installed[key]) != value_of(settled.answers, key)
        except ValueError:
            return True

    return tuple(target for target in wanted if any(is_new(key) for key in target.keys))


def verify(
    wanted: Sequence[Target], *, completes: bool = False, seconds: float | None = None
) -> tuple[Verdict, ...]:
    """Return a verdict on each of `wanted`, all of them tried at once."""
    from mosaic_installer.machine.web import verify as calls

    deadline = calls.DEADLINE if seconds is None else seconds
    return calls.verify(wanted, completes=completes, seconds=deadline)


def tried(key: str, settled: Settled, machine: LocalMachine, seconds: float) -> Verdict | None:
    """Return the verdict on the service that the setting `key` turns on; None if it is not new."""
    wanted = tuple(target for target in targets(settled.answers) if key in target.keys)
    new = new_targets(wanted, settled, installed_values(machine))
    return next(iter(_verify(new, seconds)), None)


def keep_anyway(refused: Verdict) -> None:
    """Let the next look know that the person keeps what was refused."""
    for target, verdict in _seen().items():
        if verdict == refused:
            _seen()[target] = replace(verdict, is_kept=True)


def forget_verdicts() -> None:
    """Let the next look call again, also what was called already."""
    _seen.cache_clear()


@cache
def _seen() -> dict[Target, Verdict]:
    """Return what is known so far: the wizard decides again after every change, and asks once."""
    return {}


def _verify(new: tuple[Target, ...], seconds: float | None = None) -> tuple[Verdict, ...]:
    untried = [target for target in new if target not in _seen()]
    if untried:
        output.say(f"Trying {', '.join(target.title for target in untried)} with a real call …")
        verdicts = {verdict.name: verdict for verdict in verify(untried, seconds=seconds)}
        _seen().update((target, verdicts[target.name]) for target in untried)
    return tuple(_seen()[target] for target in new)
