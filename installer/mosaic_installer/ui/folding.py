"""Lines that end between words, measured in cells of the terminal: a letter may take two."""

from collections.abc import Iterator


def cells(text: str) -> int:
    """Return how many cells of a terminal the text takes."""
    return len(text) if text.isascii() else sum(_cell(character) for character in text)


def fold(text: str, width: int, indent: str = "", *, breaks_words: bool = False) -> list[str]:
    """Return one line as lines of at most `width` cells; all but the first begin with `indent`.

    A word that is longer than a line stays whole, so that a path or a command can be copied;
    unless it `breaks_words`, where text stands in columns.
    """
    if cells(text) <= width:
        return [text]
    start = text[: len(text) - len(text.lstrip())]
    lines, line = [], start
    words = text.split()
    if breaks_words:
        words = [piece for word in words for piece in _pieces(word, width - cells(indent))]
    for word in words:
        gap = "" if line in {start, indent} else " "
        if gap and cells(line + gap + word) > width:
            lines.append(line)
            line, gap = indent, ""
        line += gap + word
    return [*lines, line]


def _pieces(word: str, width: int) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and cells(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _cell(character: str) -> int:
    import unicodedata

    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
