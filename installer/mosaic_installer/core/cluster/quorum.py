"""How many managers of a Swarm may be lost: those that are left must be most of all (Raft)."""


def losses_survived(managers: int) -> int:
    """Return how many of so many managers may be lost before nothing can be changed any more."""
    return max(managers - 1, 0) // 2


def has_majority(managers: int, reachable: int) -> bool:
    """Return whether those that can be reached are more than half of all."""
    return reachable * 2 > managers


def words_of(managers: int) -> str:
    """Return what so many managers survive, for who has them or is about to."""
    if managers == 1:
        return "1 manager: while it is down, what runs elsewhere goes on, but cannot be changed"
    if managers == 2:
        return (
            "2 managers are worse than one: if either is lost, nothing can be changed; add a third "
            "(`mosaic cluster join-token --manager`), or demote one (`docker node demote NODE`)"
        )
    worse = "" if managers % 2 else f", no more than with {managers - 1}"
    return f"{managers} managers: {losses_survived(managers)} may be lost at the same time{worse}"


def words_of_rest(managers: int, lost: int) -> str:
    """Return what so many managers survive while some of them are lost."""
    left = losses_survived(managers) - lost
    if left < 0:
        return (
            "those are too many, so nothing can be changed, and what is said here may be old: "
            "bring them back, or, if they are gone for good, run `mosaic cluster recover`"
        )
    return f"{left} more may be lost" if left else "nothing can be changed if one more is lost"


def warning_of(managers: int) -> str:
    """Return what is to be said before so many managers are left; empty where that is as good."""
    if managers == 0 or managers % 2:
        return ""
    worse = (
        "which is worse than one: if either is lost, nothing can be changed"
        if managers == 2
        else f"which may lose {losses_survived(managers)}, no more than {managers - 1} would"
    )
    return (
        f"warning: {managers} managers would be left, {worse}\n  hint: let another machine join as "
        "a manager first (`mosaic cluster join-token --manager`), or demote one afterwards "
        "(`docker node demote NODE`)"
    )
