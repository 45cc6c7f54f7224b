"""What is said to a model, whichever provider has it; as JSON, what a conversation is kept as."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]
Effort = Literal["minimal", "low", "medium", "high", "xhigh", "max"]
ToolChoice = Literal["auto", "none", "required"] | tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A picture, by its address or as a `data:` URL; `detail` is how closely to look at it."""

    url: str
    detail: str | None = None


@dataclass(frozen=True)
class ToolCall:
    """A tool that a model wants to be used; `arguments` are what it says, JSON or not."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One message; `answers` is the id of the call that a tool's message answers."""

    role: Role
    content: tuple[str | Picture, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    answers: str | None = None

    @property
    def text(self) -> str:
        """What it says, without its pictures."""
        return "\n".join(part for part in self.content if isinstance(part, str))


@dataclass(frozen=True)
class Tool:
    """A tool of the client's; `parameters` is a JSON Schema."""

    name: str
    description: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    strict: bool | None = None


@dataclass(frozen=True)
class Format:
    """The JSON Schema that an answer is to follow."""

    name: str
    schema: Mapping[str, Any]
    description: str | None = None
    strict: bool | None = None


ANY_OBJECT = Format("object", {"type": "object"})
"""JSON of any kind; what providers call `json_object`."""


@dataclass(frozen=True)
class Wish:
    """How to answer; what is None is left to the model."""

    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    parallel_tools: bool | None = None
    format: Format | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    stop: tuple[str, ...] = ()
    thinking: bool | Effort | None = None
    """Whether to think before answering, and how much; for models that can."""

    def only(self, names: Container[str]) -> "Wish":
        """The same with no other tools than these; one that is not left is not insisted on."""
        tools = tuple(each for each in self.tools if each.name in names)
        choice = self.tool_choice
        if isinstance(choice, tuple) and not all(each in names for each in choice):
            choice = "auto"
        return replace(self, tools=tools, tool_choice=choice)


ANYHOW = Wish()


def to_json(message: Message) -> dict[str, Any]:
    """The message as it is kept; short, because a conversation has many."""
    found: dict[str, Any] = {
        "role": message.role,
        "content": [_part(each) for each in message.content],
    }
    if message.calls:
        found["calls"] = [[call.id, call.name, call.arguments] for call in message.calls]
    if message.answers is not None:
        found["answers"] = message.answers
    return found


def from_json(kept: Mapping[str, Any]) -> Message:
    """The reverse of `to_json`."""
    return Message(
        kept["role"],
        tuple(each if isinstance(each, str) else Picture(*each) for each in kept["content"]),
        tuple(ToolCall(*each) for each in kept.get("calls", ())),
        kept.get("answers"),
    )


def _part(part: str | Picture) -> str | Sequence[str | None]:
    return part if isinstance(part, str) else [part.url, part.detail]
