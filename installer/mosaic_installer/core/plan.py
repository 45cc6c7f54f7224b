"""The plan: the actions of all stages in their order, and what a machine has of it already."""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.about import Change
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.machine import Machine
from mosaic_installer.errors import EngineError, GatewayUnready


class Stage(Protocol):
    """One part of the installation; a module satisfies it."""

    @property
    def TITLE(self) -> str: ...  # noqa: N802 - a constant of a module

    @property
    def plan(self) -> Callable[[Facts, Answers], Iterator[Action]]: ...


@frozen
class Step:
    """One action, and the stage it belongs to."""

    stage: str
    action: Action


@frozen
class Surveyed:
    """A step, and whether there is nothing to do for it."""

    step: Step
    is_done: bool
    follows: bool = False
    """Whether it is only not done because an earlier one is not."""
    is_unsure: bool = False
    """Whether it shows only when its turn comes: whom it asks does not answer before that."""


Plan = tuple[Step, ...]


def make_plan(stages: Iterable[Stage], facts: Facts, answers: Answers) -> Plan:
    """Return what an installation with these answers on this machine consists of."""
    return tuple(
        Step(stage=stage.TITLE, action=action)
        for stage in stages
        for action in stage.plan(facts, answers)
    )


def is_settled(action: Change, changing: AbstractSet[Path], machine: Machine) -> bool:
    """Return whether the action is done, and rests on none of the files that are `changing`."""
    return changing.isdisjoint(action.about.reads) and action.is_done(machine)


def survey(plan: Plan, machine: Machine) -> tuple[Surveyed, ...]:
    """Return every step with whether it is done, as it will be seen when its turn comes.

    A step that reads what an unfinished one will write is not done either: a gateway runs with
    its present configuration until a new one is written. Nor is one that asks an engine or a
    database that does not answer: a check says so, or an earlier step starts it. An engine that
    hangs is not asked again: each question would be waited for. What only shows when such a step
    has been taken is unsure, and so is what rests on nothing but unsure steps; but where nothing at
    all is there yet, nothing can turn out to be needless.
    """
    pending: set[Path] = set()
    certain: set[Path] = set()
    down: set[str] = set()
    surveyed = []
    is_silent = False
    for step in plan:
        about = step.action.about
        has_answer = True
        try:
            is_asked = not (is_silent and about.asks_engine)
            is_done = is_asked and is_settled(step.action, pending, machine)
        except (EngineError, GatewayUnready) as error:
            is_done = has_answer = False
            is_silent = is_silent or error.identifier == "engine-unreachable"
        rests = not pending.isdisjoint(about.reads)
        waits = (is_silent and about.asks_engine) or about.needs in down
        follows = not is_done and (waits or rests)
        is_known = has_answer and not waits and not rests
        is_sure = is_known or not certain.isdisjoint(about.reads)
        if not is_done:
            pending.update(about.writes)
            certain.update(about.writes if is_sure else ())
            down.update({about.runs} - {""})
        surveyed.append(
            Surveyed(
                step=step, is_done=is_done, follows=follows, is_unsure=not (is_done or is_sure)
            )
        )
    sure = takewhile(lambda row: not row.is_unsure, surveyed)
    if any(row.is_done for row in sure):
        return tuple(surveyed)
    return tuple(replace(row, is_unsure=False) for row in surveyed)
