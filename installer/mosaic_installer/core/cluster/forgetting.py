"""How a node that is gone for good is taken off a Swarm, in words."""


def how_to_forget(node: str) -> str:
    """Return the command, run on a manager: one that was a manager itself is demoted first."""
    return f"`docker node demote {node}; docker node rm --force {node}`"
