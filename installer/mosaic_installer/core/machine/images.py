"""`Images`: the door to the images on the container engine."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Images(Protocol):
    """The images on the container engine."""

    def has(self, name: str) -> bool:
        """Return whether the engine has the image."""

    def pull(self, names: Sequence[str]) -> None:
        """Fetch the images from their registries, all at once; says how far each is."""

    def digests(self, name: str) -> frozenset[str]:
        """Return the digests by which registries know the image; none where it comes from none."""

    def is_built(self, name: str, on: str) -> bool:
        """Return whether the image `name` was built from what is installed, on the image `on` as
        it is now."""

    def build(self, name: str, on: str) -> None:
        """Build the gateway's image `name` from what is installed, on top of the image `on`."""

    def not_pushed(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Return which of these images a registry does not have as they are here; `names` are
        those that it knows them by, with its address. One that a service uses is not asked for."""

    def push(self, names: Mapping[str, str]) -> None:
        """Push images, all at once, under the names of a registry; says how far each is."""

    def remove_image(self, name: str) -> None:
        """Remove the image, unless some container still needs it."""
