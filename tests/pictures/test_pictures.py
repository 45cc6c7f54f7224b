"""The pictures in the documentation show what the program shows."""

import re
from html import unescape

import pytest
from tests.pictures.__main__ import PICTURES, RECORDING
from tests.pictures.film import Frame, cut
from tests.pictures.screen import develop
from tests.pictures.story import WIDTHS, tell
from tests.pictures.svg import draw

STALE = "a screen has changed: run `scripts/screens`, look at docs/pictures, and commit both"
# Numbers of processes differ in length, and doctor's findings are about the machine it runs on.
MACHINE = re.compile(r"^ *System\b.*?(?=^ *Folder\b)", re.MULTILINE | re.DOTALL)
OWN = re.compile(r"/home|MOSAIC_|14242|^\s*$|^[^a-z]*$|more$|^✓ |shell|profile")
MOST_BYTES = 150_000
FLUID = {
    "port-taken": re.compile(r"\s+|pid \d+"),
    "problem": re.compile(r"\s+|pid \d+"),
    "progress": re.compile(r"^\S|\s+|\(60 s left at most\)", re.MULTILINE),
    "doctor": re.compile(r"^(note|warning): .*(\n(?!✗|\d+ problem).*)*\n", re.MULTILINE),
}


@pytest.mark.wizard
@pytest.mark.usefixtures("engine")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("columns", WIDTHS)
def test_every_screen_is_as_in_its_picture(columns: int) -> None:
    shown = {f"{scene.stem}.txt": (scene.name, scene.picture.text) for scene in tell(columns)}
    stored = {path.name: path.read_text("utf-8") for path in PICTURES.glob(f"*-{columns}.txt")}
    assert shown.keys() == stored.keys(), STALE
    for file, (name, text) in shown.items():
        assert _settled(name, text) == _settled(name, stored[file]), f"{file}: {STALE}"


@pytest.mark.unit
def test_every_picture_goes_with_its_text() -> None:
    for picture in set(PICTURES.glob("*.svg")) - {RECORDING}:
        drawn = re.sub(r"\s|<title>.*?</title>|<[^>]*>", "", picture.read_text("utf-8"))
        text = re.sub(r"\s", "", picture.with_suffix(".txt").read_text("utf-8"))
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(sign, entity)
        assert drawn.endswith(text), f"{picture.name}: {STALE}"


@pytest.mark.unit
def test_pictures_load_nothing_from_elsewhere() -> None:
    for picture in PICTURES.glob("*.svg"):
        content = picture.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"@font-face|@import|url\(|href=\"[^#]|<script", content), picture.name


@pytest.mark.unit
def test_the_recording_shows_what_the_pictures_show() -> None:
    """Lines without a path or a port of their own are the same: the last screen, the questions."""
    recorded = re.sub(r"<[^>]*>", "", re.sub(r"</g>", "\n", RECORDING.read_text("utf-8")))
    shown = {"".join(line.split()) for line in unescape(recorded).splitlines()}
    for name in ("questions", "install"):
        lines = (PICTURES / f"{name}-80.txt").read_text("utf-8").splitlines()
        wanted = {"".join(line.split()) for line in lines if not OWN.search(line)}
        assert wanted - shown == set(), STALE


@pytest.mark.unit
def test_the_recording_is_small_and_has_an_end_to_look_at() -> None:
    content = RECORDING.read_text("utf-8")
    assert len(content) < MOST_BYTES
    assert re.search(r"@media\(prefers-reduced-motion:reduce\)", content)
    assert "Mosaic is ready" in content
    assert len(re.findall(r"mosaic_[A-Za-z0-9]{20,}", content)) == 1, "of a token only an example"


@pytest.mark.unit
def test_a_film_shows_each_frame_for_its_time_and_stays_at_the_last() -> None:
    first, last = (develop(text, columns=9, rows=1, replaced={}).rows for text in ("one", "two"))
    film = cut(
        "a film",
        9,
        (
            Frame(seconds=1, rows=first, cursor=(0, 3)),
            Frame(seconds=3, rows=last, cursor=None),
        ),
    )
    assert ".strip{transform:translate(-76px);animation:play 4.0s" in film
    assert "0.000%{transform:translate(0px)}25.000%{transform:translate(-76px)}" in film
    assert film.count('href="#c"') == 1


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
