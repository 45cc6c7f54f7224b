"""Try with real calls what a run was newly given; what worked before is left alone."""

from collections.abc import Mapping, Sequence
from functools import cache

from mosaic_installer.core.answers import CATALOGUE, value_of
from mosaic_installer.core.interview import DEFAULT, Given, Settled, parse
from mosaic_installer.core.target import Target, targets
from mosaic_installer.core.verdict import Verdict
from mosaic_installer.ui import output


def new_verdicts(settled: Settled, remembered: Mapping[str, Given]) -> tuple[Verdict, ...]:
    """Return a verdict on each of `new_targets`.

    Nothing is called, and nothing needed for calls is imported, where nothing is new.
    """
    new = new_targets(settled, remembered)
    return _verify(new) if new else ()


def new_targets(settled: Settled, remembered: Mapping[str, Given]) -> tuple[Target, ...]:
    """Return the services whose address or secret is not the `remembered` one."""
    return tuple(
        target
        for target in targets(settled.answers)
        if any(_is_changed(key, settled, remembered) for key in target.keys)
    )


def verify(
    wanted: Sequence[Target], *, completes: bool = False, seconds: float | None = None
) -> tuple[Verdict, ...]:
    """Return a verdict on each of `wanted`, all of them tried at once."""
    from mosaic_installer.machine import verify as calls

    deadline = calls.DEADLINE if seconds is None else seconds
    return calls.verify(wanted, completes=completes, seconds=deadline)


def forget_verdicts() -> None:
    """Let the next look call again, also what was called already."""
    _verify.cache_clear()


@cache
def _verify(new: tuple[Target, ...]) -> tuple[Verdict, ...]:
    # The wizard decides again after every change, but asks again only for what was changed.
    output.say(f"Trying {', '.join(target.title for target in new)} with a real call …")
    return verify(new)


def _is_changed(key: str, settled: Settled, remembered: Mapping[str, Given]) -> bool:
    if key not in remembered:
        return settled.sources[key] != DEFAULT
    try:
        before = parse(CATALOGUE[key], remembered[key].text)
    except ValueError:
        return True
    return before != value_of(settled.answers, key)
