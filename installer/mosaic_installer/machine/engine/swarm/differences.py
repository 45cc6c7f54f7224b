"""Where a service that is there is not what it is to be, in the engine's own words for it."""

from collections.abc import Iterator, Sequence

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.swarm import PERMIT
from mosaic_installer.machine.engine.swarm.specs import Spec, is_within

OUR_OWN = {FINGERPRINT, PERMIT}
"""Variables that say how it came to be; nobody sets them."""


def differences(wanted: Spec, found: Spec) -> tuple[str, ...]:
    """Return a phrase for each, such as `Mode.Replicated.Replicas is 3 instead of 1`.

    Of what is no number only its place is told, of variables their names: values may be secrets.
    """
    return tuple(_between(wanted, found, ()))


def _between(wanted: object, found: object, path: tuple[str, ...]) -> Iterator[str]:
    if is_within(wanted, found):
        return
    match wanted, found:
        case dict(), dict() | None:
            for key in wanted:
                yield from _between(wanted[key], (found or {}).get(key), (*path, key))
        case list(), list() | None if path[-1] == "Env":
            changed = {str(each).partition("=")[0] for each in {*wanted} ^ {*(found or [])}}
            yield from (f"{_named(path)} {name}" for name in sorted(changed - OUR_OWN))
        case int(), int() | None:
            yield f"{_named(path)} is {_said(found)} instead of {_said(wanted)}"
        case _:
            yield _named(path)


def _said(number: int | None) -> str:
    return "not set" if number is None else str(number).lower()


def _named(path: Sequence[str]) -> str:
    return ".".join(path[1:] if path[0] == "TaskTemplate" else path)
