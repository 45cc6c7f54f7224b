"""The pictures in the documentation show what the program shows."""

import re

import pytest
from tests.pictures.__main__ import PICTURES
from tests.pictures.screen import develop
from tests.pictures.story import WIDTHS, tell
from tests.pictures.svg import draw

STALE = "a screen has changed: run `scripts/screens`, look at docs/pictures, and commit both"
# Numbers of processes differ in length, and doctor's findings are about the machine it runs on.
MACHINE = re.compile(r"^ *System\b.*?(?=^ *Folder\b)", re.MULTILINE | re.DOTALL)
FLUID = {
    "port-taken": re.compile(r"\s+|pid \d+"),
    "progress": re.compile(r"^\S|\s+|\(60 s left at most\)", re.MULTILINE),
    "doctor": re.compile(r"^(note|warning): .*(\n(?!✗|\d+ problem).*)*\n", re.MULTILINE),
}


@pytest.mark.wizard
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("columns", WIDTHS)
def test_every_screen_is_as_in_its_picture(columns: int) -> None:
    shown = {f"{scene.stem}.txt": (scene.name, scene.picture.text) for scene in tell(columns)}
    stored = {path.name: path.read_text("utf-8") for path in PICTURES.glob(f"*-{columns}.txt")}
    assert shown.keys() == stored.keys(), STALE
    for file, (name, text) in shown.items():
        assert _settled(name, text) == _settled(name, stored[file]), f"{file}: {STALE}"


@pytest.mark.unit
def test_every_picture_goes_with_its_text() -> None:
    for picture in PICTURES.glob("*.svg"):
        drawn = re.sub(r"\s|<title>.*?</title>|<[^>]*>", "", picture.read_text("utf-8"))
        text = re.sub(r"\s", "", picture.with_suffix(".txt").read_text("utf-8"))
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(sign, entity)
        assert drawn.endswith(text), f"{picture.name}: {STALE}"


@pytest.mark.unit
def test_pictures_load_nothing_from_elsewhere() -> None:
    for picture in PICTURES.glob("*.svg"):
        content = picture.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"@font-face|@import|url\(|href|<script", content), picture.name


@pytest.mark.unit
def test_a_text_of_this_machine_is_replaced_across_the_end_of_a_line() -> None:
    raw = "\x1b[2mfaint\x1b[0m \x1b[1;31mse\x1b[0mcret"
    picture = develop(raw, columns=9, rows=3, replaced={"secret": "public"})
    assert picture.text == "faint pub\nlic\n"
    assert [run.style.is_faint for run in picture.rows[0]] == [True, False, False, False]
    assert 'font-weight="bold"' in draw(picture, "a command")


def _settled(name: str, text: str) -> str:
    text = MACHINE.sub("", text)
    return FLUID[name].sub(" ", text) if name in FLUID else text
