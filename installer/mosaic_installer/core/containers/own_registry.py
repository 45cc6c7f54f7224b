"""What images are called in the registry that the nodes of a Swarm pull them from."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.wanted import images_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.runtime import is_on_swarm

DOCKER_HUB = ("docker.io/library/", "docker.io/", "library/")
DIGITS = 16


def names_in_registry(facts: Facts, answers: Answers) -> dict[str, str]:
    """Return the name in `cluster.registry` of every image that a Swarm needs, by its own name.

    It is empty where there is no such registry.
    """
    registry = answers.cluster.registry
    if registry is None or not is_on_swarm(answers):
        return {}
    return {image: name_in(registry, image) for image in images_of(facts, answers).values()}


def name_in(registry: str, image: str) -> str:
    """Return the name and tag that an image has in a registry: its own, if it is from there.

    The host of another registry becomes part of the name, so that two images never share one.
    """
    if image.startswith(f"{registry}/"):
        return image
    start = next((start for start in DOCKER_HUB if image.startswith(start)), "")
    name, _, digest = image.removeprefix(start).partition("@sha256:")
    head, slash, last = name.rpartition("/")
    bare, _, tag = last.partition(":")
    path = f"{head}{slash}{bare}".lower().replace(":", "-")
    return f"{registry}/{path}:{tag or f'sha256-{digest[:DIGITS]}'}"


def registry_of(reference: str, image: str) -> str:
    """Return the registry that an image was pushed to, by what it is called there and here.

    It is empty where it has its own name there, or none.
    """
    repository, path = repository_of(reference), repository_of(name_in("", image))
    is_pushed = "@" in reference and repository.endswith(path)
    return repository.removesuffix(path) if is_pushed else ""


def repository_of(name: str) -> str:
    """Return the name of an image without its tag or digest."""
    head, slash, last = name.partition("@")[0].rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"
