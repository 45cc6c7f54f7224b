"""One look at the engine: each question has one answer, however often it is asked.

It serves one decision, in which we change nothing. Whoever changes something asks the engine anew.
"""

from collections.abc import Callable, Collection
from contextlib import closing, suppress
from typing import Any, TypeVar

from mosaic_installer.core.containers.labels import PROJECT
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine import questions
from mosaic_installer.machine.engine.address import EngineAddress
from mosaic_installer.machine.engine.reader import Begun, Reader, Reply

TIMEOUT = 10.0
Concluded = TypeVar("Concluded")


class Look(Reader):
    """A `Reader` that asks each question once, and several at a time where it is told to.

    Threads may share it.
    """

    def __init__(self, address: EngineAddress | None = None, timeout: float = TIMEOUT) -> None:
        super().__init__(address, timeout)
        self._begun: dict[str, Begun] = {}
        self._replies: dict[str, Reply] = {}
        self._documents: dict[str, Any] = {}
        self._concluded: dict[str, Any] = {}

    def begin(self, *targets: str) -> None:
        """Ask these, and do not wait: the engine answers all of them at the same time.

        Nothing is raised: what is wrong is told to whoever wants an answer.
        """
        with suppress(EngineError):
            for target in targets:
                if target not in self._begun and target not in self._replies:
                    self._begun[target] = self._begin(target)

    def close(self) -> None:
        """Let go of what nobody wanted to know."""
        while self._begun:
            self._begun.popitem()[1].close()

    def once(self, what: str, conclude: Callable[[], Concluded]) -> Concluded:
        """Return what is concluded from the answers: once, as they stay the same."""
        if what not in self._concluded:
            self._concluded[what] = conclude()
        found: Concluded = self._concluded[what]
        return found

    def _read(self, target: str, kind: type, none: Collection[int] = ()) -> Any:
        # Each is wanted many times.
        if target not in self._documents:
            self._documents[target] = super()._read(target, kind, none)
        return self._documents[target]

    def _answer(self, target: str) -> Reply:
        if target not in self._replies:
            # Somebody else may take it in this moment; then there are two answers of one time.
            begun = self._begun.pop(target, None)
            with closing(self._begin(target) if begun is None else begun) as asked:
                self._replies[target] = asked.reply()
        return self._replies[target]


def of_any_installation() -> tuple[str, ...]:
    """Return what is asked wherever there is an engine."""
    lists = (questions.containers(PROJECT), questions.volumes(), questions.networks())
    return (questions.INFO, questions.VERSION, *lists)


def of_a_swarm(project: str) -> tuple[str, ...]:
    """Return what is asked of one that manages a Swarm with services of this installation."""
    label = f"{PROJECT}={project}"
    lists = (questions.services(PROJECT), questions.tasks(), questions.networks())
    return (questions.INFO, *lists, questions.secrets(label), questions.configs(label))
