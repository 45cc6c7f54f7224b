"""Pull images side by side, and tell how far each of them is.

Each pull has a thread of its own; what they hear comes together in a queue, so that `progress` is
only ever called by the thread that asked. A download that breaks off is taken up again by the
engine itself. The first failure is raised at once: what was pulled stays on the engine, what is
underway goes on for as long as this program lives, and the next run does the rest.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from mosaic_installer.machine.engine.errors import explained, refused

if TYPE_CHECKING:
    from docker import DockerClient

Progress = Callable[[str, int, int], None]
"""Called with an image's name, its bytes that are here, and all of its bytes known so far."""


@dataclass(frozen=True)
class _Said:
    """What a pull says: how far it is, or with `is_over` that it ended, and why if it failed."""

    name: str
    done: int = 0
    total: int = 0
    is_over: bool = False
    failure: BaseException | None = None


@dataclass
class LayerSizes:
    """The bytes of an image's layers: what is here, and of how many; a layer has an identifier."""

    done: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)

    def hear(self, answer: Mapping[str, Any]) -> bool:
        """Take in one answer of the engine; return whether it changed anything.

        A layer is first downloaded and then extracted; extraction counts from nothing again, and
        is not looked at.
        """
        layer, status = str(answer.get("id", "")), str(answer.get("status", ""))
        detail = answer.get("progressDetail") or {}
        before = self.sum()
        if status == "Downloading" and detail.get("total", 0) > 0:
            self.total[layer] = int(detail["total"])
            self.done[layer] = min(int(detail.get("current", 0)), self.total[layer])
        elif status in {"Download complete", "Pull complete"} and layer in self.total:
            self.done[layer] = self.total[layer]
        return self.sum() != before

    def sum(self) -> tuple[int, int]:
        """Return the bytes that are here, and all that are known of."""
        return sum(self.done.values()), sum(self.total.values())


def pull_images(client: "DockerClient", names: Sequence[str], progress: Progress) -> None:
    """Pull all images of those names.

    Raises EngineError with the registry's or the engine's words for the first that cannot be had.
    """
    said: SimpleQueue[_Said] = SimpleQueue()
    waiting = set(names)
    for name in sorted(waiting):
        pull = _Pull(client, name, said)
        # A daemon: whoever interrupts us does not wait for a registry that is silent.
        threading.Thread(target=pull.run, name=f"pull {name}", daemon=True).start()
    while waiting:
        heard = said.get()
        if heard.failure is not None:
            raise heard.failure
        if heard.is_over:
            waiting.discard(heard.name)
        else:
            progress(heard.name, heard.done, heard.total)


@dataclass(frozen=True)
class _Pull:
    """One image on its way."""

    client: "DockerClient"
    name: str
    said: SimpleQueue[_Said]

    def run(self) -> None:
        failure: BaseException | None = None
        try:
            self._pull()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            failure = error
        self.said.put(_Said(self.name, is_over=True, failure=failure))

    def _pull(self) -> None:
        from docker.utils import parse_repository_tag

        repository, tag = parse_repository_tag(self.name)
        with explained(f"image `{self.name}`"):
            answers = self.client.api.pull(
                repository, tag=tag or "latest", stream=True, decode=True
            )
            error = self._hear(answers)
        if error:
            raise refused(error, f"image `{self.name}`")

    def _hear(self, answers: Iterable[Mapping[str, Any]]) -> str:
        """Listen to the end, or the connection stays open; return what went wrong, if anything."""
        sizes, error = LayerSizes(), ""
        for answer in answers:
            error = error or str(answer.get("error", ""))
            if sizes.hear(answer):
                self.said.put(_Said(self.name, *sizes.sum()))
        return error
