"""Let a container read a private file that was just written where ours will lie.

Users that the engine maps, SELinux, snap's and Docker Desktop's views of this machine, and engines
elsewhere behind a socket of this host: each of them shows only when it is tried.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.compose import user_of, users_of
from mosaic_installer.core.containers.reader import is_read_already, reader_of
from mosaic_installer.core.containers.users import file_reader
from mosaic_installer.core.containers.wanted import gateway_image
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.errors import refused
from mosaic_installer.machine.engine.reader import Reader

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

SECONDS = 20.0
"""How long a container may take for it; one that is slower has said nothing about files."""
FORGOTTEN = 600.0
"""Seconds after which the file of a trial belongs to one that was killed."""
INSIDE = "/run/mosaic-trial"
PREFIX = ".mosaic-trial-"
PROGRAM = ("cat", INSIDE)
NO_PROGRAM = "executable file not found"
"""What an engine says of an image that has no `cat`: nothing about files."""


@frozen
class Trial:
    """Who is to read what: as far as one of them differs, it is tried again."""

    project: str
    image: str
    folder: Path
    owner: int | None
    user: str
    is_unmapped: bool
    capabilities: tuple[str, ...]
    is_labelled: bool


class _RefusedError(Exception):
    """The container could not read the file; its words say why."""


def mount_refusal(facts: Facts, answers: Answers) -> str:
    """Return why a container cannot read a private file of ours; nothing where it can.

    Nothing either where it need not be tried, because the gateway's container is healthy, or where
    it cannot: no image is here yet, or the engine does not get to it. What is refused is tried
    again each time, what is read only once in a run.
    """
    trial = _trial(facts, answers)
    if trial is None:
        return ""
    try:
        _read_it(trial)
    except _RefusedError as error:
        return str(error)
    except (EngineError, OSError):
        return ""
    return ""


def _trial(facts: Facts, answers: Answers) -> Trial | None:
    engine, disk, reader = facts.around.engine, facts.host.disk, reader_of(answers)
    if reader is None or engine is None or not (engine.is_usable and engine.is_local):
        return None
    can_write = disk.is_directory and disk.is_writable and disk.is_ours
    if not can_write or is_read_already(reader, facts):
        return None
    image = _present_image(facts, answers)
    if not image:
        return None
    return Trial(
        project=facts.host.project,
        image=image,
        folder=facts.host.layout.config,
        owner=file_reader(reader, facts),
        # The images that say themselves who runs them begin as root.
        user=user_of(reader, facts) or "0:0",
        is_unmapped=bool(users_of(reader, facts, answers)),
        capabilities=reader.capabilities,
        is_labelled=engine.is_selinux,
    )


def _present_image(facts: Facts, answers: Answers) -> str:
    images = answers.images
    known = (images.python, images.postgres, images.valkey, images.step_ca)
    with suppress(EngineError):
        reader = Reader()
        for name in (*known, gateway_image(facts, answers)):
            if reader.image(name) is not None:
                return name
    return ""


@cache
def _read_it(trial: Trial) -> None:
    """Raise _RefusedError where a container cannot; only what does not raise is remembered."""
    from docker.errors import APIError

    from mosaic_installer.machine.engine.connection import opened_engine
    from mosaic_installer.machine.engine.one_program import outcome_of

    word = os.urandom(8).hex()
    with _private_file(trial, word) as path, opened_engine(SECONDS) as client:
        _sweep(client, trial)
        try:
            ended = outcome_of(_created(client, trial, path), SECONDS)
        except APIError as error:
            trouble = refused(str(error.explanation or error))
            if is_about_mounts(trouble):
                raise _RefusedError(trouble.message) from None
            return
        finally:
            _sweep(client, trial)
    # A busy engine may say that a program has ended before it has kept what that said; one that
    # could not read the file does not end with 0.
    if (ended.code, ended.words) not in {(0, word), (0, "")}:
        lines = ended.words.strip().splitlines()
        raise _RefusedError(lines[-1] if lines else f"it ended with exit code {ended.code}")


def is_about_mounts(trouble: EngineError) -> bool:
    """Return whether an engine that started no container may have meant its files."""
    return trouble.identifier == EngineError.identifier and NO_PROGRAM not in trouble.message


def _created(client: "DockerClient", trial: Trial, path: Path) -> "Container":
    from docker.types import Mount

    from mosaic_installer.machine.engine.one_program import readable_log

    # A label of SELinux can only be asked for in the older way, which makes what is missing.
    as_volume = {str(path): {"bind": INSIDE, "mode": "ro,z"}} if trial.is_labelled else {}
    as_mount = Mount(INSIDE, str(path), type="bind", read_only=True)
    return client.containers.create(
        trial.image,
        entrypoint=[*PROGRAM],
        command=[],
        labels={labels.TRIAL: trial.project},
        network_mode="none",
        log_config=readable_log(),
        volumes=as_volume,
        mounts=[] if as_volume else [as_mount],
        user=trial.user,
        userns_mode="host" if trial.is_unmapped else None,
        cap_drop=["ALL"],
        cap_add=[*trial.capabilities],
        security_opt=["no-new-privileges:true"],
        read_only=True,
    )


@contextmanager
def _private_file(trial: Trial, word: str) -> Iterator[Path]:
    """Give a file that is gone in the end, and with it the folders that were made for it.

    What was there before looks untouched: a run that is refused has changed nothing.
    """
    import tempfile  # most runs try nothing

    folder = trial.folder
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    present = made[-1].parent if made else folder
    before = present.stat()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"{PREFIX}*"):
        if left.lstat().st_mtime < time.time() - FORGOTTEN:
            left.unlink()
    try:
        with tempfile.NamedTemporaryFile(prefix=PREFIX, dir=folder) as file:  # 0600
            file.write(word.encode())
            file.flush()
            if trial.owner is not None:
                os.fchown(file.fileno(), trial.owner, -1)
            yield Path(file.name)
    finally:
        with suppress(OSError):  # somebody put something into one
            for path in made:
                path.rmdir()
        with suppress(OSError):
            os.utime(present, ns=(before.st_atime_ns, before.st_mtime_ns))


def _sweep(client: "DockerClient", trial: Trial) -> None:
    """Remove the container of a trial, also of one that was killed."""
    label = f"{labels.TRIAL}={trial.project}"
    for row in client.api.containers(all=True, filters={"label": label}):
        client.api.remove_container(row["Id"], force=True)
