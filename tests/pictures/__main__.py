"""Writes docs/pictures: of every scene an SVG to look at, and its text for the test to compare."""

from pathlib import Path

from tests.pictures.story import WIDTHS, tell
from tests.pictures.svg import draw

PICTURES = Path(__file__).parents[2] / "docs/pictures"


def main() -> None:
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
    for path in set(PICTURES.iterdir()) - written:
        path.unlink()


if __name__ == "__main__":
    main()
