import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from tests.gateway.process import Home, client_of

pytestmark = pytest.mark.gateway


def test_health_needs_no_credentials_and_tells_the_version(anyone: httpx.Client) -> None:
    answer = anyone.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["version"]


def test_the_address_itself_says_what_this_is_and_where_to_go(anyone: httpx.Client) -> None:
    answer = anyone.get("/")
    assert answer.status_code == 200
    said = answer.json()
    assert said["name"] == "Mosaic gateway"
    assert anyone.get(said["health"]).status_code == 200
    assert anyone.get(said["models"]).status_code == 401
    assert anyone.post(said["chat"], json={}).status_code == 401


def test_ready_reports_each_dependency_with_its_milliseconds(anyone: httpx.Client) -> None:
    answer = anyone.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()["checks"]) == {"database", "queue"}
    for check in answer.json()["checks"].values():
        assert check["ok"] is True
        assert 0 <= check["ms"] < 5000


def test_ready_is_503_within_the_cap_while_nothing_can_be_queued(fresh: Home) -> None:
    with (
        client_of(fresh) as client,
        closing(sqlite3.connect(fresh.database, isolation_level=None)) as holder,
    ):
        holder.execute("BEGIN IMMEDIATE")
        blocked = client.get("/health/ready")
        holder.execute("ROLLBACK")
        after = client.get("/health/ready")
    assert blocked.status_code == 503
    assert blocked.json()["status"] == "unavailable"
    assert blocked.json()["checks"]["database"]["ok"] is True
    assert blocked.json()["checks"]["queue"]["ok"] is False
    assert 4900 < blocked.json()["checks"]["queue"]["ms"] < 15_000
    assert after.status_code == 200


@pytest.mark.parametrize("lost", ["file", "folder", "replaced"])
def test_a_database_that_is_gone_from_its_place_is_not_ready(
    home: Home, tmp_path: Path, lost: str
) -> None:
    folder = tmp_path / "data?#%41"
    folder.mkdir()
    database = folder / "mosaic.db"
    home.write_config(storage={"type": "sqlite", "path": str(database), "enableVector": False})
    assert home.run("migrate").returncode == 0
    home.start()
    token = home.set_up()
    match lost:
        case "file":
            database.unlink()
        case "folder":
            shutil.rmtree(folder)
        case _:
            other = folder / "other.db"
            shutil.copyfile(database, other)
            other.rename(database)
    with client_of(home, token) as client:
        answers = [client.get("/health/ready") for _ in range(3)]
    said = "was replaced while it was open" if lost == "replaced" else "is gone from its place"
    for answer in answers:
        assert answer.status_code == 503
        assert answer.json()["checks"]["database"]["ok"] is False
        assert answer.json()["checks"]["database"]["error"] == said
    # No connection that is opened meanwhile puts an empty one there.
    assert database.exists() == (lost == "replaced")


def test_the_openapi_document_is_served_and_the_docs_pages_are_not(anyone: httpx.Client) -> None:
    document = anyone.get("/openapi.json").json()
    assert document["info"]["title"] == "Mosaic gateway"
    assert set(document["components"]["securitySchemes"]) == {"token", "key", "session", "setup"}
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert operations
    assert not any("422" in operation["responses"] for operation in operations)
    assert anyone.get("/docs").status_code == 404
    assert anyone.get("/redoc").status_code == 404
