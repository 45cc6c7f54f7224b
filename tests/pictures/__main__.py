"""Writes docs/pictures: of every scene an SVG to look at and its text to compare, and a recording.

python -m tests.pictures [pictures | recording]
"""

import sys
from pathlib import Path

from tests.pictures.recording import record
from tests.pictures.story import WIDTHS, tell
from tests.pictures.svg import draw

PICTURES = Path(__file__).parents[2] / "docs/pictures"
RECORDING = PICTURES / "recording.svg"


def main(wanted: str) -> None:
    if wanted != "recording":
        _take_pictures()
    if wanted != "pictures":
        RECORDING.write_text(record(), encoding="utf-8")


def _take_pictures() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    written: set[Path] = set()
    for columns in WIDTHS:
        for scene in tell(columns):
            files = {
                PICTURES / f"{scene.stem}.svg": draw(scene.picture, scene.command),
                PICTURES / f"{scene.stem}.txt": scene.picture.text,
            }
            for path, content in files.items():
                path.write_text(content, encoding="utf-8")
            written |= files.keys()
    for path in set(PICTURES.iterdir()) - written - {RECORDING}:
        path.unlink()


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
