"""What the home screen shows of an installation, and the way back from there."""

import pytest
from tests.e2e.program import Site
from tests.e2e.stack import Stack
from tests.e2e.terminal import CTRL_C, DOWN, ENTER, ESCAPE, SIGN, UP, Terminal

pytestmark = pytest.mark.wizard

WAY = "What would you like to do?"


def test_the_token_and_the_log_are_shown_and_lead_back(shared: Site) -> None:
    token = shared.token()
    with Terminal(shared) as terminal:
        terminal.sees(WAY, f"{SIGN} Change settings")
        assert token not in terminal.raw, "nobody asked for it"
        terminal.types(DOWN * 3 + ENTER).sees("Admin token", str(shared.token_file), token)
        terminal.types(ESCAPE).sees(f"{SIGN} Show the token")
        assert token not in terminal.text, "it leaves nothing behind"
        terminal.types(DOWN + ENTER).sees("Gateway log", "mosaic gateway logs", "Esc goes back")
        terminal.types(ESCAPE).sees(f"{SIGN} Show the log").types(UP * 4)
        terminal.sees(f"{SIGN} Change settings").types(CTRL_C).ends(130)
        assert terminal.raw.count(token) == 1


def test_without_its_token_an_installation_says_so_and_can_be_uninstalled(installed: Site) -> None:
    installed.token_file.unlink()
    with Terminal(installed) as terminal:
        terminal.sees(f"{SIGN} Repair ").types(DOWN * 2 + ENTER)
        terminal.sees("Admin token", "does not exist", "`mosaic token recover`").types(ESCAPE)
        terminal.sees(f"{SIGN} Show the token").types(DOWN * 2 + ENTER)
        terminal.sees("Uninstall Mosaic?", str(installed.home), f"{SIGN} Cancel").types(ENTER)
        terminal.sees("1 problem", f"{SIGN} Uninstall").types(ENTER).sees(f"{SIGN} Cancel")
        assert (installed.config / "answers.toml").exists()
        terminal.types(DOWN + ENTER).sees("Mosaic has been uninstalled.", "not installed yet")
        terminal.sees(f"{SIGN} Install").types(DOWN * 2 + ENTER)
        terminal.sees("Nothing was changed.").ends()
    assert not (installed.config / "answers.toml").exists()


def test_of_containers_it_says_which_volumes_have_the_data(shared_stack: Stack) -> None:
    volumes = shared_stack.inspect("postgres")["Mounts"]
    name = next(row["Name"] for row in volumes if row["Type"] == "volume")
    with Terminal(shared_stack.site) as terminal:
        terminal.sees(f"{SIGN} Change settings").types(DOWN * 5 + ENTER)
        terminal.sees("Uninstall Mosaic?", "in the volume", f"`{name}`", f"{SIGN} Cancel")
        terminal.types(ESCAPE).sees(f"{SIGN} Uninstall").types(CTRL_C).ends(130)


def test_in_plain_lines_a_token_says_how_to_take_it_from_the_screen(shared: Site) -> None:
    with Terminal(shared, "--plain") as terminal:
        terminal.sees(WAY, "Show the token").types("?\n").sees("gateway: The program")
        number = next(
            line.partition(".")[0] for line in terminal.lines if line.endswith(". Show the token")
        )
        terminal.types(f"{number}\n").sees(shared.token(), "`clear` removes it.", WAY)
        terminal.sees(WAY, times=2).types(CTRL_C).ends(130)
