"""Nowhere to write, hardly a file to open, no folder to be in: told in a sentence, never a bug."""

import subprocess

import pytest
from tests.e2e.program import ADMIN, DEADLINE, PROGRAM, Done, Site

pytestmark = pytest.mark.install

WORDS = (("status",), ("status", "--json"), ("config", "show"), ("doctor",), ("token", "list"))
WITHOUT_PROC = (
    "exec unshare --user --map-root-user --mount "
    "sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh MOSAIC"
)
NOBODY = ("exec MOSAIC 2> /dev/full", "exec MOSAIC 2>&-", "exec MOSAIC >&-")


def within(site: Site, shell: str, *words: str) -> Done:
    """Run the program as the shell does that."""
    script = shell.replace("MOSAIC", '"$@"')
    finished = subprocess.run(
        ("sh", "-c", script, "sh", *PROGRAM, *words),
        env=site.environment(**ADMIN),
        cwd=site.user,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert "Traceback" not in finished.stderr, finished.stderr
    assert "this is a bug" not in finished.stderr, finished.stderr
    return Done(code=finished.returncode, stdout=finished.stdout, stderr=finished.stderr)


@pytest.mark.parametrize("words", WORDS)
def test_a_full_stdout_is_an_error_that_says_so(shared: Site, words: tuple[str, ...]) -> None:
    done = within(shared, "exec MOSAIC > /dev/full", *words)
    done.says("cannot write to stdout: No space left on device")
    assert done.code == 1


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(
    "shell", ["exec MOSAIC 2> /dev/full", "exec MOSAIC 2>&-", "exec MOSAIC >&-"]
)
def test_nobody_who_listens_changes_nothing(
    shared: Site, shell: str, words: tuple[str, ...]
) -> None:
    assert within(shared, shell, *words).code == 0


def test_a_machine_without_loopback_is_refused_at_once(site: Site) -> None:
    done = within(site, "exec unshare --user --map-root-user --net MOSAIC", "install", "--dry-run")
    assert "machine-can-call-itself" in done.stderr
    assert done.code == 4


@pytest.mark.parametrize("words", [*WORDS, ("gateway", "stop"), ("install", "--yes")])
def test_without_proc_what_needs_processes_says_so(shared: Site, words: tuple[str, ...]) -> None:
    before = shared.snapshot()
    done = within(shared, WITHOUT_PROC, *words)
    needs_none = words == ("token", "list")
    assert done.code == (0 if needs_none else 1)
    assert needs_none or "`/proc` is not mounted\n\nhint: run `mount -t proc" in done.stderr
    assert shared.snapshot() == before


def test_nothing_is_installed_without_proc(site: Site) -> None:
    done = within(site, WITHOUT_PROC, "install", "--yes")
    assert (done.code, "`/proc` is not mounted" in done.stderr) == (1, True)
    assert not site.home.exists()


def test_errors_that_nobody_reads_keep_their_exit_code(site: Site) -> None:
    assert within(site, "exec MOSAIC 2> /dev/full", "status").code == 1


@pytest.mark.parametrize("words", WORDS)
def test_a_folder_that_is_gone_is_none_to_need(shared: Site, words: tuple[str, ...]) -> None:
    assert within(shared, "mkdir gone; cd gone; rmdir ../gone; exec MOSAIC", *words).code == 0


@pytest.mark.parametrize("words", WORDS)
def test_few_open_files_are_enough_or_named(shared: Site, words: tuple[str, ...]) -> None:
    assert within(shared, "ulimit -n 6; exec MOSAIC", *words).code in {0, 1, 9}
