"""A recording as one SVG: a strip of frames that CSS moves along, without a script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.pictures.screen import Run
from tests.pictures.svg import BAR, CELL, INK, LINE, MARGIN, framed, shapes

Row = tuple[Run, ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What was on the screen for so many seconds; `cursor` is its row and column."""

    seconds: float
    rows: tuple[Row, ...]
    cursor: tuple[int, int] | None


def cut(title: str, columns: int, frames: Sequence[Frame]) -> str:
    """Return the SVG document, which plays again and again.

    Where nothing moves (no CSS, or a reader who asked for less motion) it shows the last frame.
    """
    height = len(frames[0].rows)
    width = round(columns * CELL)
    window = f'x="{MARGIN}" y="{BAR + MARGIN}" width="{width}" height="{height * LINE}"'
    rows: dict[Row, str] = {}
    for frame in frames:
        for row in frame.rows:
            rows.setdefault(row, f"r{len(rows)}")
    parts = [
        f"<style>{_style(frames, width)}</style>",
        f'<defs><path id="c" fill="{INK}" opacity=".6" d="M0 1H8V{LINE - 1}H0Z"/>',
        *(f'<g id="{name}">{"".join(shapes(row, 0))}</g>' for row, name in rows.items()),
        "</defs>",
        f'<svg {window}><g class="strip"><g transform="translate({-MARGIN})">',
        *_strip(frames, rows, width),
        "</g></g></svg>",
    ]
    return framed(title, columns, height, parts)


def _strip(frames: Sequence[Frame], rows: dict[Row, str], width: int) -> Iterator[str]:
    for number, frame in enumerate(frames):
        yield f'<g transform="translate({number * width})">'
        for at, row in enumerate(frame.rows):
            if any(run.text.strip() for run in row):
                yield f'<use href="#{rows[row]}" y="{at * LINE}"/>'
        if frame.cursor:
            line, column = frame.cursor
            yield f'<use href="#c" x="{MARGIN + column * CELL:.0f}" y="{line * LINE}"/>'
        yield "</g>"


def _style(frames: Sequence[Frame], width: int) -> str:
    """Return the rules: each frame for its time, none between two."""
    whole = sum(frame.seconds for frame in frames)
    passed, steps = 0.0, ""
    for number, frame in enumerate(frames):
        steps += f"{passed / whole:.3%}{{transform:translate({-number * width}px)}}"
        passed += frame.seconds
    last = f"translate({-(len(frames) - 1) * width}px)"
    return (
        f".strip{{transform:{last};animation:play {whole:.1f}s step-end infinite}}"
        f"@keyframes play{{{steps}to{{transform:{last}}}}}"
        "@media(prefers-reduced-motion:reduce){.strip{animation:none}}"
    )
