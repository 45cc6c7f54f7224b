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


TIER = choice("a tier", TIERS, OLD_NAMES)
