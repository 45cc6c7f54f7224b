"""No secret is ever where it could be read by others, and no bug tells one."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, PROGRAM, Site, run

pytestmark = pytest.mark.install

GIVEN: dict[str, Any] = dict(ADMIN)
BREAKS = """
import os

def broken(_pid):
    password = os.environ["MOSAIC_ADMIN_PASSWORD"]
    raise ZeroDivisionError(f"divided {password} by zero")

os.sched_getaffinity = broken
"""


class CommandLines(threading.Thread):
    """Keeps looking at the command line of every process of this machine."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.seen: set[str] = set()

    def run(self) -> None:
        while not self.over.wait(0.001):
            for folder in Path("/proc").iterdir():
                if folder.name.isdigit():
                    self._look(folder / "cmdline")

    def _look(self, path: Path) -> None:
        try:
            self.seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            return


def environments(site: Site) -> str:
    processes = [site.supervisor(), *site.supervisor().children(recursive=True)]
    return "\n".join(f"{process.environ()}" for process in processes)


def test_no_secret_is_where_it_could_be_read(site: Site) -> None:
    watch = CommandLines()
    watch.start()
    said = [
        site.install("--yes", "--verbose").said,
        site.run("install", "--verbose", **GIVEN).said,
        site.run(
            "install", "--json", "--set", "gateway.cors_origin=https://example.org", **GIVEN
        ).said,
        site.run("install", "--dry-run", "--diff", "--replace-edited", **GIVEN).said,
        site.run("doctor", "--json", **GIVEN).said,
        site.run("status", "--json").said,
        site.run("config", "show", **GIVEN).said,
    ]
    old_token = site.token()
    site.token_file.unlink()
    said.append(site.run("install", "--verbose", **GIVEN).said)
    said.append(site.run("gateway", "restart", **GIVEN).said)
    said.append(site.run("gateway", "logs").said)
    watch.over.set()
    watch.join()

    session = (site.config / "gateway/secrets/session-secret").read_text()
    secrets = {PASSWORD, session, site.token(), old_token}
    assert len(secrets) == 4
    places = {
        "a command line": "\n".join(watch.seen),
        "an environment": environments(site),
        "an output": "\n".join(said),
        **{str(path): path.read_text() for path in site.state.rglob("*") if path.is_file()},
        **{str(path): path.read_text() for path in site.config.glob("*.*")},
        **{str(path): path.read_text() for path in site.config.glob("gateway/*.*")},
        "the database": (site.home / "data/mosaic.db").read_bytes().decode(errors="replace"),
    }
    del places[str(site.config / "secrets.toml")]
    found = {place for place, text in places.items() for secret in secrets if secret in text}
    assert found == set()
    assert any("mosaic_installer.machine.processes.supervisor" in line for line in watch.seen)
    owners = [path for path in site.config.rglob("*") if path.is_file()]
    assert sum(PASSWORD in path.read_text() for path in owners) == 0
    assert sum(session in path.read_text() for path in owners) == 2, "its owner, and one derived"


def test_no_secret_of_a_recovery_is_where_it_could_be_read(site: Site) -> None:
    site.install("--yes")
    tokens, new = {site.token()}, "another-horse-10"
    watch = CommandLines()
    watch.start()
    who = ("--email", EMAIL, "--password-file", "-")
    said = []
    for words, typed in (
        (("token", "recover", "--via", "password", *who), PASSWORD),
        (("token", "recover", "--via", "host"), ""),
        (("token", "rotate"), ""),
        (("admin", "reset-password", *who), new),
        (("gateway", "login", *who), new),
        (("token", "recover", "--via", "session"), ""),
        (("gateway", "logout"), ""),
        (("token", "list", "--json"), ""),
        (("doctor", "--fix", "--json"), ""),
    ):
        said.append(site.run(*words, stdin=typed).said)
        tokens.add(site.token())
    said.append(site.run("install", "--yes", "--verbose").said)
    said.append(site.run("gateway", "logs", "--lines", "1000").said)
    watch.over.set()
    watch.join()
    assert len(tokens) == 5, "one was there, and four were obtained"
    database = sqlite3.connect(site.home / "data/mosaic.db")
    audited = "\n".join(str(row) for row in database.execute("SELECT * FROM audit"))
    database.close()
    assert "mint" in audited
    places = {
        "a command line": "\n".join(watch.seen),
        "an environment": environments(site),
        "an output": "\n".join(said),
        "the audit": audited,
        **{str(path): path.read_text() for path in site.state.rglob("*") if path.is_file()},
    }
    secrets = tokens | {PASSWORD, new}
    found = {place for place, text in places.items() for secret in secrets if secret in text}
    assert found == set()


def test_no_variable_of_ours_reaches_the_gateway(installed: Site) -> None:
    for process in (installed.supervisor(), installed.gateway()):
        names = {name for name in process.environ() if name.startswith("MOSAIC_")}
        assert names == {"MOSAIC_CONFIG_FINGERPRINT"}


@pytest.mark.parametrize("is_installed", [True, False])
def test_a_bug_leaves_a_report_without_secrets(
    site: Site, tmp_path: Path, *, is_installed: bool
) -> None:
    if is_installed:
        site.install("--yes")
    (tmp_path / "sitecustomize.py").write_text(BREAKS)
    done = site.install(code=3, PYTHONPATH=str(tmp_path), TMPDIR=str(tmp_path))
    assert "error: this is a bug in mosaic: ZeroDivisionError" in done.stderr
    assert "hint: a report without secrets is in `" in done.stderr
    report = Path(done.stderr.split("report without secrets is in `")[1].split("`")[0])
    assert report.is_relative_to(site.state if is_installed else tmp_path)
    assert report.stat().st_mode & 0o077 == 0
    text = report.read_text()
    assert "ZeroDivisionError: divided " in text
    assert "Traceback" in text
    assert PASSWORD not in text
    assert ("StartGateway" in text) == is_installed
    if is_installed:
        assert site.token() not in text
        site.run("uninstall", "--purge", "--yes")
        assert not site.home.exists()


def test_a_reader_that_goes_away_is_no_bug(shared: Site) -> None:
    shell = ("sh", "-c", 'exec 3>&1; { "$@" 2>&3; echo $? >&2; } | true', "sh")
    done = run((*shell, *PROGRAM, "config", "show"), shared.environment(), 0)
    assert "bug" not in done.said
