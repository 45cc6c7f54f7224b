"""The law of the house: who may import whom, who speaks, and what files may be called.

Reads source text and imports none of it.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SOURCES = Path(__file__).parent.parent / "installer"
INSTALLER, GATEWAY = "mosaic_installer", "mosaic_gateway"
FILE_CEILING = 250
BANNED_WORDS = frozenset(
    f"{word}{ending}"
    for word in ("util", "helper", "common", "base", "manager", "handler", "misc", "type")
    for ending in ("", "s")
)


@dataclass(frozen=True)
class Room:
    """What one room may import: rooms, packages from outside, and what it must never see."""

    rooms: frozenset[str]
    packages: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    standard_library: bool = True


PURE = frozenset({"subprocess", "socket", "time", "random", "secrets", "os.environ", "argparse"})
OUTSIDE = frozenset({"subprocess", "socket", "argparse"})
GROUND = frozenset({"version", "errors"})  # mosaic_installer/__init__.py and errors.py

ROOMS = {
    "version": Room(frozenset(), standard_library=False),
    "errors": Room(frozenset(), standard_library=False),
    "core": Room(GROUND | {"core"}, frozenset({"tomlkit"}), PURE),
    "stages": Room(GROUND | {"core", "stages"}, frozenset({"tomlkit"}), PURE),
    "machine": Room(
        GROUND | {"core", "machine"},
        frozenset(
            {"cryptography", "docker", "platformdirs", "psutil", "psycopg", "redis", "requests"}
            | {"tomlkit", "urllib3"}
        ),
        frozenset({"argparse"}),
    ),
    "ui": Room(
        GROUND | {"core", "ui"}, frozenset({"prompt_toolkit", "questionary", "rich"}), OUTSIDE
    ),
    "commands": Room(GROUND | {"core", "stages", "machine", "ui", "commands"}, banned=OUTSIDE),
    "cli": Room(
        GROUND | {"ui", "commands", "cli"}, frozenset({"shtab"}), banned=OUTSIDE - {"argparse"}
    ),
}
ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.putenv"})
EXITS = frozenset({"sys.exit", "SystemExit", "exit", "quit"})
CLI_FILES = frozenset(
    {
        "cli.py",
        "__main__.py",
        "arguments.py",
        "argument_agent.py",
        "argument_chat.py",
        "argument_cluster.py",
        "argument_groups.py",
        "argument_install.py",
        "argument_job.py",
        "argument_memory.py",
        "argument_people.py",
        "argument_upkeep.py",
        "argument_usage.py",
        "completion.py",
        "parser.py",
    }
)


def room_of(path: PurePosixPath) -> str:
    """The room of a file of mosaic_installer; raises KeyError for one that is in none."""
    if len(path.parts) > 1:
        room = path.parts[0]
    else:
        room = {"__init__": "version"}.get(path.stem, path.stem)
        room = "cli" if path.name in CLI_FILES else room
    if room not in ROOMS:
        raise KeyError(f"{path} is in no room of the house")
    return room


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, in functions and `TYPE_CHECKING` blocks too."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from ((node.lineno, alias.name) for alias in node.names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            case ast.ImportFrom():
                yield node.lineno, "."
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if f"os.{name}" in ENVIRONMENT:
                yield node.lineno, "os.environ"
            case _:
                pass


def import_faults(source: str, path: PurePosixPath) -> list[str]:
    """What a file of mosaic_installer imports against the law."""
    room = ROOMS[room_of(path)]
    found = sorted(set(imports(ast.parse(source))))
    return [f"{path}:{line} imports {name}" for line, name in found if not _is_allowed(name, room)]


def _is_allowed(name: str, room: Room) -> bool:
    package = name.partition(".")[0]
    if package == INSTALLER:
        return _imported_room(name) in room.rooms
    if name in ENVIRONMENT:
        name = "os.environ"
    if {package, name} & room.banned:
        # A command is handed the parsed arguments; the parser stays in the room cli.
        return name == "argparse.Namespace" and "commands" in room.rooms
    if package in sys.stdlib_module_names:
        return room.standard_library
    return package in room.packages


def _imported_room(name: str) -> str:
    """The room a dotted name of mosaic_installer lies in; what is in none is the version's."""
    second = name.split(".")[1] if "." in name else "__init__"
    if f"{second}.py" in CLI_FILES:
        return "cli"
    return second if second in ROOMS else "version"


def eager_faults(source: str, path: PurePosixPath) -> list[str]:
    """Commands and screens the room cli imports before it knows which one is asked for."""
    if room_of(path) != "cli":
        return []
    statements = ast.parse(source).body
    at_once = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    return [
        f"{path}:{line} imports {name} before it is needed"
        for node in at_once
        for line, name in imports(node)
        if name.startswith(f"{INSTALLER}.") and _imported_room(name) in {"commands", "ui"}
    ]


def gateway_faults(source: str, path: PurePosixPath) -> list[str]:
    """What a file of mosaic_gateway imports from the installer."""
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(ast.parse(source))
        if name.partition(".")[0] in {INSTALLER, ""}
    ]


def circle_faults(sources: Mapping[str, str]) -> list[str]:
    """The modules, by dotted name, that import each other in a circle, hidden in functions or not.

    Two such modules cannot be read, tested or moved one without the other.
    """
    left = {name: _imported(name, source, sources.keys()) for name, source in sources.items()}
    while left:
        named = frozenset[str]().union(*left.values())
        # Nothing left that it imports, or nothing left that imports it: in no circle.
        free = {name for name in left if not left[name] or name not in named}
        if not free:
            break
        left = {name: left[name] - free for name in left if name not in free}
    return sorted(left)


def _imported(name: str, source: str, known: Collection[str]) -> frozenset[str]:
    found = {dotted for _line, dotted in imports(ast.parse(source))}
    modules = {dotted if dotted in known else dotted.rpartition(".")[0] for dotted in found}
    return frozenset(modules.intersection(known) - {name})


def print_faults(source: str, path: PurePosixPath) -> list[str]:
    """Where a file prints."""
    return [
        f"{path}:{node.lineno} prints"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]


def exit_faults(source: str, path: PurePosixPath) -> list[str]:
    """Where a file ends the process, other than as a program of its own: under `__name__`."""
    statements = [node for node in ast.parse(source).body if not _is_main_block(node)]
    names = [
        node
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in EXITS
    ]
    return [f"{path}:{node.lineno} exits" for node in names]


def _is_main_block(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def name_faults(path: PurePosixPath) -> list[str]:
    """Names that say nothing about what is inside."""
    parts = (*path.parts[:-1], path.stem)
    words = {word for part in parts for word in re.split(r"[_\W]+", part.lower())}
    return [f"{path} is named `{word}`" for word in sorted(words & BANNED_WORDS)]
