"""Try with real calls what a run was newly given; what worked before is left alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from mosaic_installer.core.answers import CATALOGUE, KEPT_SECRETS, value_of
from mosaic_installer.core.connections.endpoint import Endpoint, endpoints
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.settling.interview import Settled, parse
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import read_config
from mosaic_installer.ui import output


def new_verdicts(settled: Settled, machine: LocalMachine) -> tuple[Verdict, ...]:
    """Return a verdict on each service that the installed gateway does not use like that yet.

    Nothing is called, and nothing needed for calls is imported, where nothing is new.
    """
    wanted = endpoints(settled.answers)
    new = new_endpoints(wanted, settled, installed_values(machine)) if wanted else ()
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


def new_endpoints(
    wanted: Iterable[Endpoint], settled: Settled, installed: Mapping[str, str]
) -> tuple[Endpoint, ...]:
    """Return the services of which an address or a secret is not the `installed` one."""

    def is_new(key: str) -> bool:
        if key not in installed:
            return True
        try:
            return parse(CATALOGUE[key], installed[key]) != value_of(settled.answers, key)
        except ValueError:
            return True

    return tuple(endpoint for endpoint in wanted if any(is_new(key) for key in endpoint.keys))


def verify(
    wanted: Sequence[Endpoint], *, completes: bool = False, seconds: float | None = None
) -> tuple[Verdict, ...]:
    """Return a verdict on each of `wanted`, all of them tried at once."""
    from mosaic_installer.machine.web import verify as calls

    deadline = calls.DEADLINE if seconds is None else seconds
    return calls.verify(wanted, completes=completes, seconds=deadline)


def tried(key: str, settled: Settled, machine: LocalMachine, seconds: float) -> Verdict | None:
    """Return the verdict on the service that the setting `key` turns on; None if it is not new."""
    wanted = tuple(endpoint for endpoint in endpoints(settled.answers) if key in endpoint.keys)
    new = new_endpoints(wanted, settled, installed_values(machine))
    return next(iter(_verify(new, seconds)), None)


def keep_anyway(refused: Verdict) -> None:
    """Let the next look know that the person keeps what was refused."""
    for endpoint, verdict in _seen().items():
        if verdict == refused:
            _seen()[endpoint] = replace(verdict, is_kept=True)


def forget_verdicts() -> None:
    """Let the next look call again, also what was called already."""
    _seen.cache_clear()


@cache
def _seen() -> dict[Endpoint, Verdict]:
    """Return what is known so far: the wizard decides again after every change, and asks once."""
    return {}


def _verify(new: tuple[Endpoint, ...], seconds: float | None = None) -> tuple[Verdict, ...]:
    untried = [endpoint for endpoint in new if endpoint not in _seen()]
    if untried:
        output.say(f"Trying {', '.join(endpoint.title for endpoint in untried)} with a real call …")
        verdicts = {verdict.name: verdict for verdict in verify(untried, seconds=seconds)}
        _seen().update((endpoint, verdicts[endpoint.name]) for endpoint in untried)
    return tuple(_seen()[endpoint] for endpoint in new)
