"""About how many tokens something is, before a model has read it: every tokenizer counts another.

Bytes rather than characters: a Chinese character is about one token, and so are three Latin ones.
"""

import json
from collections.abc import Iterable, Sequence

from mosaic_gateway.models.messages import Message, Picture, Tool

BYTES_PER_TOKEN = 4
"""About what tokenizers make of English; of code and of most other languages a little less."""
PER_MESSAGE = 4
"""What tells a model who says it, and where it ends."""
PER_PICTURE = 1500
"""About what the largest picture costs that is not made smaller before it is looked at
(https://platform.claude.com/docs/en/build-with-claude/vision)."""


def tokens_in(messages: Sequence[Message], tools: Iterable[Tool] = ()) -> int:
    """Return about how many tokens a model reads of these, and of the tools that it may use."""
    return sum(map(_of_message, messages)) + sum(map(_of_tool, tools))


def tokens_of_text(text: str) -> int:
    """Return about how many tokens a text has."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def beginning(text: str, tokens: int) -> str:
    """Return as much of a text's beginning as has about so many tokens."""
    kept = text.encode("utf-8", "replace")[: max(0, tokens) * BYTES_PER_TOKEN]
    return kept.decode("utf-8", "ignore")


def _of_message(message: Message) -> int:
    pictures = sum(isinstance(part, Picture) for part in message.content)
    calls = sum(tokens_of_text(each.name + each.arguments) for each in message.calls)
    return PER_MESSAGE + tokens_of_text(message.text) + calls + PER_PICTURE * pictures


def _of_tool(tool: Tool) -> int:
    schema = json.dumps(tool.parameters, separators=(",", ":"))
    return tokens_of_text(f"{tool.name} {tool.description or ''} {schema}")
