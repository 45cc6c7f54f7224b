"""Push images side by side, and tell how far each of them is."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.share import Share
from mosaic_installer.machine.engine.registry_errors import (
    explained_of_registry,
    registry_refused,
    this_node,
)
from mosaic_installer.machine.images.transfers import Tell, carry_all

if TYPE_CHECKING:
    from docker import DockerClient


class Sent:
    """How much of each layer of `image` the registry has, from 0 to 1, by its identifier."""

    def __init__(self, image: str) -> None:
        self.image = image
        self.known: dict[str, float] = {}

    def hear(self, answer: Mapping[str, Any]) -> None:
        """Take in one answer of the engine."""
        layer, status = str(answer.get("id", "")), str(answer.get("status", ""))
        if status in {"Preparing", "Waiting"}:
            self.known.setdefault(layer, 0.0)
        elif status == "Pushing":
            self.known[layer] = _part(answer.get("progressDetail") or {})
        elif status in {"Pushed", "Layer already exists"} or status.startswith("Mounted from"):
            self.known[layer] = 1.0

    def share(self) -> Share:
        parts = self.known.values()
        percent = int(100 * sum(parts) / len(parts)) if parts else 0
        return Share(of=self.image, phase="uploading", percent=percent)


def push_images(client: "DockerClient", names: Mapping[str, str], tell: Tell) -> None:
    """Push images under the names of a registry, which they are given here as well.

    Raises EngineError for the first that cannot be pushed: what is wrong, where, and what to do.
    """
    for name, target in names.items():
        repository, _, tag = target.rpartition(":")
        client.api.tag(name, repository, tag)
    carry_all([_Push(client=client, name=target) for target in names.values()], tell)


@frozen
class _Push:
    """One image on its way; `name` is what the registry will know it by."""

    client: "DockerClient"
    name: str

    def share(self) -> Share:
        return Sent(self.name).share()

    def carry(self, say: Tell) -> None:
        repository, _, tag = self.name.rpartition(":")
        with explained_of_registry(self.name):
            answers: Iterable[Mapping[str, Any]] = self.client.api.push(
                repository, tag=tag, stream=True, decode=True
            )
            error = self._hear(answers, say)
        if error:
            raise registry_refused(self.name, error, this_node())

    def _hear(self, answers: Iterable[Mapping[str, Any]], say: Tell) -> str:
        """Listen to the end, or the connection stays open; return what went wrong, if anything."""
        sent, error = Sent(self.name), ""
        told = sent.share()
        for answer in answers:
            error = error or str(answer.get("error", ""))
            sent.hear(answer)
            if sent.share() != told:
                told = sent.share()
                say(told)
        return error


def _part(detail: Mapping[str, Any]) -> float:
    total = int(detail.get("total") or 0)
    # What is sent is never called all of it before the engine has said so.
    return min(int(detail.get("current") or 0) / total, 0.99) if total > 0 else 0.0
