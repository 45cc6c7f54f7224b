"""The database's file, deleted under the gateway that has it open."""

import pytest
from tests.e2e.program import Site
from tests.e2e.recovering import proves_repaired

pytestmark = pytest.mark.install


@pytest.mark.parametrize("lost", ["data/mosaic.db", "data"])
def test_a_database_that_is_deleted_under_the_gateway_is_said(used: Site, lost: str) -> None:
    gateway = used.gateway()
    place = used.home / lost
    place.rename(used.user / "backup")
    said = "database is gone from its place"
    status = used.run("status", code=6)
    assert f"running, but its {said}, at {used.url}" in status.stdout
    assert used.run("status", "--json", code=6).document["gateway"]["healthy"] is False
    assert "[database-is-in-its-place]" in used.run("doctor", code=4).stdout
    for command in (("install",), ("doctor", "--fix")):
        used.run(*command, code=4)
        assert used.gateway() == gateway, "what it has open is not lost with a restart"

    (used.user / "backup").rename(place)
    used.run("status")
    used.run("install")
    proves_repaired(used)


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("data/mosaic.db", "there is no database at"),
        ("data", "of the database does not exist"),
    ],
)
def test_a_database_that_is_gone_is_begun_anew_only_after_a_word(
    used: Site, lost: str, said: str
) -> None:
    used.run("gateway", "stop")
    place = used.home / lost
    place.rename(used.user / "backup")
    used.run("gateway", "start", code=6).says(said)
    assert "[database-file-is-there]" in used.run("doctor", "--fix", code=4).stdout
    used.run("install", code=4)
    assert not (used.home / "data/mosaic.db").exists()

    before = used.snapshot()
    ignoring = ("install", "--yes", "--ignore", "database-file-is-there")
    used.run(*ignoring, code=2).says("admin.password is missing")
    assert used.snapshot() == before
    used.install(*ignoring[1:])
    assert used.has_working_token()

    used.run("gateway", "stop")
    for path in (used.home / "data").iterdir():
        path.unlink()
    (used.home / "data").rmdir()
    place.parent.mkdir(mode=0o700, exist_ok=True)
    (used.user / "backup").rename(place)
    used.install("--yes")
    proves_repaired(used)
