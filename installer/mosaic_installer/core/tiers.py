"""What each storage tier consists of."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
TIERS = ("local", "standalone", "federated")
OLD_NAMES = {"team": "standalone"}


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The least a tier runs on: processors, and bytes of memory and of disk."""

    cpus: int
    memory: int
    disk: int


NEEDS = {
    "local": Needs(cpus=1, memory=512 * MEBIBYTE, disk=256 * MEBIBYTE),
    "standalone": Needs(cpus=2, memory=2048 * MEBIBYTE, disk=8192 * MEBIBYTE),
    "federated": Needs(cpus=2, memory=4096 * MEBIBYTE, disk=16384 * MEBIBYTE),
}


def parse_tier(text: str) -> str:
    """Accept the name of a tier; `team` is the old name of `standalone`."""
    name = text.strip().lower()
    name = OLD_NAMES.get(name, name)
    if name not in TIERS:
        raise ValueError(f"a tier is one of {', '.join(f'`{tier}`' for tier in TIERS)}")
    return name
