"""Folders are the law (ARCHITECTURE.md): who may import whom, who speaks and who exits."""

from collections.abc import Callable, Container
from pathlib import Path, PurePosixPath

import pytest
from tests import house

pytestmark = pytest.mark.unit

ROOT = house.SOURCES.parent
COMPILED_TEMPLATES = house.SOURCES / house.INSTALLER / "core/rendered"
SPEAKERS_OF_THE_GATEWAY = ("cli.py", "__main__.py")
Rule = Callable[[str, PurePosixPath], list[str]]


def faults(rule: Rule, package: str, *, exempt: Container[str] = ()) -> list[str]:
    folder = house.SOURCES / package
    paths = {
        path: str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.py"))
        if str(path.relative_to(folder)) not in exempt
    }
    return [
        fault
        for path, name in paths.items()
        for fault in rule(path.read_text("utf-8"), PurePosixPath(name))
    ]


def test_rooms_import_only_whom_they_may() -> None:
    assert faults(house.import_faults, house.INSTALLER) == []


def test_cli_imports_commands_lazily() -> None:
    assert faults(house.eager_faults, house.INSTALLER) == []


def test_gateway_knows_nothing_of_the_installer() -> None:
    assert faults(house.gateway_faults, house.GATEWAY) == []


@pytest.mark.parametrize("package", [house.INSTALLER, house.GATEWAY])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    paths = {path.relative_to(house.SOURCES): path for path in house.SOURCES.rglob("*.py")}
    sources = {
        ".".join(name.with_suffix("").parts).removesuffix(".__init__"): path.read_text("utf-8")
        for name, path in paths.items()
        if name.parts[0] == package
    }
    assert house.circle_faults(sources) == []


def test_only_ui_prints() -> None:
    found = faults(house.print_faults, house.INSTALLER)
    assert [fault for fault in found if not fault.startswith("ui/")] == []


def test_only_cli_exits() -> None:
    of_nodes = "machine/engine/swarm/carry_program.py"  # a program of its own, in jobs
    exempt = {"cli.py", "__main__.py", of_nodes}
    assert faults(house.exit_faults, house.INSTALLER, exempt=exempt) == []


def test_gateway_prints_only_in_its_commands() -> None:
    assert faults(house.print_faults, house.GATEWAY, exempt=SPEAKERS_OF_THE_GATEWAY) == []


def test_gateway_exits_only_as_a_command_or_on_a_signal() -> None:
    exempt = {"cli.py", "__main__.py", "operation/serve.py"}
    assert faults(house.exit_faults, house.GATEWAY, exempt=exempt) == []


def python_files() -> list[Path]:
    return sorted(
        path
        for folder in ("installer", "tests", "scripts")
        for path in (ROOT / folder).rglob("*.py")
        if path.parent != COMPILED_TEMPLATES
    )


def test_names_say_what_is_inside() -> None:
    paths = [PurePosixPath(path.relative_to(ROOT)) for path in python_files()]
    assert [fault for path in paths for fault in house.name_faults(path)] == []


def test_no_file_is_over_the_ceiling() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in python_files()
    }
    assert {path: length for path, length in lengths.items() if length > house.FILE_CEILING} == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("errors.py", "import dataclasses"),
        ("core/plan.py", "import time"),
        ("core/plan.py", "from random import choice"),
        ("core/plan.py", "import os\nos.environ['HOME']"),
        ("core/plan.py", "import os\nos.getenv('HOME')"),
        ("core/plan.py", "from os import environ"),
        ("core/plan.py", "from mosaic_installer.machine.local import LocalMachine"),
        ("core/plan.py", "from mosaic_installer import machine"),
        ("core/plan.py", "def late():\n    import subprocess"),
        ("core/plan.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import socket"),
        ("core/plan.py", "import rich.console"),
        ("core/rendering.py", "import jinja2"),
        ("core/plan.py", "from . import answers"),
        ("core/actions/file.py", "import psutil"),
        ("stages/gateway.py", "import docker"),
        ("stages/gateway.py", "from mosaic_installer.ui import screen"),
        ("machine/local.py", "from mosaic_installer.stages import STAGES"),
        ("machine/local.py", "import questionary"),
        ("ui/screen.py", "from mosaic_installer.machine.apply import apply"),
        ("ui/screen.py", "import subprocess"),
        ("commands/install.py", "import rich"),
        ("commands/install.py", "import argparse"),
        ("commands/install.py", "from mosaic_installer.arguments import parser"),
        ("commands/install.py", "from mosaic_gateway.cli import main"),
        ("cli.py", "from mosaic_installer.core.plan import make_plan"),
    ],
)
def test_forbidden_imports_are_found(path: str, source: str) -> None:
    assert house.import_faults(source, PurePosixPath(path)) != []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("core/plan.py", "import json\nfrom mosaic_installer.errors import InstallerError"),
        ("core/plan.py", "import json\nfrom mosaic_installer import __version__"),
        ("stages/gateway.py", "from mosaic_installer.core.actions import Action"),
        ("machine/local.py", "import os, subprocess, socket, time\nos.environ['HOME']"),
        ("ui/screen.py", "import time\nfrom rich.console import Console"),
        (
            "commands/install.py",
            "from argparse import Namespace\nfrom mosaic_installer.stages import STAGES",
        ),
        ("arguments.py", "import argparse\nfrom mosaic_installer.errors import AnswersError"),
    ],
)
def test_permitted_imports_are_let_through(path: str, source: str) -> None:
    assert house.import_faults(source, PurePosixPath(path)) == []


def test_eager_commands_are_found() -> None:
    eager = "from mosaic_installer.commands import install"
    assert house.eager_faults(eager, PurePosixPath("cli.py")) != []
    assert house.eager_faults(f"def main():\n    {eager}", PurePosixPath("cli.py")) == []


def test_a_circle_is_found_wherever_it_is_closed() -> None:
    sources = {
        "ui": "",
        "ui.list": "from ui.talk import Choice",
        "ui.talk": "def late():\n    from ui import prompts",
        "ui.prompts": "from ui.list import Rows",
        "ui.menu": "from ui.prompts import ask",
    }
    assert house.circle_faults(sources) == ["ui.list", "ui.prompts", "ui.talk"]
    assert house.circle_faults(sources | {"ui.talk": "import time"}) == []


def test_a_file_outside_every_room_is_refused() -> None:
    with pytest.raises(KeyError, match="in no room"):
        house.room_of(PurePosixPath("attic/boxes.py"))


def test_gateway_that_knows_the_installer_is_found() -> None:
    assert house.gateway_faults("import mosaic_installer.core", PurePosixPath("serve.py")) != []


def test_printing_is_found() -> None:
    path = PurePosixPath("core/plan.py")
    assert house.print_faults("def f():\n    print(1)", path) == ["core/plan.py:2 prints"]


@pytest.mark.parametrize("source", ["import sys\nsys.exit(1)", "raise SystemExit", "exit()"])
def test_exits_are_found(source: str) -> None:
    assert house.exit_faults(source, PurePosixPath("core/plan.py")) != []


def test_a_program_of_its_own_may_exit() -> None:
    source = "import sys\nif __name__ == '__main__':\n    sys.exit(main())"
    assert house.exit_faults(source, PurePosixPath("machine/processes/supervisor.py")) == []


@pytest.mark.parametrize(
    "path", ["core/utils.py", "machine/docker_manager.py", "ui/helpers/color.py", "types.py"]
)
def test_empty_names_are_found(path: str) -> None:
    assert house.name_faults(PurePosixPath(path)) != []


def test_a_word_inside_a_word_is_no_empty_name() -> None:
    assert house.name_faults(PurePosixPath("machine/database.py")) == []
