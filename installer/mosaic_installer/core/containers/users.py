"""As whom containers run, so that they can read our files and nobody else's."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_contained

GATEWAY_USER = 10001
"""The user inside a container that reads our files where it is root who installs: never root."""


def container_user(facts: Facts) -> tuple[int, int]:
    """Return the user and group of the containers that read our files.

    Ourselves, so that they can read our files and nobody else's; where we are root, a number that
    is nobody here; on a rootless engine its root, who is no other than ourselves.
    """
    if facts.around.engine is not None and facts.around.engine.is_rootless:
        return 0, 0
    if facts.host.person.uid == 0:
        return GATEWAY_USER, GATEWAY_USER
    return facts.host.person.uid, facts.host.person.gid


def secret_reader(facts: Facts, answers: Answers) -> int | None:
    """Return the user that the gateway's files are given to, None when they stay ours."""
    return _other(facts) if is_contained(answers) else None


def file_reader(service: Service, facts: Facts) -> int | None:
    """Return the user that the files of a service are given to, None when they stay ours."""
    return _other(facts) if service.user == "ours" else None


def _other(facts: Facts) -> int | None:
    user = container_user(facts)[0]
    return None if user in {0, facts.host.person.uid} else user
