"""`MemoryApi`: the door to what the gateway keeps for a user, and to searching it."""

from typing import Protocol

from mosaic_installer.core.frozen import frozen


@frozen
class Memory:
    """Something that is kept; moments in UTC, as ISO 8601."""

    id: str
    text: str
    created_at: str
    updated_at: str


@frozen
class Passage:
    """A piece of a conversation, where something was said."""

    conversation: str
    title: str
    text: str
    said_at: str


class MemoryApi(Protocol):
    """The gateway's contract about memories. Raises `InstallerError` where it refuses something."""

    def all(self, most: int) -> tuple[Memory, ...]:
        """Return the latest first, `most` at most."""

    def search(self, text: str, most: int) -> tuple[Memory, ...]:
        """Return the memories that fit these words best, `most` at most."""

    def search_conversations(self, text: str, most: int) -> tuple[Passage, ...]:
        """Return where these words were said, the best first, `most` at most."""

    def add(self, text: str) -> Memory:
        """Keep something."""

    def find(self, memory: str) -> Memory:
        """Return the one with this id."""

    def forget(self, memory: str) -> None:
        """Forget the one with this id for good."""
