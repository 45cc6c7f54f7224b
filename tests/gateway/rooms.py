"""The law of the gateway's rooms: who may import whom. Reads source text and imports none of it."""

import ast
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.house import GATEWAY, SOURCES, imports

FOLDER = SOURCES / GATEWAY


@dataclass(frozen=True)
class Room:
    """What a room may import: rooms of the gateway, and packages from outside."""

    rooms: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()


GROUND = frozenset({"errors", "tracing", "version", "waiting"})

# From the ground up: nobody imports a room that stands further down.
ROOMS = {
    "errors": Room(),
    "version": Room(),
    "tracing": Room(),
    "waiting": Room(frozenset({"errors"})),
    "configuration": Room(GROUND, frozenset({"dotenv"})),
    "storage": Room(GROUND | {"configuration"}, frozenset({"sqlalchemy", "psycopg"})),
    "migrations": Room(GROUND | {"configuration", "storage"}, frozenset({"alembic", "sqlalchemy"})),
    "accounts": Room(GROUND | {"storage"}, frozenset({"argon2", "sqlalchemy"})),
    "models": Room(
        GROUND | {"configuration"},
        frozenset(
            {
                "anthropic",
                "genai_prices",
                "httpx2",
                "openai",
                "opentelemetry",
                "pydantic",
                "pydantic_ai",
            }
        ),
    ),
    "routing": Room(GROUND | {"configuration"}),
    "memory": Room(GROUND | {"storage", "accounts", "models"}, frozenset({"sqlalchemy"})),
    "agents": Room(
        GROUND | {"storage", "accounts", "models", "routing", "memory"}, frozenset({"sqlalchemy"})
    ),
    "usage": Room(
        GROUND | {"configuration", "storage", "accounts", "models"}, frozenset({"sqlalchemy"})
    ),
    "turns": Room(
        GROUND
        | {
            "configuration",
            "storage",
            "accounts",
            "models",
            "routing",
            "memory",
            "agents",
            "usage",
        },
        frozenset({"sqlalchemy"}),
    ),
    "valkey": Room(GROUND | {"configuration", "accounts"}, frozenset({"redis"})),
    "jobs": Room(
        GROUND | {"storage", "accounts", "models", "memory", "usage", "turns", "valkey"},
        frozenset({"huey", "sqlalchemy"}),
    ),
    "http": Room(
        GROUND
        | {
            "configuration",
            "storage",
            "accounts",
            "models",
            "routing",
            "memory",
            "agents",
            "usage",
            "turns",
            "jobs",
        },
        frozenset({"anyio", "fastapi", "pydantic", "starlette"}),
    ),
    "telemetry": Room(
        GROUND | {"configuration", "storage"},
        frozenset({"opentelemetry", "requests", "sqlalchemy", "starlette"}),
    ),
    "operation": Room(
        GROUND
        | {
            "configuration",
            "storage",
            "migrations",
            "accounts",
            "valkey",
            "models",
            "routing",
            "memory",
            "agents",
            "usage",
            "turns",
            "jobs",
            "http",
            "telemetry",
        },
        frozenset({"h11", "starlette", "uvicorn"}),
    ),
    "arguments": Room(frozenset({"version"})),
    "cli": Room(frozenset({"errors", "arguments", "operation"})),
    "__main__": Room(frozenset({"cli"})),
}


def room_of(path: PurePosixPath) -> str:
    """The room of a file of mosaic_gateway; raises KeyError for one that is in none."""
    room = path.parts[0].removesuffix(".py")
    if room not in ROOMS and room != "__init__":
        raise KeyError(f"{path} is in no room of the gateway")
    return room


def import_faults(source: str, path: PurePosixPath) -> list[str]:
    """What a file of mosaic_gateway imports against the law."""
    name = room_of(path)
    room = ROOMS.get(name, Room())
    return [
        f"{path}:{line} imports {imported}"
        for line, imported in sorted(set(imports(ast.parse(source))))
        if not _is_allowed(imported, room, own=name)
    ]


def modules() -> dict[str, str]:
    """The source text of every module, by its dotted name."""
    names = {path: path.relative_to(SOURCES).with_suffix("") for path in FOLDER.rglob("*.py")}
    return {
        ".".join(name.parts).removesuffix(".__init__"): path.read_text("utf-8")
        for path, name in names.items()
    }


def imported_modules(sources: dict[str, str]) -> dict[str, set[str]]:
    """For every module, which of the others it imports, in functions too."""
    return {
        module: {_module(name, sources) for _, name in imports(ast.parse(source))} - {module, ""}
        for module, source in sources.items()
    }


def _is_allowed(name: str, room: Room, *, own: str) -> bool:
    package, _, rest = name.partition(".")
    if package == GATEWAY:
        return rest.partition(".")[0] in room.rooms | {own}
    return package in sys.stdlib_module_names or package in room.packages


def _module(name: str, known: dict[str, str]) -> str:
    """The module that an imported name is, or lies in; empty for one from outside."""
    return name if name in known else next((m for m in [name.rpartition(".")[0]] if m in known), "")
