"""What a person saw: a run's output as rows of coloured cells, with nothing of this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyte

FAINT, BLINKING = 2, 5


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a cell looks; colours are pyte's names, or six hexadecimal digits."""

    colour: str = "default"
    background: str = "default"
    is_bold: bool = False
    is_faint: bool = False
    is_underlined: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """Neighbouring cells that look the same."""

    column: int
    text: str
    style: Style


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A screen without the empty rows above and below what was shown."""

    columns: int
    rows: tuple[tuple[Run, ...], ...]

    @property
    def text(self) -> str:
        lines = ("".join(run.text for run in row).rstrip() for row in self.rows)
        return "".join(f"{line}\n" for line in lines)


class Screen(pyte.Screen):
    """A screen that also knows faint text; pyte does not, so the blinking bit carries it."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        known = (BLINKING if attribute == FAINT else attribute for attribute in attributes)
        super().select_graphic_rendition(*known)

    def cells(self) -> tuple[pyte.screens.Char, ...]:
        """Return every cell as it is now, row by row."""
        rows = (self.buffer[row] for row in range(self.lines))
        return tuple(row[column] for row in rows for column in range(self.columns))


def develop(raw: str, *, columns: int, rows: int, replaced: Mapping[str, str]) -> Picture:
    """Return the picture of `raw`, all that a terminal got, with its texts replaced."""
    screen = Screen(columns, rows)
    pyte.Stream(screen).feed(raw)
    lines = rows_of(screen.cells(), columns, replaced)
    full = [number for number, line in enumerate(lines) if any(run.text.strip() for run in line)]
    return Picture(columns=columns, rows=tuple(lines[full[0] : full[-1] + 1]))


def rows_of(
    cells: Sequence[pyte.screens.Char], columns: int, replaced: Mapping[str, str]
) -> list[tuple[Run, ...]]:
    """Return the rows that so many cells are.

    `replaced` gives texts of this machine and what to show instead, of the same length each, so
    that nothing moves; they are found across the ends of lines, too.
    """
    text = "".join(cell.data for cell in cells)
    assert len(text) == len(cells), "wide characters have no place in these pictures"
    for found, shown in replaced.items():
        assert len(found) == len(shown), (found, shown)
        text = text.replace(found, shown)
    styles = [_style(cell) for cell in cells]
    return [
        _runs(text[start : start + columns], styles[start : start + columns])
        for start in range(0, len(cells), columns)
    ]


def _style(cell: pyte.screens.Char) -> Style:
    colours = (cell.bg, cell.fg) if cell.reverse else (cell.fg, cell.bg)
    return Style(
        colour=colours[0],
        background=colours[1],
        is_bold=cell.bold,
        is_faint=cell.blink,
        is_underlined=cell.underscore,
    )


def _runs(text: str, styles: list[Style]) -> tuple[Run, ...]:
    runs: list[Run] = []
    column = 0
    for style, group in groupby(styles):
        length = len(list(group))
        runs.append(Run(column=column, text=text[column : column + length], style=style))
        column += length
    return tuple(runs)
