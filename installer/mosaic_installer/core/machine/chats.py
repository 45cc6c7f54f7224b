"""`ChatApi`: the door to a user's own conversations, and to the models that answer in them."""

from collections.abc import Generator, Mapping
from typing import Any, Protocol

from mosaic_installer.core.frozen import field, frozen


@frozen
class Asking:
    """A question: in a new conversation unless one is named, for whom the gateway chooses."""

    text: str
    conversation: str | None = None
    model: str | None = None


@frozen
class ChatEvent:
    """What happens while a question is answered; docs/chat.md has the names, and their data."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return a text of the data; empty where it has none of this name."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""


class ChatApi(Protocol):
    """The gateway's contract about chats. Raises `InstallerError` where it refuses something."""

    def latest(self) -> str | None:
        """Return the id of the conversation that something was last said in."""

    def ask(self, asking: Asking) -> Generator[ChatEvent]:
        """Yield what happens, to a `done` or an `error`; closing it ends the answer.

        Raises `InstallerError` also where the answer breaks off. A conversation that was begun for
        a question which is refused is deleted.
        """
