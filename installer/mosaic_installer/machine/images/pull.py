"""Pull images side by side, and tell how far each of them is.

A download that breaks off is taken up again by the engine itself. What was pulled when another
fails stays on the engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mosaic_installer.core.share import Share
from mosaic_installer.machine.engine.errors import explained, refused
from mosaic_installer.machine.images.transfers import Tell, carry_all

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass
class _Layer:
    """How much of a layer is here, and how much of it is unpacked; each from 0 to 1."""

    here: float = 0.0
    unpacked: float = 0.0


@dataclass
class Layers:
    """The layers of one image that the engine did not have, by their identifiers.

    Each counts the same: how many bytes a layer has is only said once its own download begins, so
    that a share of the bytes would go backwards.
    """

    image: str
    known: dict[str, _Layer] = field(default_factory=dict)

    def hear(self, answer: Mapping[str, Any]) -> None:
        """Take in one answer of the engine."""
        layer, part = str(answer.get("id", "")), _part(answer.get("progressDetail") or {})
        match answer.get("status"):
            case "Pulling fs layer" | "Waiting":
                self.known.setdefault(layer, _Layer())
            case "Downloading":
                self._of(layer).here = part
            case "Verifying Checksum" | "Download complete":
                self._of(layer).here = 1.0
            case "Extracting":
                # An engine that does not say how far it is sends no numbers here.
                self.known[layer] = _Layer(here=1.0, unpacked=part)
            case "Pull complete":
                self.known[layer] = _Layer(here=1.0, unpacked=1.0)

    def share(self) -> Share:
        """Return how far the image is. The last layer is told to be unpacked before it is done."""
        layers = self.known.values()
        if not layers or any(layer.here < 1 for layer in layers):
            percent = _percent([layer.here for layer in layers])
            return Share(of=self.image, phase="downloading", percent=percent)
        percent = _percent([layer.unpacked for layer in layers])
        return Share(of=self.image, phase="extracting", percent=percent)

    def _of(self, layer: str) -> _Layer:
        return self.known.setdefault(layer, _Layer())


def pull_images(client: "DockerClient", names: Sequence[str], tell: Tell) -> None:
    """Pull all images of those names.

    Raises EngineError with the registry's or the engine's words for the first that cannot be had.
    """
    carry_all([_Pull(client, name) for name in sorted(set(names))], tell)


@dataclass(frozen=True)
class _Pull:
    """One image on its way."""

    client: "DockerClient"
    name: str

    def share(self) -> Share:
        return Layers(self.name).share()

    def carry(self, say: Tell) -> None:
        from docker.utils import parse_repository_tag

        repository, tag = parse_repository_tag(self.name)
        with explained(f"image `{self.name}`"):
            answers = self.client.api.pull(
                repository, tag=tag or "latest", stream=True, decode=True
            )
            error = self._hear(answers, say)
        if error:
            raise refused(error, f"image `{self.name}`")

    def _hear(self, answers: Iterable[Mapping[str, Any]], say: Tell) -> str:
        """Listen to the end, or the connection stays open; return what went wrong, if anything."""
        layers, error = Layers(self.name), ""
        told = layers.share()
        for answer in answers:
            error = error or str(answer.get("error", ""))
            layers.hear(answer)
            if layers.share() != told:
                told = layers.share()
                say(told)
        return error


def _part(detail: Mapping[str, Any]) -> float:
    total = int(detail.get("total") or 0)
    # What is here is never called all of it before the engine has said so.
    return min(int(detail.get("current") or 0) / total, 0.99) if total > 0 else 0.0


def _percent(parts: Sequence[float]) -> int:
    return int(100 * sum(parts) / len(parts)) if parts else 0
