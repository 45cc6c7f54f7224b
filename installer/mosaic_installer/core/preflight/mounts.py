"""Checks of whether containers can read the private files of this installation."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, note
from mosaic_installer.core.preflight.engine import usable_engine


def containers_read_our_files(facts: Facts, answers: Answers) -> Finding | None:
    """One container tried it with a file written for that; a healthy gateway is proof enough."""
    engine = usable_engine(facts, answers)
    if engine is None or not facts.around.mount_refusal:
        return None
    return error(
        "a container of this engine cannot read a private file in "
        f"`{facts.host.layout.config}`: {facts.around.mount_refusal}",
        _remedy(engine, facts),
    )


def _remedy(engine: Engine, facts: Facts) -> str:
    if engine.is_snap:
        return (
            "Docker from snap sees no hidden folders: choose another with MOSAIC_HOME, such as "
            "`~/mosaic`, or install Docker's own packages (docs.docker.com/engine/install)"
        )
    if engine.is_desktop:
        return (
            "update Docker Desktop to 4.35 or later, and share that folder in its settings, "
            "Resources, File sharing"
        )
    if engine.is_selinux:
        return (
            "`sudo ausearch -m avc -ts recent` shows what SELinux refused; "
            f"`chcon -Rt container_file_t {facts.host.layout.config}` may allow it"
        )
    if engine.is_rootless:
        return (
            "a rootless engine reads what its own user may: run this as that user, or name another "
            "engine in DOCKER_HOST"
        )
    if engine.is_remapped:
        return "take `userns-remap` out of /etc/docker/daemon.json, and restart the engine"
    return (
        "use an engine that sees the files of this machine as they are: `docker context ls` lists "
        "those that you have; MOSAIC_HOME names another folder"
    )


def users_of_containers_are_ours(facts: Facts, answers: Answers) -> Finding | None:
    """With `userns-remap`, containers read our files only as users of this machine."""
    engine = usable_engine(facts, answers)
    if engine is None or not engine.is_remapped:
        return None
    return note(
        "this engine maps the users of containers (`userns-remap`); those that read our files will "
        "run with this machine's users (`userns_mode: host`)",
        "they keep all other limits: no new privileges, few capabilities, a read-only file system",
    )


def selinux_lets_containers_read(facts: Facts, answers: Answers) -> Finding | None:
    """Under SELinux a container reads a file of the host only with the right label."""
    engine = usable_engine(facts, answers)
    if engine is None or not engine.is_selinux:
        return None
    return note(
        "SELinux confines containers; our files get the label that lets them read these (`z`)",
        "a certificate of your own keeps its label; if it cannot be read, run `chcon -t "
        "container_file_t FILE`",
    )
