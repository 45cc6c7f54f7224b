"""A row that must not be lost, and how tests of recovery look at tokens and into the database."""

import shutil
import sqlite3
from pathlib import Path

import httpx
from tests.e2e.program import Site
from tests.gateway.process import NO_TLS

LABEL = "written before the loss"


def api(site: Site, method: str, **options: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {site.token()}"}
    url = f"{site.url}/api/admin/tokens"
    answer = httpx.request(method, url, headers=headers, verify=NO_TLS, timeout=120, **options)  # type: ignore[arg-type]  # httpx's own options
    assert answer.is_success, answer.text
    return answer


def proves_repaired(site: Site) -> None:
    assert LABEL in [row["label"] for row in api(site, "GET").json()]


def sql(site: Site, *statements: str) -> None:
    with sqlite3.connect(site.home / "data" / "mosaic.db", timeout=90) as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def working_tokens(site: Site) -> list[str]:
    return [row["label"] for row in api(site, "GET").json() if row["revokedAt"] is None]


def delete(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def labels(site: Site) -> set[str]:
    return {row["label"] for row in api(site, "GET").json()}


def folder(site: Site) -> set[str]:
    """The names in the folder of the data, but those that SQLite makes, and the queue of jobs."""
    names = {path.name for path in (site.home / "data").iterdir()}
    made = {f"{name}.db{suffix}" for name in ("mosaic", "jobs") for suffix in ("-wal", "-shm")}
    return names - made - {"jobs.db"}
