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
