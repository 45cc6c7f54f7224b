"""Checks of what Podman does otherwise than Docker; for other engines they find nothing."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, note, warning
from mosaic_installer.core.preflight.engine import usable_engine

TRIED = ("4.3.", "5.4.")
"""What the versions begin with that the tests run on (docs/support.md)."""


def podman_is_one_that_was_tried(facts: Facts, answers: Answers) -> Finding | None:
    """Podman speaks Docker's language, each version with differences of its own."""
    engine = _podman(facts, answers)
    if engine is None or engine.version.startswith(TRIED):
        return None
    return note(
        f"Podman {engine.version} was not tested with Mosaic; 4.3 and 5.4 were",
        "it is expected to work; docs/support.md says what was tried",
    )


def podman_checks_health(facts: Facts, answers: Answers) -> Finding | None:
    """Podman has systemd run health checks; without it no container ever becomes healthy."""
    engine = _podman(facts, answers)
    if engine is None or engine.checks_health:
        return None
    return error(
        "Podman needs systemd for health checks, and systemd does not run on this machine",
        "use Docker here, or choose `tier = local`, which needs no containers",
    )


def podman_has_a_compose_that_suits_it(facts: Facts, answers: Answers) -> Finding | None:
    """Compose v1 links the containers in which it runs one program; Podman refuses links."""
    engine = _podman(facts, answers)
    if engine is None or not engine.compose_version.startswith("1."):
        return None
    return error(
        f"Compose {engine.compose_version} cannot run programs in containers of Podman",
        "install Compose v2, the package `docker-compose-plugin` or `docker-compose-v2`",
    )


def podman_starts_containers_again(facts: Facts, answers: Answers) -> Finding | None:
    """Podman has no process of its own that would start containers with the machine."""
    engine = _podman(facts, answers)
    if engine is None or engine.starts_with_machine:
        return None
    user = "--user " if engine.is_rootless else ""
    sudo = "" if engine.is_rootless or facts.host.person.uid == 0 else "sudo "
    return warning(
        "the containers will not start again after a reboot: Podman's unit for it is disabled",
        f"enable it with `{sudo}systemctl {user}enable podman-restart.service`",
    )


def _podman(facts: Facts, answers: Answers) -> Engine | None:
    engine = usable_engine(facts, answers)
    return engine if engine is not None and engine.is_podman else None
