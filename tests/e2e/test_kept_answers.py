"""What a person typed is kept when they leave, and offered by the next run; secrets never are."""

import tomllib
from signal import SIGTERM

import pytest
from tests.e2e.program import EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, DOWN, ENTER, ESCAPE, SIGN, UP, Terminal

pytestmark = pytest.mark.wizard

WAY, GO = "What would you like to do?", "Apply this plan?"
KEY, E_MAIL = "Model provider API key", "Administrator's e-mail"


def test_answers_before_ctrl_c_are_offered_again_and_gone_with_the_yes(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password:")
        terminal.types("half-typ" + CTRL_C)
        terminal.sees("Your answers are kept for the next run").ends(130)
    draft = site.state / "draft.toml"
    assert tomllib.loads(draft.read_text()) == {"admin": {"email": EMAIL}}
    assert draft.stat().st_mode & 0o777 == 0o600
    assert draft.parent.stat().st_mode & 0o777 == 0o700
    with Terminal(site, "install") as terminal:
        terminal.sees("kept from your unfinished run", f"{SIGN} Resume")
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)
        terminal.answers(GO, "").sees("Mosaic is ready").ends()
    assert not draft.exists()
    site.run("uninstall", "--purge", "--yes")
    assert not site.home.exists()


def test_whoever_leaves_finds_the_answers_again(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, UP * 4).sees(f"{E_MAIL} required", "Back").types(ENTER)
        terminal.answers(f"{E_MAIL}:", EMAIL).sees(f"{E_MAIL} {EMAIL}").types(DOWN * 2 + ENTER)
        terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)
        terminal.sees("password given").types(ESCAPE).sees("✓ Administrator").types(UP * 3 + ENTER)
        terminal.sees("Nothing was changed.", "Your answers are kept for the next run")
        terminal.sees("You will be asked again for: Administrator's password").ends()
    for key in (DOWN * 2 + ENTER, CTRL_C):  # nothing more is typed, and nothing is forgotten
        with Terminal(site, "install") as terminal:
            terminal.sees("kept from your unfinished run", "Enter again Administrator's password")
            terminal.sees(f"{SIGN} Resume").types(key).sees("Your answers are kept")
            terminal.ends(130 if key == CTRL_C else 0)
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, UP * 4).sees(f"{E_MAIL} {EMAIL} (to be confirmed)", "Back")
        terminal.types(CTRL_C).ends(130)
    assert PASSWORD not in (site.state / "draft.toml").read_text()
    with Terminal(site, "install") as terminal:
        terminal.sees("Enter again Administrator's password", f"{SIGN} Resume").types(ENTER)
        terminal.answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(CTRL_C).ends(130)


def test_kept_answers_go_with_an_uninstall(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password:")
        terminal.types(CTRL_C).ends(130)
    assert "have been removed" in site.run("uninstall", "--yes").stderr
    assert not site.home.exists()


def test_answers_survive_two_interruptions_and_a_failure(site: Site, free_port: int) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, UP * 5).sees("Gateway port", "Back").types(ENTER)
        terminal.answers("It must be free", "\b" * 5 + str(free_port))
        terminal.sees(f"Gateway port {free_port}", "Back").types(CTRL_C).ends(130)
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password:")
        terminal.types(CTRL_C).ends(130)
    assert tomllib.loads((site.state / "draft.toml").read_text()) == {
        "admin": {"email": EMAIL},
        "gateway": {"port": str(free_port)},
    }
    (site.home / "data").touch()  # a directory is needed there
    with Terminal(site, "install", MOSAIC_GATEWAY_PORT=None) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)
        terminal.sees(f"Gateway port {free_port} (your unfinished run)")
        terminal.answers(GO, "").sees("is in the way", "are kept for the next run").ends(1)
    assert EMAIL in (site.state / "draft.toml").read_text()


@pytest.mark.parametrize("is_plain", [False, True])
def test_a_window_that_is_closed_keeps_the_answers(site: Site, is_plain: bool) -> None:  # noqa: FBT001
    words = ("install", "--plain") if is_plain else ("install",)
    with Terminal(site, *words) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password")
        terminal.closes()
    assert not site.processes()
    draft = site.state / "draft.toml"
    assert tomllib.loads(draft.read_text()) == {"admin": {"email": EMAIL}}
    assert [path for path in site.home.rglob("*") if path.is_file()] == [draft]
    with Terminal(site, "install") as terminal:
        terminal.sees("kept from your unfinished run", f"{SIGN} Resume")
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.sees("password:").types("half-typed").is_told(SIGTERM)
        terminal.sees("Your answers are kept for the next run", "nothing was changed").ends(130)
        assert "half-typed" not in draft.read_text()
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)
        terminal.answers(GO, "").sees("Mosaic is ready").ends()
    assert not draft.exists()
