"""Generated files: what the user edited is kept, what we wrote is replaced, a crash is mended."""

import pytest
from tests.fake_machine import Crash, FakeMachine
from tests.make import LAYOUT

from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.written import damage_to, digest, is_ours

pytestmark = pytest.mark.unit

CONFIG = WriteFile(path=LAYOUT.gateway_config, content="{}\n")


def test_saved_answers_keep_the_comments_of_the_user() -> None:
    machine = FakeMachine()
    machine.files.write(LAYOUT.answers, b"# mine\n[gateway]\nport = 1\n")
    SaveAnswers(path=LAYOUT.answers, values={"gateway.port": 2}).apply(machine)
    assert machine.files.read(LAYOUT.answers) == b"# mine\n[gateway]\nport = 2\n"


def test_an_edited_file_is_kept_by_apply_time_and_undo() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    machine.files.write(CONFIG.path, b'{"edited": 1}')
    newer = replace(CONFIG, content='{"newer": 1}\n')
    assert newer.is_done(machine)
    newer.undo(machine, purge=False)
    assert machine.files.read(CONFIG.path) == b'{"edited": 1}'
    newer.undo(machine, purge=True)
    assert machine.files.kind(CONFIG.path) == "absent"


def test_an_edited_file_is_replaced_when_that_is_wanted() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    machine.files.write(CONFIG.path, b'{"edited": 1}')
    action = replace(CONFIG, replaces_edited=True)
    assert not action.is_done(machine)
    action.apply(machine)
    assert machine.files.read(CONFIG.path) == b"{}\n"


def test_lost_checksums_are_noted_again_for_what_is_as_it_should_be() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    machine.files.noted.clear()
    assert not CONFIG.is_done(machine)
    CONFIG.apply(machine)
    assert replace(CONFIG, content="newer").is_done(machine) is False


def test_a_file_of_somebody_else_is_kept() -> None:
    machine = FakeMachine()
    machine.files.write(CONFIG.path, b'{"theirs": 1}')
    assert CONFIG.is_done(machine)
    CONFIG.undo(machine, purge=False)
    assert machine.files.read(CONFIG.path) == b'{"theirs": 1}'


def test_what_we_wrote_last_is_replaced_without_asking() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    newer = replace(CONFIG, content='{"newer": 1}\n')
    assert not newer.is_done(machine)
    newer.apply(machine)
    assert machine.files.read(CONFIG.path) == b'{"newer": 1}\n'


def test_a_crash_between_note_and_write_leaves_a_file_known_as_ours() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    newer = replace(CONFIG, content='{"newer": 1}\n')
    machine.files.breaks_at = {CONFIG.path}
    with pytest.raises(Crash):
        newer.apply(machine)
    machine.files.breaks_at = set()
    assert machine.files.read(CONFIG.path) == b"{}\n"
    # Had it been written already, it would be known as ours as well.
    assert is_ours(newer.content.encode(), machine.files.notes(newer.path))
    assert not newer.is_done(machine)  # so the next run goes on, and does not take it for edited
    newer.apply(machine)
    assert newer.is_done(machine)


def test_a_file_that_was_deleted_is_written_again() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    machine.files.remove(CONFIG.path)
    assert not CONFIG.is_done(machine)


def test_a_diff_shows_the_change_and_nothing_when_there_is_none() -> None:
    machine = FakeMachine()
    machine.files.write(CONFIG.path, b"old\nsame\n")
    changed = replace(CONFIG, content="new\nsame\n")
    assert changed.diff(machine).splitlines() == [
        f"--- {CONFIG.path}\tnow",
        f"+++ {CONFIG.path}\tthen",
        "@@ -1,2 +1,2 @@",
        "-old",
        "+new",
        " same",
    ]
    changed.apply(machine)
    assert changed.diff(machine) == ""


def test_checksums_are_those_of_everybody_else() -> None:
    assert digest(b"").startswith("e3b0c44298fc1c14")


LINES = WriteFile(path=LAYOUT.gateway_environment, content="# ours\nA=1\nB=2\nC=3\n")
DAMAGE = {
    "nothing": (b"", "empty"),
    "zeros": (b"\0" * 4096, "empty"),
    "random": (b"\x8e\xff\x01A=1\n", "not text"),
    "control": (b"A=1\x01\n", "not text"),
    "half": (b"# ours\nA=1\nB", "cut off"),
    "half-of-lines": (b"# ours\nA=1\n", "cut off"),
    "doubled": (LINES.content.encode() * 2, "there twice"),
    "marked": (b"\xef\xbb\xbf" + LINES.content.encode(), "marked with a byte order mark"),
}
EDITS = {
    "changed": b"# ours\nA=1\nB=5\nC=3\n",
    "more": b"# ours\nA=1\nB=2\nC=3\nD=4\n",
    "last line": b"# ours\nA=1\nB=2\nC=4",
    "line taken out": b"# ours\nA=1\nC=3\n",
    "other line ends": b"# ours\r\nA=1\r\nB=2\r\nC=3\r\n",
    "marked, too": b"\xef\xbb\xbf# ours\nA=1\nB=2\nC=5\n",
}


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("newer", ["", "# newer\n"])
def test_a_damaged_file_is_put_aside_and_written_again(name: str, newer: str) -> None:
    machine = FakeMachine()
    LINES.apply(machine)
    content, damage = DAMAGE[name]
    machine.files.write(LINES.path, content)
    assert damage_to(LINES.path.name, content, machine.files.notes(LINES.path)) == damage
    action = replace(LINES, content=newer + LINES.content)
    assert not action.is_edited(machine)
    assert not action.is_done(machine)
    action.apply(machine)
    assert action.is_done(machine)
    aside = action.path.with_name(f"{action.path.name}.damaged")
    assert machine.files.read(aside) == (None if damage == "empty" else content)
    action.undo(machine, purge=True)
    assert machine.files.kind(aside) == "absent"


@pytest.mark.parametrize("name", EDITS)
def test_what_still_can_be_read_is_an_edit(name: str) -> None:
    machine = FakeMachine()
    LINES.apply(machine)
    machine.files.write(LINES.path, EDITS[name])
    assert LINES.is_edited(machine)
    assert LINES.is_done(machine)


@pytest.mark.parametrize("content", [b"{", b"[]", b"7\n", b"{}{}", b"[" * 99_999, b'{"a": 1} x'])
def test_json_that_is_no_object_is_damaged(content: bytes) -> None:
    assert damage_to("meta.json", content, ()) == "not valid JSON"
    assert damage_to("compose.yaml", content, ()) == ""


def test_a_note_of_an_older_version_is_the_checksum_alone() -> None:
    content = LINES.content.encode()
    assert is_ours(content, (digest(content),))
    assert damage_to(".env", content[:-5], (digest(content),)) == ""
    assert damage_to(".env", content * 2, (digest(content),)) == "there twice"
