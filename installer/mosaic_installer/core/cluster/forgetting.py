"""What to do about a node that is gone for good, in words."""

from collections.abc import Sequence

from mosaic_installer.core.cluster.node_names import joined


def how_to_forget(node: str) -> str:
    """Return the command, run on a manager: one that was a manager itself is demoted first."""
    return f"`docker node demote {node}; docker node rm --force {node}`"


def what_brings_back(left_on: Sequence[str]) -> str:
    """Return what brings the data of a lost node back; moves have left old data on some nodes."""
    if left_on:
        return f"a backup brings the data back, or the old data on {joined(left_on)}"
    return "only a backup brings the data back"
