"""Measure what these answers ask for besides: engine, volumes, the user's own servers."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_IROTH

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.containers.files import secret_files_of
from mosaic_installer.core.containers.own_servers import own_server_files
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.users import GATEWAY_USER
from mosaic_installer.core.containers.wanted import cannot_ask_swarm, images_of, wanted_services
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.facts.servers import Server, Servers
from mosaic_installer.core.facts.surroundings import Surroundings
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.core.runtime import is_in_mesh, is_on_swarm
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.mount_trial import mount_refusal
from mosaic_installer.machine.engine.postgres_major import image_major, volume_major
from mosaic_installer.machine.engine.probe import probe_engine
from mosaic_installer.machine.originals import is_original


def probe_surroundings(host: Host, answers: Answers, vault: Vault, look: Look) -> Surroundings:
    """Return what these answers need to know besides; nothing for tier `local`.

    What services on the web say is not tried here: that is for who may say so while it lasts.
    """
    if answers.tier == "local":
        return Surroundings()
    facts = Facts(host=host, around=Surroundings(engine=_engine(host, answers, look)))
    return replace(
        facts.around,
        servers=Servers(
            own_database=_own_database(answers),
            own_valkey=_own_valkey(answers),
            volume_major=volume_major(facts, answers, look),
            image_major=image_major(facts, answers, look),
            orphans=_orphans(facts, vault),
            lost=tuple(_lost(facts, answers)),
            backups=_backups(facts.host.layout.backups),
            closed_files=tuple(_closed(own_server_files(answers).values())),
        ),
        originals=_originals(facts),
        has_ipvs=_has_ipvs(answers),
        loads_ipvs=_loads_ipvs(answers),
        mount_refusal=mount_refusal(facts, answers),
    )


def _engine(host: Host, answers: Answers, look: Look) -> Engine | None:
    if not wanted_services(answers) and not host.installation.has_containers:
        return None
    images = images_of(Facts(host=host), answers)
    needs_compose = not is_on_swarm(answers)
    return probe_engine(host.project, tuple(images.values()), look, needs_compose=needs_compose)


def _own_database(answers: Answers) -> Server:
    url = answers.storage.database_url
    if not url:
        return Server()
    from mosaic_installer.machine.own_database import try_database

    return try_database(url, needs_vector=answers.tier == "federated")


def _own_valkey(answers: Answers) -> Server:
    if not answers.storage.valkey_url:
        return Server()
    from mosaic_installer.machine.own_valkey import try_valkey

    return try_valkey(answers.storage.valkey_url)


def _has_ipvs(answers: Answers) -> bool | None:
    if not is_in_mesh(answers):
        return None
    from mosaic_installer.machine.probe.kernel import has_ipvs

    return has_ipvs()


def _loads_ipvs(answers: Answers) -> bool:
    if not is_in_mesh(answers):
        return True
    from mosaic_installer.machine.probe.kernel import loads_ipvs_at_boot

    return loads_ipvs_at_boot()


def _orphans(facts: Facts, vault: Vault) -> tuple[str, ...]:
    volumes = _volumes(facts)
    if not (facts.host.installation.is_present or facts.host.layout.secrets.exists()):
        volumes -= set(facts.elsewhere)  # where nothing was installed, a place has no data yet
    made_with_one = (service for service in SERVICES if service.secret)
    return tuple(
        service.name
        for service in made_with_one
        if service.name in volumes
        and vault.get(service.secret) is None
        and not any(path.exists() for path in secret_files_of(service, facts.host.layout))
    )


def _lost(facts: Facts, answers: Answers) -> Iterator[str]:
    engine = facts.around.engine
    if engine is None or engine.problem:
        return
    knows_nodes = engine.swarm.knows_nodes or not is_on_swarm(answers)
    if not knows_nodes or cannot_ask_swarm(facts, answers):
        return  # the data may be on another node: nothing is lost that cannot be looked for
    volumes = _volumes(facts)
    for service in wanted_services(answers):
        proof = facts.host.layout.config / service.proof
        if service.proof and service.name not in volumes and proof.exists():
            yield service.name


def _volumes(facts: Facts) -> set[str]:
    """Return the services that have a volume: here, or on another node of a Swarm."""
    return {part.service for part in facts.parts if part.kind == "volume"} | set(facts.elsewhere)


def _backups(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in folder.glob("*"))) if folder.is_dir() else ()


def _closed(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        with suppress(OSError):  # one that is not there is told by who tries the server
            status = path.stat()
            if not status.st_mode & S_IROTH and status.st_uid != GATEWAY_USER:
                yield str(path)


def _originals(facts: Facts) -> frozenset[str]:
    host = facts.host
    homes = {part.home for part in facts.parts}
    return frozenset(home for home in homes if is_original(home, host.project, host.layout))
