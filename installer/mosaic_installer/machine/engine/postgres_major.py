"""The major version of PostgreSQL: of a volume, and of the image that would be started on it."""

from collections.abc import Iterable

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.facts import Facts
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.one_program import words_of
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.part import healthy_task

VARIABLE = "PG_MAJOR"
"""What PostgreSQL's images say their major version in (github.com/docker-library/postgres)."""
PLACE = "/var/lib/postgresql/data"


def image_major(facts: Facts, answers: Answers, reader: Reader) -> str:
    """Return the major version in the chosen image; empty if it is not here, or does not say."""
    engine = facts.around.engine
    if engine is None or engine.problem or answers.images.postgres not in engine.images:
        return ""
    row = reader.image(answers.images.postgres)
    return "" if row is None else _variable(row)


def volume_major(facts: Facts, answers: Answers, reader: Reader) -> str:
    """Return the major version that made this installation's volume.

    Empty if there is no volume, nothing here to read it with, or it is on another node.

    While a server runs on it, its image tells; else the file PG_VERSION in the volume does.
    """
    parts = {part.kind: part for part in facts.parts if part.service == "postgres"}
    engine = facts.around.engine
    if "volume" not in parts or engine is None or "postgres" in facts.elsewhere:
        return ""
    if name := _server(parts.values(), reader):
        row = reader.container(name)
        return "" if row is None else _variable(row)
    images = [answers.images.postgres] if answers.images.postgres in engine.images else []
    return _read(parts["volume"], images[0], engine) if images else ""


def _server(parts: Iterable[Part], reader: Reader) -> str:
    """Return the container here in which our server runs healthily, empty where none does."""
    for part in parts:
        if part.kind == "container" and part.health == "healthy":
            return part.name
        if part.kind == "service":
            return healthy_task(reader, part.name)
    return ""


def _read(volume: Part, image: str, engine: Engine) -> str:
    with opened_engine() as client:
        program = ("/bin/sh", "-c", f'cat "{PLACE}/PG_VERSION" 2>/dev/null || true')
        # The volume belongs to a user of this machine: our server is not one that the engine maps.
        is_unmapped = engine.is_remapped
        said = words_of(client, image, program, {volume.name: PLACE}, is_unmapped=is_unmapped)
        return said.strip()


def _variable(row: Document) -> str:
    rows = dict(text.partition("=")[::2] for text in row["Config"].get("Env") or ())
    return str(rows.get(VARIABLE, ""))
