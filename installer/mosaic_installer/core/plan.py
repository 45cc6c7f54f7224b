"""The plan: the actions of all stages in their order, and what a machine has of it already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.about import Change, Part
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import frozen, replace
from mosaic_installer.core.machine import Machine
from mosaic_installer.errors import EngineError, GatewayUnready

SILENT = ("engine-unreachable", "no-quorum")
"""Identifiers of errors after which whatever else an engine is asked would be waited for, too."""


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
ENDS_WITH: Mapping[Part, frozenset[Part]] = {
    "": frozenset(),
    # A gateway that has lost them answers, but says nothing of accounts and tokens.
    "servers": frozenset({"servers", "gateway"}),
    "gateway": frozenset({"gateway"}),
}
"""What nobody can ask while a part does not run."""


def make_plan(stages: Iterable[Stage], facts: Facts, answers: Answers) -> Plan:
    """Return what an installation with these answers on this machine consists of."""
    return tuple(
        Step(stage=stage.TITLE, action=action)
        for stage in stages
        for action in stage.plan(facts, answers)
    )


def is_settled(action: Change, changing: AbstractSet[Path], machine: Machine) -> bool:
    """Return whether the action is done, and rests on none of the files that are `changing`."""
    # Where nothing changes, no path has to be looked up.
    is_certain = not changing or changing.isdisjoint(action.about.reads)
    return is_certain and action.is_done(machine)


def survey(plan: Plan, machine: Machine) -> tuple[Surveyed, ...]:
    """Return every step with whether it is done, as it will be seen when its turn comes.

    A step that reads what an unfinished one will write is not done either: a gateway runs with
    its present configuration until a new one is written. Nor is one that asks an engine or a
    database that does not answer: a check says so, or an earlier step starts it. An engine that
    hangs is not asked again: each question would be waited for. What only shows when such a step
    has been taken is unsure, and so is what rests on nothing but unsure steps; but where nothing at
    all is there yet, nothing can turn out to be needless.
    """
    asked = _Asked(machine)
    surveyed = tuple(asked.look_at(step) for step in plan)
    sure = takewhile(lambda row: not row.is_unsure, surveyed)
    if any(row.is_done for row in sure):
        return surveyed
    return tuple(replace(row, is_unsure=False) for row in surveyed)


class _Asked:
    """What a survey knows after the steps that it has asked."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pending: set[Path] = set()
        """What unfinished steps will write."""
        self._certain: set[Path] = set()
        """What those of them will write that are sure."""
        self._down: set[str] = set()
        """What unfinished steps will start."""
        self._is_silent = False
        """Whether the engine does not answer, or its Swarm does not."""

    def look_at(self, step: Step) -> Surveyed:
        about = step.action.about
        is_done, has_answer = self._ask(step.action)
        rests = bool(self._pending) and not self._pending.isdisjoint(about.reads)
        waits = (self._is_silent and about.asks_engine) or about.needs in self._down
        is_known = has_answer and not waits and not rests
        is_sure = is_known or not self._certain.isdisjoint(about.reads)
        if not is_done:
            self._pending.update(about.writes)
            self._certain.update(about.writes if is_sure else ())
            self._down.update(ENDS_WITH[about.runs])
        return Surveyed(
            step=step,
            is_done=is_done,
            follows=not is_done and (waits or rests),
            is_unsure=not (is_done or is_sure),
        )

    def _ask(self, action: Action) -> tuple[bool, bool]:
        """Return whether it is done, and whether that could be asked."""
        if self._is_silent and action.about.asks_engine:
            return False, True
        try:
            return is_settled(action, self._pending, self._machine), True
        except (EngineError, GatewayUnready) as error:
            self._is_silent = self._is_silent or error.identifier in SILENT
            return False, False
