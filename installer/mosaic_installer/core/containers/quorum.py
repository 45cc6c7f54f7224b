"""How many managers of a Swarm may be lost: those that are left must be most of all (Raft)."""


def losses_survived(managers: int) -> int:
    """Return how many of so many managers may be lost before nothing can be changed any more."""
    return max(managers - 1, 0) // 2


def has_majority(managers: int, reachable: int) -> bool:
    """Return whether those that can be reached are more than half of all."""
    return reachable * 2 > managers
