"""What a provider says went wrong, in a line that may be shown: the key is in none of it."""

from collections.abc import Iterator, Mapping

LONGEST_QUOTE = 300


def quoted(said: object, key: str | None) -> str:
    """Return the first sentence of a refusal, text or JSON; empty where there is none."""
    text = next(_sentences(said), "")
    if key:
        text = text.replace(key, "***")
    return " ".join(text.split())[:LONGEST_QUOTE].encode("utf-8", "replace").decode()


def _sentences(said: object) -> Iterator[str]:
    match said:
        case str():
            yield said
        case Mapping():
            for name in ("message", "error"):
                yield from _sentences(said.get(name))
