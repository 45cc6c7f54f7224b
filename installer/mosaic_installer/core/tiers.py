"""What each storage tier consists of."""

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.kinds import choice

MEBIBYTE = 1024 * 1024
TIERS = ("local", "standalone", "federated")
SERVER_TIERS = TIERS[1:]
"""Those that have servers, in containers or of the user's own."""
OLD_NAMES = {"team": "standalone"}


@frozen
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


def _memory(tier: str) -> str:
    mebibytes = NEEDS[tier].memory // MEBIBYTE
    size = f"{mebibytes // 1024} GiB" if mebibytes >= 1024 else f"{mebibytes} MiB"
    return f"{size} of memory"


HINTS = {
    "local": f"one person; needs {_memory('local')}, no containers",
    "standalone": f"a team on one host; needs Docker or Podman and {_memory('standalone')}",
    "federated": f"several hosts; needs Docker or Podman and {_memory('federated')}",
}
"""What each tier is good for, and what it needs."""
TIER = choice("a tier", HINTS, OLD_NAMES)
