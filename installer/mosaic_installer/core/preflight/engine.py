"""Checks of the container engine; for what needs no container they find nothing."""

from ipaddress import ip_network

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.containers.wanted import images_of, services_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, note, warning
from mosaic_installer.core.preflight.hardware import COMFORT, TOLERANCE, size
from mosaic_installer.core.tiers import MEBIBYTE, NEEDS

WITHOUT = "or choose `tier = local`, which needs no containers"
ENGINE_DISK = 4096 * MEBIBYTE
"""Bytes that the images and a first database take, with room to pull."""
ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def engine_is_present(facts: Facts, answers: Answers) -> Finding | None:
    """Tiers with servers need an engine; an explicit tier never silently becomes another."""
    if not _has_problem(facts, answers, "absent"):
        return None
    return error(
        f"tier `{answers.tier}` needs a container engine, and none was found: {_reason(facts)}",
        f"install Docker (docs.docker.com/engine/install), {WITHOUT}",
    )


def engine_is_reachable(facts: Facts, answers: Answers) -> Finding | None:
    """An engine that is installed, but does not run, or a context that leads nowhere."""
    if not _has_problem(facts, answers, "unreachable"):
        return None
    return error(
        f"the container engine does not answer: {_reason(facts)}",
        "start it, for instance with `sudo systemctl start docker` or, for Podman, `systemctl "
        "--user enable --now podman.socket`; `docker context show` says which one is meant",
    )


def engine_is_permitted(facts: Facts, answers: Answers) -> Finding | None:
    """The socket belongs to a group that this user is not in."""
    if not _has_problem(facts, answers, "forbidden"):
        return None
    return error(
        f"{facts.host.person.name} may not use the container engine: {_reason(facts)}",
        f"run `sudo usermod -aG docker {facts.host.person.name}`, then log out and in again",
    )


def engine_is_recent(facts: Facts, answers: Answers) -> Finding | None:
    """Older engines lack what our compose file asks for."""
    if not _has_problem(facts, answers, "too-old"):
        return None
    return error(f"the container engine is too old: {_reason(facts)}", "update it")


def engine_is_on_this_machine(facts: Facts, answers: Answers) -> Finding | None:
    """Containers mount files of this machine, which an engine elsewhere does not see."""
    engine = usable_engine(facts, answers)
    if engine is None or engine.is_local:
        return None
    return error(
        f"the container engine at `{engine.address}` (context `{engine.context}`) is not on this "
        "machine",
        "install there, or choose this machine's with `docker context use default`",
    )


def engine_disk_is_enough(facts: Facts, answers: Answers) -> Finding | None:
    """Images and volumes lie below the engine's data root, often another file system than ours."""
    engine = usable_engine(facts, answers)
    if engine is None or engine.data_root_free is None:
        return None
    where = f"{size(engine.data_root_free)} free below `{engine.data_root}`, where images lie"
    hint = "free some there; `docker system df` shows what uses it"
    if engine.data_root_free < ENGINE_DISK * TOLERANCE:
        return error(f"{where}; wanted {size(ENGINE_DISK)}", hint)
    if engine.data_root_free < ENGINE_DISK * COMFORT:
        return warning(f"{where}: enough to start, little to grow", hint)
    return None


def engine_memory_is_enough(facts: Facts, answers: Answers) -> Finding | None:
    """An engine in a virtual machine has less memory than the machine around it."""
    engine = usable_engine(facts, answers)
    if engine is None or not engine.memory or engine.memory >= facts.host.system.memory * TOLERANCE:
        return None
    wanted = NEEDS[answers.tier].memory
    if engine.memory >= wanted * TOLERANCE:
        return None
    return error(
        f"the container engine has {size(engine.memory)} of memory; tier {answers.tier} needs "
        f"{size(wanted)}",
        "give its virtual machine more memory, in the settings of Docker Desktop or of Colima",
    )


def storage_driver_is_fast(facts: Facts, answers: Answers) -> Finding | None:
    """The driver `vfs` copies every layer whole."""
    engine = usable_engine(facts, answers)
    if engine is None or engine.storage_driver != "vfs":
        return None
    return warning(
        "the engine's storage driver is `vfs`: slow, and every image many times as large",
        "let it use `overlay2`",
    )


def engine_runs_our_architecture(facts: Facts, answers: Answers) -> Finding | None:
    """An image of another architecture starts under emulation at best."""
    engine = usable_engine(facts, answers)
    if engine is None:
        return None
    own = engine.architecture or ARCHITECTURES.get(facts.host.system.architecture, "")
    wanted = set(images_of(facts, answers).values()) | {answers.images.python}
    for name, architecture in engine.image_architectures:
        if name in wanted and own and architecture != own:
            return error(
                f"the image `{name}` is for {architecture}; this engine runs {own}",
                f"remove it with `docker image rm {name}`; then the right one is fetched",
            )
    return None


def subnets_are_apart(facts: Facts, answers: Answers) -> Finding | None:
    """A network of containers over a route of this host makes that route unreachable."""
    engine = usable_engine(facts, answers)
    for subnet in engine.subnets if engine else ():
        for route in engine.host_subnets if engine else ():
            inner, outer = ip_network(subnet, strict=False), ip_network(route, strict=False)
            if inner.version == outer.version and inner.overlaps(outer):
                return warning(
                    f"the engine's network {subnet} overlaps this host's route {route}",
                    "set `default-address-pools` in /etc/docker/daemon.json to a free range",
                )
    return None


def rootless_engine_survives_logout(facts: Facts, answers: Answers) -> Finding | None:
    """A rootless engine is a service of the user's session."""
    engine = usable_engine(facts, answers)
    if engine is None or not engine.is_rootless or facts.host.lingers:
        return None
    return warning(
        "the engine is rootless: it ends, and the containers with it, when you log out",
        f"keep it running with `loginctl enable-linger {facts.host.person.name}`",
    )


def registries_say_what_they_have(facts: Facts, _answers: Answers) -> Finding | None:
    """`--pull` compares each image with its registry's, which may not answer, or not to us."""
    silent = [row for row in facts.around.registry_images if row.reason]
    if not silent:
        return None
    pulls = " and ".join(f"`podman pull {row.name}`" for row in silent)
    return error(
        "\n".join(
            f"whether `{row.name}` is the newest is not known: {row.reason}" for row in silent
        ),
        f"Podman cannot ask: run {pulls}, then this again without `--pull`"
        if facts.around.engine and facts.around.engine.is_podman
        else "fix that, or leave `--pull` out to use the images that are here",
    )


def images_are_present(facts: Facts, answers: Answers) -> Finding | None:
    """What is fetched needs the network; an air-gapped machine wants to know before."""
    engine = usable_engine(facts, answers)
    if engine is None:
        return None
    wanted = {**images_of(facts, answers)}
    missing = sorted(set(wanted.values()) - engine.images - {wanted.get("gateway")})
    if not missing:
        return None
    return note(
        f"these images will be fetched: {', '.join(missing)}",
        "without network, load them with `docker load` before",
    )


def usable_engine(facts: Facts, answers: Answers) -> Engine | None:
    """Return the engine where these answers want containers, and it answers; else None."""
    if not services_of(answers) or facts.around.engine is None or facts.around.engine.problem:
        return None
    return facts.around.engine


def _has_problem(facts: Facts, answers: Answers, problem: str) -> bool:
    engine = facts.around.engine
    # The last containers have to be removed, too; with an engine that is gone, they are as well.
    has_last = facts.host.installation.has_containers and answers.tier != "local"
    is_needed = bool(services_of(answers)) or (has_last and problem != "absent")
    return is_needed and engine is not None and engine.problem == problem


def _reason(facts: Facts) -> str:
    return facts.around.engine.reason if facts.around.engine else ""
