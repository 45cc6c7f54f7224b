"""Checks of databases and queues: their ports, their volumes, the user's own ones."""

from urllib.parse import urlsplit

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.moves import changes_database
from mosaic_installer.core.containers.names import AUTHORITY, GATEWAY
from mosaic_installer.core.containers.own_servers import own_server_files, own_server_options
from mosaic_installer.core.containers.published import published_ports, wanted_numbers
from mosaic_installer.core.containers.users import secret_reader
from mosaic_installer.core.containers.wanted import cannot_ask_swarm, services_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.servers import Server
from mosaic_installer.core.finding import Finding, Remedy, error, warning
from mosaic_installer.core.runtime import is_contained

AFRESH = "`mosaic uninstall`, then `mosaic install`"


def own_servers_suit_tier(_facts: Facts, answers: Answers) -> Finding | None:
    """Tier `local` would silently ignore them."""
    if answers.tier != "local":
        return None
    given = {"MOSAIC_DATABASE_URL": answers.storage.database_url}
    given |= {"MOSAIC_VALKEY_URL": answers.storage.valkey_url}
    named = [name for name, url in given.items() if url is not None]
    if not named:
        return None
    return error(
        f"{' and '.join(named)} given, but tier `local` keeps everything in a file",
        "choose `--tier standalone`, or take the address away",
    )


def own_servers_are_reached_from_containers(_facts: Facts, answers: Answers) -> Finding | None:
    """Inside a container, `localhost` is the container."""
    if answers.tier == "local" or not is_contained(answers):
        return None
    for url in (answers.storage.database_url, answers.storage.valkey_url):
        host = urlsplit(url.reveal()).hostname if url else None
        if host == "localhost" or (host or "").startswith("127.") or host == "::1":
            return error(
                f"your own server is named by `{host}`, which inside a container is the container",
                "name this machine by its address, or choose `--set gateway.runtime=process`",
            )
    return None


def own_servers_name_files_in_full(_facts: Facts, answers: Answers) -> Finding | None:
    """The gateway runs in another folder than we do, and finds nothing by a part of a path."""
    if answers.tier == "local":
        return None
    for option, path in own_server_files(answers).items():
        if not path.is_absolute():
            return error(
                f"`{option}={path}`, behind the address of your own server, is not a whole path",
                "write the path from `/` on, so that the gateway finds the file wherever it runs",
            )
    return None


def own_servers_name_an_authority(_facts: Facts, answers: Answers) -> Finding | None:
    """The one that PostgreSQL's library takes by itself lies in a home folder, not a container."""
    options = own_server_options(answers)
    is_proven = options.get("sslmode", "").startswith("verify-")
    if not is_contained(answers) or not is_proven or "sslrootcert" in options:
        return None
    return error(
        f"`sslmode={options['sslmode']}` without `sslrootcert`: the gateway's container has no "
        "certificate of an authority to go by",
        "name its file behind the address of your database: `&sslrootcert=/path/of/authority.pem`",
    )


def own_server_files_are_readable(facts: Facts, answers: Answers) -> Finding | None:
    """Where root installs, the gateway in its container is somebody else."""
    reader = secret_reader(facts, answers)
    if reader is None or not facts.around.servers.closed_files:
        return None
    files = " ".join(facts.around.servers.closed_files)
    return error(
        f"the gateway, which is user {reader} in its container, may not read {files}",
        f"a certificate may be read by everybody: `chmod a+r {files}`; give a key to that user: "
        f"`chown {reader} …`",
    )


def own_database_can_be_used(facts: Facts, answers: Answers) -> Finding | None:
    """Reachable, authenticated, recent enough; may create the extension where that is needed."""
    return _usable("MOSAIC_DATABASE_URL", facts.around.servers.own_database, answers)


def own_valkey_can_be_used(facts: Facts, answers: Answers) -> Finding | None:
    """Reachable, authenticated, recent enough."""
    return _usable("MOSAIC_VALKEY_URL", facts.around.servers.own_valkey, answers)


def server_ports_are_free(facts: Facts, answers: Answers) -> Finding | None:
    """Found out before anything is fetched; our own containers do not count."""
    for wanted in published_ports(answers):
        holder = facts.holder_of(wanted.number, wanted.address)
        if wanted.service == GATEWAY or holder is None or cannot_ask_swarm(facts, answers):
            continue
        free = facts.next_free_port(wanted.number, wanted.address, wanted_numbers(answers))
        key = wanted.port.setting
        return error(
            f"port {wanted.number} on {wanted.address}, wanted for {wanted.service}, is taken by "
            f"{holder.holder}",
            f"stop that program, or take another port: `--set {key}={free}` or `--auto-ports`",
            Remedy(key=key, text=str(free), is_port=True),
        )
    return None


def published_ports_differ(_facts: Facts, answers: Answers) -> Finding | None:
    """Two services cannot listen on the same port."""
    seen: dict[int, str] = {}
    for wanted in published_ports(answers):
        port = wanted.number
        if port in seen:
            return error(
                f"port {port} is wanted for {seen[port]} and for {wanted.service}",
                f"give one of them another: `--set {wanted.port.setting}={port + 1}`",
            )
        seen[port] = wanted.service
    return None


def volumes_have_their_secrets(facts: Facts, answers: Answers) -> Finding | None:
    """A database knows the password that it was made with, not one that we make up today."""
    known = set(services_of(answers)) - {AUTHORITY}  # of which another check speaks
    orphans = [name for name in facts.around.servers.orphans if name in known]
    if not orphans:
        return None
    return warning(
        f"the data of {' and '.join(orphans)} is still there, but its password is lost",
        "`mosaic install` sets a new one inside the database; the data stays, and everybody signs "
        "in again; keys of providers, channels and sign-on have to be given again",
    )


def volumes_are_ours(facts: Facts, answers: Answers) -> Finding | None:
    """Compose takes a volume of the right name as it is, whoever filled it."""
    used = facts.host.installation.services
    for part in facts.parts:
        is_new = part.service in services_of(answers) and part.service not in used
        if part.kind == "volume" and not part.is_labelled and is_new:
            return error(
                f"the volume `{part.name}` is there already, and not of this installation",
                f"if nobody needs it, `docker volume rm {part.name}` removes it; or continue with "
                "what it has: `mosaic install --ignore volumes-are-ours`",
                consent=f"Continue with what the volume {part.name} has",
            )
    return None


def database_volume_is_there(facts: Facts, answers: Answers) -> Finding | None:
    """Where the data is gone, a new, empty database is nothing to be made silently."""
    # Of a database of the user's own there was no volume; another check speaks of that data.
    if "postgres" not in facts.around.servers.lost or changes_database(facts, answers):
        return None
    backups = ", ".join(facts.around.servers.backups) or f"none in `{facts.host.layout.backups}`"
    is_service = _is_service("postgres", facts)
    way = AFRESH if is_service else "`mosaic install --ignore database-volume-is-there`"
    return error(
        f"the volume of the database is gone, and all data with it; backups: {backups}",
        f"restore the volume; or start with an empty database: {way}",
        consent="" if is_service else "Begin with an empty database",
    )


def authority_volume_is_there(facts: Facts, _answers: Answers) -> Finding | None:
    """A new authority is a stranger to everybody who trusted the old one."""
    if AUTHORITY not in facts.around.servers.lost:
        return None
    is_service = _is_service(AUTHORITY, facts)
    way = AFRESH if is_service else "`mosaic install --ignore authority-volume-is-there`"
    return error(
        "the volume of the certificate authority is gone, and its keys with it",
        "restore the volume; or make a new authority, with which every gateway of another host "
        f"must enrol again: {way}",
        consent="" if is_service else "Make a new certificate authority",
    )


def authority_has_its_password(facts: Facts, answers: Answers) -> Finding | None:
    """Its keys open with the password that they were made with, and with no other."""
    if AUTHORITY not in facts.around.servers.orphans or AUTHORITY not in services_of(answers):
        return None
    volume = f"`{facts.host.project}_{AUTHORITY}`"
    way = (
        f"`mosaic uninstall`, remove its volume {volume} on its node, and `mosaic install`"
        if _is_service(AUTHORITY, facts)
        else f"remove the container and its volume {volume}, and "
        "`mosaic install --ignore authority-volume-is-there`"
    )
    return error(
        "the password of the certificate authority is lost, and its keys are of no use without it",
        "put the line `authority_password` back into secrets.toml; or make a new authority, with "
        f"which every gateway of another host must enrol again: {way}",
    )


def _is_service(name: str, facts: Facts) -> bool:
    """Return whether it runs on a Swarm: what has had data there never begins anew by itself."""
    return any(part.kind == "service" and part.service == name for part in facts.parts)


def database_major_is_the_same(facts: Facts, answers: Answers) -> Finding | None:
    """PostgreSQL does not start on the files of another major version, and may damage them."""
    found = facts.around.servers
    if "postgres" not in services_of(answers) or not (found.volume_major and found.image_major):
        return None
    if found.volume_major == found.image_major:
        return None
    return error(
        f"the database's volume is of PostgreSQL {found.volume_major}, the image "
        f"`{answers.images.postgres}` of {found.image_major}",
        f"choose an image of PostgreSQL {found.volume_major}; to move up, dump with the old one "
        "and restore with the new one",
    )


def server_port_is_chosen_for_a_server(_facts: Facts, answers: Answers) -> Finding | None:
    """Publishing a server's port is a decision worth repeating."""
    named = [
        wanted.service for wanted in published_ports(answers) if wanted.port.reach == "gateway"
    ]
    if not named or not is_contained(answers):
        return None
    return warning(
        f"{' and '.join(named)} will be reachable by every program of this machine",
        "leave the port out: then only the gateway reaches it",
    )


def _usable(variable: str, server: Server, answers: Answers) -> Finding | None:
    if answers.tier == "local" or not server.problem:
        return None
    return error(f"{variable} cannot be used: {server.problem}", server.hint)
