"""What the containers of an installation are: which, from what images, on which ports, as whom."""

from itertools import chain
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from mosaic_installer import __version__
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.stack import AUTHORITY, COLLECTOR, GATEWAY, JAEGER, WEB, Stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.secret import Secret

GATEWAY_USER = 10001
"""The user inside the gateway's container where it is root who installs: never root itself."""
LOCAL = "127.0.0.1"
PUBLISHED = {
    "postgres": "storage.postgres_port",
    "valkey": "storage.valkey_port",
    COLLECTOR: "telemetry.collector_port",
}
"""The ports of those that only the gateway has to reach, by their settings."""
FILE_OPTIONS = frozenset(
    {"sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
)
"""What names a file in the address of a PostgreSQL (postgresql.org/docs/17/libpq-connect.html) or
a Valkey (redis.readthedocs.io, `SSLConnection`)."""
SYSTEMS_OWN = frozenset({"system", ""})
"""Values of those options that name no file."""


def services_of(answers: Answers) -> tuple[str, ...]:
    """Return the containers that these answers ask for, in the order that they are started in."""
    if answers.tier == "local":
        return ()
    wanted = {
        "postgres": answers.storage.database_url is None,
        "valkey": answers.storage.valkey_url is None,
        AUTHORITY: answers.tier == "federated",
        JAEGER: has_collector(answers),
        COLLECTOR: has_collector(answers),
        GATEWAY: answers.gateway.runtime == "container",
        WEB: answers.web.image is not None,
    }
    return tuple(service for service, is_wanted in wanted.items() if is_wanted)


def unwanted_services(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return the services that have a container of this installation, and should have none."""
    there = {
        part.service
        for part in facts.parts
        if part.kind == "container" and part.home not in facts.originals
    }
    return tuple(sorted(there - set(services_of(answers)) - {""}))


def has_collector(answers: Answers) -> bool:
    """Return whether traces go to a collector of this installation."""
    is_on = answers.telemetry.enabled and answers.telemetry.endpoint is None
    return is_on and answers.tier != "local"


def stack_of(facts: Facts, answers: Answers) -> Stack | None:
    """Return the containers of this installation, None when it has none."""
    services = services_of(answers)
    project = facts.project
    return Stack(layout=facts.layout, project=project, services=services) if services else None


def gateway_image(facts: Facts, answers: Answers) -> str:
    """Return the image of the gateway: the user's own, or the one that is built here.

    One that is built belongs to one installation: two of them may be of different sources.
    """
    suffix = facts.project.removeprefix("mosaic")
    return answers.gateway.image or f"mosaic-gateway:{__version__.replace('+', '-')}{suffix}"


def images_of(facts: Facts, answers: Answers) -> dict[str, str]:
    """Return the image of each service by its name."""
    images = {
        "postgres": answers.images.postgres,
        "valkey": answers.images.valkey,
        AUTHORITY: answers.images.step_ca,
        JAEGER: answers.images.jaeger,
        COLLECTOR: answers.images.collector,
        WEB: answers.web.image or "",
        GATEWAY: gateway_image(facts, answers),
    }
    return {service: images[service] for service in services_of(answers)}


def ports_of(answers: Answers) -> dict[str, tuple[str, int]]:
    """Return the address and port on this machine of each service that is reached from it.

    A server is published when the gateway is a process, or when somebody chose its port.
    """
    ports = {GATEWAY: (answers.gateway.bind, answers.gateway.port)}
    is_process = answers.gateway.runtime == "process"
    services = services_of(answers)
    numbers = {
        "postgres": answers.storage.postgres_port,
        "valkey": answers.storage.valkey_port,
        COLLECTOR: answers.telemetry.collector_port,
    }
    for service, key in PUBLISHED.items():
        if service in services and (is_process or key in answers.chosen):
            ports[service] = (LOCAL, numbers[service])
    if AUTHORITY in services:
        ports[AUTHORITY] = (answers.gateway.bind, answers.authority.port)
    if JAEGER in services:
        ports[JAEGER] = (LOCAL, answers.telemetry.jaeger_port)
    if WEB in services:
        ports[WEB] = (answers.gateway.bind, answers.web.port)
    return ports


def wanted_ports(answers: Answers) -> frozenset[int]:
    """Return every port of this machine that these answers ask for."""
    return frozenset(port for _address, port in ports_of(answers).values())


def container_user(facts: Facts) -> tuple[int, int]:
    """Return the user and group that the gateway's container runs as.

    Ourselves, so that it can read our files and nobody else's; where we are root, a number that
    is nobody here; on a rootless engine its root, who is no other than ourselves.
    """
    if facts.engine is not None and facts.engine.is_rootless:
        return 0, 0
    if facts.person.uid == 0:
        return GATEWAY_USER, GATEWAY_USER
    return facts.person.uid, facts.person.gid


def secret_reader(facts: Facts, answers: Answers) -> int | None:
    """Return the user that the gateway's files are given to, None when they stay ours."""
    user = container_user(facts)[0]
    is_ours = user == facts.person.uid or answers.gateway.runtime == "process"
    return None if is_ours or user == 0 else user


def images_to_pull(facts: Facts, answers: Answers) -> tuple[str, ...]:
    """Return the images that the engine lacks and a registry has."""
    wanted = images_of(facts, answers)
    if GATEWAY in wanted and answers.gateway.image is None:
        wanted[GATEWAY] = answers.images.python
    present = facts.engine.images if facts.engine else frozenset()
    return tuple(sorted({name for name in wanted.values() if name not in present}))


def server_urls(answers: Answers) -> dict[str, str]:
    """Return the addresses of the servers, without passwords, as the gateway reaches them."""
    names = {
        "postgres": ("postgres", 5432),
        "valkey": ("valkey", 6379),
        AUTHORITY: (AUTHORITY, 9000),
    }
    if answers.gateway.runtime == "process":
        ports = ports_of(answers)
        names = {server: ports.get(server, (LOCAL, 0)) for server in names}
    (database, database_port), (valkey, valkey_port) = names["postgres"], names["valkey"]
    authority, authority_port = names[AUTHORITY]
    urls = {
        "postgres": f"postgresql://mosaic@{database}:{database_port}/mosaic",
        "valkey": f"redis://mosaic@{valkey}:{valkey_port}/0",
        AUTHORITY: f"https://{authority}:{authority_port}",
    }
    own = {"postgres": answers.storage.database_url, "valkey": answers.storage.valkey_url}
    return urls | {server: _without_password(url) for server, url in own.items() if url}


def own_server_options(answers: Answers) -> dict[str, str]:
    """Return what stands behind the addresses of the user's own servers; there may be secrets."""
    urls = (answers.storage.database_url, answers.storage.valkey_url)
    options = (parse_qsl(urlsplit(url.reveal()).query) for url in urls if url)
    return dict(chain.from_iterable(options))


def own_server_files(answers: Answers) -> dict[str, Path]:
    """Return the files that the addresses of the user's own servers name, by their options.

    Certificates and keys for TLS, which the gateway has to read wherever it runs.
    """
    return {
        name: Path(value)
        for name, value in own_server_options(answers).items()
        if name in FILE_OPTIONS and value not in SYSTEMS_OWN
    }


def _without_password(url: Secret) -> str:
    """Return where a server is; a password may stand among the options, too."""
    parts = urlsplit(url.reveal())
    person, at, place = parts.netloc.rpartition("@")
    user = person.partition(":")[0]
    return f"{parts.scheme}://{user}{at if user else ''}{place}{parts.path}"
