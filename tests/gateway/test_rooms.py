"""The gateway's rooms (ARCHITECTURE.md): who may import whom, and that nobody goes in circles."""

from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath

import pytest
from tests.gateway import rooms

pytestmark = pytest.mark.unit


def test_rooms_import_only_whom_they_may() -> None:
    paths = {path: path.relative_to(rooms.FOLDER) for path in sorted(rooms.FOLDER.rglob("*.py"))}
    faults = [
        fault
        for path, name in paths.items()
        for fault in rooms.import_faults(path.read_text("utf-8"), PurePosixPath(name))
    ]
    assert faults == []


def test_no_room_imports_one_above_it() -> None:
    order = list(rooms.ROOMS)
    upwards = {
        (name, other)
        for name, room in rooms.ROOMS.items()
        for other in room.rooms
        if order.index(other) >= order.index(name) and other != name
    }
    assert upwards == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(rooms.imported_modules(rooms.modules())).prepare()


def test_a_circle_is_found_also_when_it_is_closed_in_a_function() -> None:
    circle = {
        "mosaic_gateway.storage.pool": (
            "def open():\n    from mosaic_gateway.storage.sqlite import open_sqlite"
        ),
        "mosaic_gateway.storage.sqlite": "from mosaic_gateway.storage.pool import Storage",
    }
    with pytest.raises(CycleError):
        TopologicalSorter(rooms.imported_modules(circle)).prepare()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("errors.py", "from mosaic_gateway.version import version"),
        ("configuration/settings.py", "from mosaic_gateway.storage.pool import Storage"),
        ("storage/pool.py", "from mosaic_gateway.accounts.users import User"),
        ("storage/sqlite.py", "import fastapi"),
        ("accounts/sign_in.py", "from mosaic_gateway.http.services import Services"),
        ("accounts/sessions.py", "def late():\n    from mosaic_gateway.valkey import sessions"),
        ("accounts/users.py", "from mosaic_gateway.configuration.settings import Address"),
        ("http/auth.py", "from sqlalchemy import select"),
        ("http/auth.py", "from mosaic_gateway.operation.services import make_services"),
        ("valkey/server.py", "from mosaic_gateway.storage.pool import Storage"),
        ("operation/serve.py", "from mosaic_gateway.cli import main"),
        ("operation/serve.py", "from mosaic_installer.core import answers"),
        ("operation/probes.py", "from . import serve"),
    ],
)
def test_forbidden_imports_are_found(path: str, source: str) -> None:
    assert rooms.import_faults(source, PurePosixPath(path)) != []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("storage/postgres.py", "import psycopg\nfrom mosaic_gateway.waiting import wait_for"),
        ("accounts/setup.py", "from mosaic_gateway.accounts import audit\nimport hmac"),
        ("http/auth.py", "from mosaic_gateway.accounts.sign_in import SignIn"),
        ("operation/serve.py", "import uvicorn\nfrom mosaic_gateway.http import application"),
        ("cli.py", "def main():\n    from mosaic_gateway.operation.commands import run"),
    ],
)
def test_permitted_imports_are_let_through(path: str, source: str) -> None:
    assert rooms.import_faults(source, PurePosixPath(path)) == []


def test_a_file_outside_every_room_is_refused() -> None:
    with pytest.raises(KeyError, match="in no room"):
        rooms.room_of(PurePosixPath("attic/boxes.py"))
