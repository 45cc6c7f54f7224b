"""scripts/test-engine, on a machine that it has set up."""

import resource
from pathlib import Path

import pytest
from tests.e2e.bare_machine import REAL_HOME, ROOT
from tests.engine.engine import Engine, image_names, run

pytestmark = pytest.mark.install

SCRIPT = ROOT / "scripts" / "test-engine"
BARE = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": str(REAL_HOME),
}


def test_again_it_says_nothing_and_changes_nothing(engine: Engine) -> None:
    ids = ("docker", "image", "inspect", "--format={{.Id}}", *image_names())
    run(str(SCRIPT), environment=BARE)
    before, spent = run(*ids).stdout, seconds_spent()
    again = run(str(SCRIPT), environment=BARE)
    assert seconds_spent() - spent < 3
    assert again.said == ""
    assert run(*ids).stdout == before


def test_an_unknown_word_is_refused(engine: Engine, tmp_path: Path) -> None:
    refused = run(str(SCRIPT), "sotp", environment={**BARE, "HOME": str(tmp_path)}, code=1)
    assert "error: unknown word `sotp`" in refused.stderr
    assert "hint: " in refused.stderr


def seconds_spent() -> float:
    """What the programs that we started took of the processor: the same on a busy machine."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
