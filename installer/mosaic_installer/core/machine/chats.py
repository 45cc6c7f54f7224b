"""`ChatApi`: the door to a user's own conversations, and to the models that answer in them."""

from collections.abc import Generator, Mapping
from typing import Any, Protocol

from mosaic_installer.core.frozen import field, frozen


@frozen
class Asking:
    """A question: in a new conversation unless one is named, for whom the gateway chooses.

    `agent` is a name; an empty one is none, and None is the one that was asked last.
    """

    text: str
    conversation: str | None = None
    model: str | None = None
    agent: str | None = None


@frozen
class ChatEvent:
    """What happens while a question is answered; docs/chat.md has the names, and their data."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return a text of the data; empty where it has none of this name."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""


@frozen
class Said:
    """A question and the answer to it, as far as there is one; `fault` says why there is none."""

    question: str
    answer: str
    model: str
    reason: str
    state: str
    fault: str
    agent: str = ""
    position: int = 0


@frozen
class Summary:
    """What a model that reads no more is told in place of the turns up to a position."""

    through: int
    text: str
    model: str


@frozen
class Conversation:
    """A conversation in the list; `turns` and the gateway's `document` where it is shown whole.

    So is the latest `summary` of its beginning, where it is a long one.
    """

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: tuple[Said, ...] = ()
    summary: Summary | None = None
    document: Mapping[str, Any] = field(default_factory=dict)


@frozen
class Decision:
    """Which task a question is, the models that would be asked one after the other, and why."""

    task: str
    models: tuple[str, ...]
    reason: str


@frozen
class Model:
    """A name that may be asked for, and what is told of it; None is what nobody tells.

    `provider` is empty where the gateway chooses the model, `tokens` the most that it reads,
    `trouble` why it is asked last for now.
    """

    name: str
    provider: str = ""
    pictures: bool | None = None
    tools: bool | None = None
    tokens: int | None = None
    trouble: str = ""


@frozen
class Answerer:
    """Who answered a question, and why they did."""

    model: str
    reason: str


class ChatApi(Protocol):
    """The gateway's contract about chats. Raises `InstallerError` where it refuses something."""

    def conversations(self, most: int) -> tuple[Conversation, ...]:
        """Return the latest conversations first, `most` at most."""

    def conversation(self, conversation: str) -> Conversation:
        """Return a conversation with all that was said."""

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""

    def delete(self, conversation: str) -> None:
        """Delete a conversation with all that was said."""

    def models(self) -> tuple[Model, ...]:
        """Return what may be asked for by name; nothing where no provider is on."""

    def explain(self, text: str) -> Decision:
        """Say who would answer a question, and ask nobody."""

    def try_out(self, seconds: float) -> Answerer:
        """Ask whoever is asked first one small question that is not kept; bounded in all.

        Raises `InstallerError` where nobody answers in `seconds`.
        """

    def ask(self, asking: Asking) -> Generator[ChatEvent]:
        """Yield what happens, to a `done` or an `error`; closing it ends the answer.

        Raises `InstallerError` also where the answer breaks off. A conversation that was begun for
        a question which is refused is deleted.
        """
