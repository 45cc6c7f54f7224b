"""A picture as SVG: text stays text, and no font is fetched from anywhere."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from tests.pictures.screen import Picture, Run, Style

NAMESPACE = "http://www.w3.org/2000/svg"
CELL, LINE, SIZE, MARGIN, BAR = 8.4, 19, 14, 16, 34
FONTS = "'DejaVu Sans Mono',Menlo,Consolas,monospace"
INK, PAPER, FRAME, QUIET = "#d6dae3", "#14181f", "#2b313c", "#8b93a3"
COLOURS = {
    "black": "#14181f",
    "red": "#ff7b72",
    "green": "#6fd08c",
    "brown": "#e5c07b",
    "blue": "#79b8ff",
    "magenta": "#d2a8ff",
    "cyan": "#6cd0dd",
    "white": "#d6dae3",
    "brightblack": "#8b93a3",
    "brightred": "#ffa198",
    "brightgreen": "#8ee5a8",
    "brightbrown": "#f2d99c",
    "brightblue": "#a5d0ff",
    "brightmagenta": "#e2c5ff",
    "brightcyan": "#9be4ee",
    "brightwhite": "#ffffff",
}


def draw(picture: Picture, title: str) -> str:
    """Return the SVG document; `title` is the command that made it, shown above."""
    rows = (
        shape
        for number, row in enumerate(picture.rows)
        for shape in shapes(row, BAR + MARGIN + number * LINE)
    )
    return framed(f"$ {title}", picture.columns, len(picture.rows), rows)


def framed(title: str, columns: int, rows: int, shapes: Iterable[str]) -> str:
    """Return an SVG document of a window with so many columns and rows, and what it shows."""
    width = round(columns * CELL + 2 * MARGIN)
    height = rows * LINE + 2 * MARGIN + BAR
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    edge = f'width="{width - 1}" height="{height - 1}" rx="8" fill="{PAPER}" stroke="{FRAME}"'
    look = f'font-family="{FONTS}" font-size="{SIZE}" fill="{INK}" xml:space="preserve"'
    parts = [
        f'<svg xmlns="{NAMESPACE}" {size} {look}>',
        f"<title>{escape(title.removeprefix('$ '))}</title>",
        f'<rect x="0.5" y="0.5" {edge}/>',
        f'<path d="M1 {BAR}H{width - 1}" stroke="{FRAME}"/>',
        f'<text x="{MARGIN}" y="22" fill="{QUIET}">{escape(title)}</text>',
        *shapes,
        "</svg>",
    ]
    return "".join(f"{part}\n" for part in parts)


def shapes(row: Iterable[Run], top: int) -> Iterator[str]:
    """Yield what draws a row, whose upper edge is at `top`."""
    for run in row:
        yield from _run(run, top)


def _run(run: Run, top: int) -> Iterator[str]:
    if run.style.background != "default":
        yield (
            f'<rect x="{_x(run.column)}" y="{top}" width="{len(run.text) * CELL:.1f}"'
            f' height="{LINE}" fill="{_paint(run.style.background, INK)}"/>'
        )
    shown = run.text.strip()
    if shown:
        column = run.column + len(run.text) - len(run.text.lstrip())
        yield (
            f'<text x="{_x(column)}" y="{top + SIZE}" textLength="{len(shown) * CELL:.1f}"'
            f"{_look(run.style)}>{escape(shown)}</text>"
        )


def _x(column: int) -> str:
    return f"{MARGIN + column * CELL:.1f}"


def _look(style: Style) -> str:
    plain = QUIET if style.is_faint else INK
    if style.background != "default":
        plain = PAPER
    weight = ' font-weight="bold"' if style.is_bold else ""
    line = ' text-decoration="underline"' if style.is_underlined else ""
    paint = _paint(style.colour, plain)
    return (f' fill="{paint}"' if paint != INK else "") + weight + line


def _paint(colour: str, default: str) -> str:
    return default if colour == "default" else COLOURS.get(colour, f"#{colour}")
