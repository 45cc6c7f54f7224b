"""Generated files: what the user edited is kept, what we wrote is replaced, a crash is mended."""

import pytest
from tests.fake_machine import Crash, FakeMachine
from tests.make import LAYOUT

from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile, digest
from mosaic_installer.core.frozen import replace

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
    machine.files.write(CONFIG.path, b"edited")
    newer = replace(CONFIG, content='{"newer": 1}\n')
    assert newer.is_done(machine)
    newer.undo(machine, purge=False)
    assert machine.files.read(CONFIG.path) == b"edited"
    newer.undo(machine, purge=True)
    assert machine.files.kind(CONFIG.path) == "absent"


def test_an_edited_file_is_replaced_when_that_is_wanted() -> None:
    machine = FakeMachine()
    CONFIG.apply(machine)
    machine.files.write(CONFIG.path, b"edited")
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
    machine.files.write(CONFIG.path, b"theirs")
    assert CONFIG.is_done(machine)
    CONFIG.undo(machine, purge=False)
    assert machine.files.read(CONFIG.path) == b"theirs"


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
    assert digest(newer.content.encode()) in machine.files.digests(newer.path)
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
