"""Who becomes the administrator: whoever installs, however many others try to be first."""

import sqlite3
import threading
from contextlib import closing
from typing import Self

import httpx
import pytest
from tests.e2e.program import EMAIL, Site
from tests.gateway.process import NO_TLS

pytestmark = pytest.mark.install

STRANGER = {"name": "Eve", "email": "eve@example.org", "password": "first-come-first-served"}


class Poller:
    """Asks a gateway that is being installed to make a stranger its administrator."""

    def __init__(self, site: Site) -> None:
        self.statuses: set[int] = set()
        self._url = f"{site.url}/api/bootstrap/setup"
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _poll(self) -> None:
        with httpx.Client(verify=NO_TLS, timeout=30) as client:
            while not self._is_over.is_set():
                try:
                    self.statuses.add(client.post(self._url, json=STRANGER).status_code)
                except httpx.TransportError:
                    continue


def test_a_stranger_who_asks_all_the_while_does_not_become_the_administrator(site: Site) -> None:
    with Poller(site) as poller:
        site.install("--yes")
    assert poller.statuses == {404}
    assert site.has_working_token()
    reset = site.run("admin", "reset-password", "--password-file", "-", stdin="another-horse-10")
    assert EMAIL in reset.said


def test_nor_after_the_database_was_emptied(installed: Site) -> None:
    installed.run("gateway", "stop")
    for path in (installed.home / "data").iterdir():
        path.unlink()
    (installed.home / "data/mosaic.db").touch()
    installed.run("gateway", "start", code=6).says("mosaic.db` is empty")
    assert (installed.home / "data/mosaic.db").read_bytes() == b""
    installed.install("--yes", code=4).says("database-file-is-there")
    with Poller(installed) as poller:
        installed.install("--yes", "--ignore", "database-file-is-there")
    assert poller.statuses == {404}
    assert installed.has_working_token()


def test_row_8_a_database_whose_users_are_gone_is_set_up_on_the_hosts_authority(
    installed: Site,
) -> None:
    with closing(sqlite3.connect(installed.home / "data" / "mosaic.db", timeout=30)) as database:
        database.executescript("DELETE FROM tokens; DELETE FROM users;")
        database.commit()
    installed.run("install", "--yes", code=2).says("admin.password is missing")
    installed.install("--yes")
    assert installed.has_working_token()
