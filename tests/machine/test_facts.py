"""Every field of the facts is measured: none keeps its default because nobody looked."""

import ast
from pathlib import Path

import pytest
from tests.house import SOURCES

from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.facts.disk import Disk
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.facts.installation import Installation
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.facts.person import Person
from mosaic_installer.core.facts.servers import Server, Servers
from mosaic_installer.core.facts.surroundings import Surroundings
from mosaic_installer.core.facts.system import System
from mosaic_installer.core.frozen import fields

pytestmark = pytest.mark.unit


def named_in_calls(paths: list[Path], functions: frozenset[str]) -> set[str]:
    """The keywords that are given where one of these functions is called."""
    calls = [
        node
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in functions
    ]
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


@pytest.mark.parametrize(
    "kind",
    [Host, System, Person, Disk, Installation, Listener, Surroundings, Servers, Server, Engine],
)
def test_every_fact_is_measured(kind: type) -> None:
    rooms = (SOURCES / "mosaic_installer" / name for name in ("machine", "commands"))
    paths = [path for room in rooms for path in room.rglob("*.py")]
    measured = named_in_calls(paths, frozenset({kind.__name__, "replace"}))
    assert {row.name for row in fields(kind)} <= measured
