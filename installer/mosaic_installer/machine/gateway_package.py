"""The gateway as it is installed here: its sources, and exactly what it depends on.

The image gets the same versions that run on this host, in a wheel of the gateway's own: without
the installer, and without what only the installer needs.
"""

import base64
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata, util
from pathlib import Path

from mosaic_installer.core import rendering

DISTRIBUTION = "mosaic-installer"
PACKAGE = "mosaic_gateway"
# What of the distribution's requirements the gateway imports.
REQUIREMENTS = frozenset(
    {
        "alembic",
        "argon2-cffi",
        "fastapi",
        "psycopg",
        "python-dotenv",
        "redis",
        "sqlalchemy",
        "uvicorn",
    }
)
ENTRY_POINTS = "[console_scripts]\nmosaic-gateway = mosaic_gateway.cli:main\n"
DOCKERFILE = "image/Dockerfile"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier time


def version() -> str:
    """Return the version of what is installed."""
    return metadata.version(DISTRIBUTION)


def requirements() -> list[str]:
    """Return what the gateway requires, as pyproject.toml says it."""
    wanted = metadata.requires(DISTRIBUTION) or []
    return sorted(line for line in wanted if _name(line) in REQUIREMENTS)


def pins() -> list[str]:
    """Return `name==version` of all that the gateway needs, and that needs, as installed here."""
    found: dict[str, str] = {}
    waiting = requirements()
    while waiting:
        line = waiting.pop()
        name = _name(line)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # this host does not need it; the image may
        is_new = name not in found
        found[name] = distribution.version
        waiting += _needs(distribution.requires or (), _extras(line), everything=is_new)
    return [f"{name}=={number}" for name, number in sorted(found.items())]


def image_fingerprint() -> str:
    """Return what tells an image that is current: a checksum over all that it is made of."""
    return _fingerprint()


def wheel() -> tuple[str, bytes]:
    """Return name and content of a wheel with the gateway alone; the same whenever it is made.

    It has the name of the whole distribution, because the gateway looks its version up there.
    https://packaging.python.org/en/latest/specifications/binary-distribution-format/
    """
    number, name = version(), DISTRIBUTION.replace("-", "_")
    folder = f"{name}-{number}.dist-info"
    needs = "".join(f"Requires-Dist: {line}\n" for line in requirements())
    about = f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {number}\n{needs}"
    files = {
        **_sources(),
        f"{folder}/METADATA": about.encode(),
        f"{folder}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{folder}/entry_points.txt": ENTRY_POINTS.encode(),
    }
    files[f"{folder}/RECORD"] = _record(files, f"{folder}/RECORD")
    return f"{name}-{number}-py3-none-any.whl", _zipped(files)


@cache
def _fingerprint() -> str:
    template = (rendering.folder() / f"{DOCKERFILE}.j2").read_bytes()
    digest = hashlib.sha256()
    for piece in (version(), *pins()):
        digest.update(piece.encode() + b"\0")
    for name, content in {**_sources(), DOCKERFILE: template}.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _sources() -> dict[str, bytes]:
    """The files of the package by their names in a wheel, sorted."""
    spec = util.find_spec(PACKAGE)
    folder = Path(str(spec.origin)).parent if spec else Path(PACKAGE)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    kept = [path for path in paths if "__pycache__" not in path.parts]
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in kept}


def _record(files: Mapping[str, bytes], own_name: str) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.writerow((name, f"sha256={digest}", len(content)))
    rows.writerow((own_name, "", ""))
    return text.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


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
