"""Checks of Compose, and of whether it and the engine understand each other."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.compose_api import NO_END, Version, speech_of
from mosaic_installer.core.containers.version import version_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning
from mosaic_installer.core.preflight.engine import usable_engine
from mosaic_installer.core.runtime import is_on_swarm

NEWER = "install Compose 2.24 or later, the package `docker-compose-plugin` or `docker-compose-v2`"


def compose_is_present(facts: Facts, answers: Answers) -> Finding | None:
    """Compose starts the containers; the plugin (v2) is preferred, v1 of 1.28 or newer will do."""
    engine = usable_engine(facts, answers)
    if engine is None or engine.compose or is_on_swarm(answers):
        return None
    return error(
        f"there is no Compose that can be used: {engine.compose_problem}",
        "install its plugin, the package `docker-compose-plugin` or `docker-compose-v2`",
    )


def compose_is_the_plugin(facts: Facts, answers: Answers) -> Finding | None:
    """Version 1 ended in 2023."""
    engine = usable_engine(facts, answers)
    if engine is None or engine.compose != ("docker-compose",) or is_on_swarm(answers):
        return None
    if not engine.compose_version.startswith("1."):
        return None
    return warning(
        f"Compose {engine.compose_version} is an old one that gets no updates any more",
        "install the plugin, the package `docker-compose-plugin` or `docker-compose-v2`",
    )


def compose_speaks_with_engine(facts: Facts, answers: Answers) -> Finding | None:
    """Either may be too new for the other: they speak a range of versions of Docker's API each."""
    engine = usable_engine(facts, answers)
    if engine is None or not engine.compose or is_on_swarm(answers):
        return None
    speech, name = speech_of(engine.compose_version), f"Compose {engine.compose_version}"
    oldest, newest = version_of(engine.min_api_version), version_of(engine.api_version)
    spoken = newest if speech.only_newest_of_engine else oldest
    if spoken > speech.newest:
        return error(
            f"{name} speaks Docker's API up to version {_text(speech.newest)}, and this engine "
            f"({engine.version}) demands {_text(spoken)}",
            NEWER,
        )
    if speech.oldest > (newest or NO_END):
        return error(
            f"{name} demands version {_text(speech.oldest)} of Docker's API, and this engine "
            f"({engine.version}) speaks it up to {_text(newest)}",
            "update Compose to 5.1.1 or later, or the engine",
        )
    return None


def _text(version: Version) -> str:
    return ".".join(map(str, version))
