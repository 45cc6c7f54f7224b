"""Measure the container engine: what it is, what is there of ours, and the Compose beside it.

Nothing is changed, and nothing is raised: what is wrong with an engine is a fact about it. The
questions are asked at the same time, so that the answer to all takes no longer than the slowest.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Literal

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.engine import Engine, Swarm
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.frozen import replace
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine import podman, questions
from mosaic_installer.machine.engine.address import EngineAddress, find_address
from mosaic_installer.machine.engine.compose_command import begin_to_find_compose, find_compose
from mosaic_installer.machine.engine.connection import OLDEST_NAMES, is_new_enough
from mosaic_installer.machine.engine.container_row import health_of, image_of, labels_of
from mosaic_installer.machine.engine.look import Look, of_any_installation
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.subnets import mesh_of, subnets_of
from mosaic_installer.machine.engine.swarm.part import services_of_manager
from mosaic_installer.machine.engine.swarm.probe import as_manager, membership_of
from mosaic_installer.machine.routes import read_routes

if TYPE_CHECKING:
    Problem = Literal["", "absent", "unreachable", "forbidden", "too-old"]

PROBLEMS: "dict[str, Problem]" = {"engine-missing": "absent", "engine-forbidden": "forbidden"}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
HEALTH = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)")


def probe_engine(
    project: str,
    images: Sequence[str] = (),
    look: Look | None = None,
    *,
    needs_compose: bool = True,
) -> Engine:
    """Return what there is; `project` is the installation's, `images` are those it will need.

    Without a `look` that others rest on as well, this one is its own.
    """
    try:
        address = find_address()
    except EngineError as error:
        return Engine(address="", context="", problem="unreachable", reason=error.message)
    if needs_compose:
        begin_to_find_compose()
    if look is None:
        with closing(Look(address)) as own:
            engine = _probe(address, project, images, own)
    else:
        engine = _probe(address, project, images, look)
    if not needs_compose:
        return engine
    found = find_compose()
    return replace(
        engine,
        compose=found.command,
        compose_version=found.version,
        compose_problem=found.problem,
    )


def _probe(address: EngineAddress, project: str, images: Sequence[str], look: Look) -> Engine:
    absent = Engine(address=address.url, context=address.context)
    # The slowest is asked first, and waited for last.
    look.begin(*of_any_installation(), *map(questions.image, images))
    try:
        engine = _with_contents(absent, look, project, images)
        measured = _measured(engine, look.info(), look.version())
        if measured.swarm.is_manager:
            parts = (*measured.parts, *services_of_manager(look))
            swarm = as_manager(measured.swarm, project, look)
            measured = replace(measured, parts=parts, swarm=swarm)
        return _with_health(measured, look, project) if measured.is_podman else measured
    except EngineError as error:
        problem = PROBLEMS.get(error.identifier, "unreachable")
        return replace(absent, problem=problem, reason=error.message)


def _measured(engine: Engine, info: Document, version: Document) -> Engine:
    """What the engine says about itself."""
    api_version = str(version.get("ApiVersion", ""))
    is_old = not is_new_enough(api_version)
    security = " ".join(map(str, info.get("SecurityOptions") or ()))
    architecture = str(info.get("Architecture", ""))
    is_podman = "Podman" in str(version.get("Components"))
    is_rootless = "name=rootless" in security or bool(info.get("Rootless"))
    is_podman_here = is_podman and engine.is_local
    return replace(
        engine,
        problem="too-old" if is_old else "",
        reason=f"the container engine is older than {OLDEST_NAMES}" if is_old else "",
        version=str(version.get("Version", "")),
        api_version=api_version,
        min_api_version=str(version.get("MinAPIVersion", "")),
        architecture=ARCHITECTURES.get(architecture, architecture),
        storage_driver=str(info.get("Driver", "")),
        data_root=str(info.get("DockerRootDir", "")),
        data_root_free=_free(engine, info),
        is_rootless=is_rootless,
        is_podman=is_podman,
        is_selinux="name=selinux" in security,
        is_remapped="name=userns" in security,
        is_desktop=_is_desktop(info),
        checks_health=not is_podman_here or podman.checks_health(),
        starts_with_machine=not is_podman_here
        or podman.starts_with_machine(is_rootless=is_rootless),
        swarm=membership_of(engine.swarm, info),
        memory=int(info.get("MemTotal", 0)),
        cpus=int(info.get("NCPU", 0)),
    )


def _with_health(engine: Engine, reader: Reader, project: str) -> Engine:
    """Ask the containers of this installation themselves: Podman's list says nothing of health."""
    rows = {
        part: reader.container(part.name)
        for part in engine.parts
        if part.project == project and part.state == "running"
    }
    healths = {part: health_of(row["State"]) for part, row in rows.items() if row is not None}
    parts = (replace(part, health=healths.get(part, part.health)) for part in engine.parts)
    return replace(engine, parts=tuple(parts))


def _free(engine: Engine, info: Document) -> int | None:
    """The free space below the engine's data, if that lies on this host."""
    if not engine.is_local or _is_desktop(info):
        return None
    try:
        space = os.statvfs(str(info["DockerRootDir"]))
    except (OSError, KeyError):
        return None
    return space.f_bavail * space.f_frsize


def _is_desktop(info: Document) -> bool:
    return "Docker Desktop" in str(info.get("OperatingSystem", ""))


def _with_contents(engine: Engine, reader: Reader, project: str, images: Sequence[str]) -> Engine:
    """What is on the engine: images, and what it made for us and for others."""
    all_volumes, all_networks = reader.volumes(), reader.networks()
    found = {name: row for name in images if (row := reader.image(name)) is not None}
    subnets = tuple(sorted(set(subnets_of(all_networks))))
    return replace(
        engine,
        images=frozenset(found),
        image_architectures=tuple((name, str(row["Architecture"])) for name, row in found.items()),
        subnets=subnets,
        swarm=Swarm(mesh=mesh_of(all_networks)),
        host_subnets=tuple(one for one in read_routes() if one not in subnets),
        parts=tuple(
            sorted(
                (
                    *map(_container, reader.containers(labels.PROJECT)),
                    *_plain("volume", all_volumes),
                    *_unlabelled(all_volumes, project),
                    *_plain("network", all_networks),
                ),
                key=lambda part: (part.project, part.kind, part.name),
            )
        ),
    )


def containers_and_volumes(reader: Reader, label: str) -> tuple[Part, ...]:
    """Return the containers and volumes that carry this label."""
    containers, volumes = reader.containers(label), reader.volumes(label)
    return (*map(_container, containers), *_plain("volume", volumes))


def _container(document: Document) -> Part:
    marks = labels_of(document)
    health = HEALTH.search(str(document.get("Status", "")))
    ports = {
        (int(port["PublicPort"]), int(port["PrivatePort"]))
        for port in document.get("Ports") or ()
        if port.get("PublicPort")
    }
    return Part(
        kind="container",
        name=str(document["Names"][0]).removeprefix("/"),
        project=marks.get(labels.PROJECT, ""),
        home=marks.get(labels.HOME, ""),
        service=marks.get(labels.SERVICE, ""),
        state=str(document.get("State", "")),
        health=health[1] if health else "",
        image=image_of(document),
        ports=tuple(sorted(ports)),
    )


def _plain(kind: Literal["volume", "network"], documents: Documents) -> Iterator[Part]:
    for document in documents:
        marks = labels_of(document)
        if labels.PROJECT in marks:
            yield Part(
                kind=kind,
                name=str(document["Name"]),
                project=marks[labels.PROJECT],
                home=marks.get(labels.HOME, ""),
                service=marks.get(labels.SERVICE, ""),
            )


def _unlabelled(volumes: Documents, project: str) -> Iterator[Part]:
    """Volumes that Compose would take for those of this installation: it goes by the name."""
    names = {f"{project}_{service}": service for service in BY_NAME if BY_NAME[service].volume}
    for volume in volumes:
        service = names.get(str(volume["Name"]))
        if service is not None and labels.PROJECT not in labels_of(volume):
            name = str(volume["Name"])
            yield Part(
                kind="volume",
                name=name,
                project=project,
                home="",
                service=service,
                is_labelled=False,
            )
