"""What `mosaic cluster check` says of the registry that nodes pull the images from."""

from collections.abc import Sequence

from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.cluster.problem import Problem


def problem_of_lost_images(images: Sequence[str]) -> Problem:
    """Return what is said of images that a registry has no more; they are still here."""
    them = "it" if len(images) == 1 else "them"
    pushes = "; ".join(f"docker push {name}" for name in images)
    return Problem(
        message=f"the registry has lost {joined(images)}: no node can pull {them} any more",
        hint=f"push {them} again on this machine: `{pushes}`",
    )
