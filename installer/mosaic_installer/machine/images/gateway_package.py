"""The gateway as it is installed here: its sources, and exactly what it depends on.

The image gets the same versions that run on this host, without what only the installer needs.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib import util
from pathlib import Path

from mosaic_installer.core import rendering
from mosaic_installer.machine.reading import read_regular

DISTRIBUTION = "mosaic-installer"
PACKAGE = "mosaic_gateway"
# What of the distribution's requirements the gateway imports.
REQUIREMENTS = frozenset(
    {
        "alembic",
        "anthropic",
        "argon2-cffi",
        "fastapi",
        "genai-prices",
        "httpx2",
        "huey",
        "openai",
        "opentelemetry-exporter-otlp-proto-http",
        "opentelemetry-sdk",
        "psycopg",
        "pydantic-ai-slim",
        "python-dotenv",
        "redis",
        "sqlalchemy",
        "uvicorn",
    }
)
DOCKERFILE = "image/Dockerfile"
INFO = (".dist-info", ".egg-info")
LARGEST = 16 * 1024 * 1024


def version() -> str:
    """Return the version of what is installed."""
    return _about(DISTRIBUTION)["version"][0]


def requirements() -> list[str]:
    """Return what the gateway requires, as pyproject.toml says it."""
    wanted = _about(DISTRIBUTION)["requires-dist"]
    return sorted(line for line in wanted if _name(line) in REQUIREMENTS)


def pins() -> list[str]:
    """Return `name==version` of all that the gateway needs, and that needs, as installed here."""
    found: dict[str, str] = {}
    waiting = requirements()
    for line in waiting:
        name = _name(line)
        try:
            about = _about(name)
        except ModuleNotFoundError:
            continue  # this host does not need it; the image may
        is_new = name not in found
        found[name] = about["version"][0]
        needs = _needs(about["requires-dist"], _extras(line), everything=is_new)
        waiting += [need for need in needs if need not in waiting]
    return [f"{name}=={number}" for name, number in sorted(found.items())]


@cache
def image_fingerprint() -> str:
    """Return the checksum of all that the image is built from; it tells one that is current."""
    template = rendering.definition(DOCKERFILE)
    digest = hashlib.sha256()
    for piece in (version(), *pins()):
        digest.update(piece.encode() + b"\0")
    for name, content in {**sources(), DOCKERFILE: template}.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def sources() -> dict[str, bytes]:
    """Return the files of the package by their names in a wheel, sorted."""
    spec = util.find_spec(PACKAGE)
    folder = str(Path(str(spec.origin)).parent) if spec else PACKAGE
    # As texts: as values, paths take four times as long, in each run that changes nothing.
    paths = dict(_files(folder, PACKAGE))
    names = sorted(paths, key=lambda name: name.split("/"))
    return {name: read_regular(paths[name], largest=LARGEST) for name in names}


def _files(folder: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the name in a wheel of each file in the folder of that name, and its path."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(entry.path, f"{name}/{entry.name}")
            elif entry.is_file():
                yield f"{name}/{entry.name}", entry.path


@cache
def _about(name: str) -> Mapping[str, list[str]]:
    """The fields of a distribution's metadata that we need, without parsing its description.

    Raises ModuleNotFoundError for one that is not installed.
    """
    if name not in _installed():
        raise ModuleNotFoundError(name)
    try:
        text = read_regular(f"{_installed()[name]}/METADATA", largest=LARGEST).decode()
    except OSError:
        return _asked(name)
    fields: dict[str, list[str]] = {"version": [""], "requires-dist": []}
    for line in text.partition("\n\n")[0].splitlines():
        key, _, value = line.partition(":")
        if key.lower() == "version":
            fields["version"] = [value.strip()]
        elif key.lower() == "requires-dist":
            fields["requires-dist"].append(value.strip())
    return fields


@cache
def _installed() -> dict[str, str]:
    """The folders of metadata by the distributions' names; of two with a name the first counts."""
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            names = [entry.name for entry in entries if entry.name.endswith(INFO)]
            for name in names:
                known = name.partition("-")[0].removesuffix(".egg")
                found.setdefault(_name(known), f"{folder or '.'}/{name}")
    return found


def _asked(name: str) -> Mapping[str, list[str]]:
    # Of an older form, which only the standard library's parser knows; importing it takes long.
    from importlib import metadata

    distribution = metadata.distribution(name)
    return {"version": [distribution.version], "requires-dist": distribution.requires or []}


@cache
def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def _extras(requirement: str) -> frozenset[str]:
    found = re.match(r"[A-Za-z0-9._-]+\s*\[([^\]]*)\]", requirement.strip())
    return frozenset(extra.strip() for extra in found[1].split(",")) if found else frozenset()


def _needs(lines: Iterable[str], extras: frozenset[str], *, everything: bool) -> Iterator[str]:
    """What follows from a requirement; what is only for some systems counts when it is here."""
    for line in lines:
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        if extra[1] in extras if extra else everything:
            yield line
