"""Engines of other kinds than the one that tests run on, each on a machine of its own."""

from pathlib import Path

from tests.e2e.second_engine import Kind

NEWER = Path("/usr/local/lib/mosaic-test-engine/26")
"""Where scripts/test-engine puts Debian 13's engine."""
OWN_ETC = """
chmod o+x .
mkdir /run/etc /run/etc/above /run/etc/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/above,workdir=/run/etc/work overlay /etc
"""
"""The engine makes a user for itself, and writes down what it may use of others (subuid(5)); that
user gets to the engine's data."""

KINDS = {
    "userns-remap": Kind(options=("--userns-remap=default",), prepares=OWN_ETC),
    "local-logs": Kind(options=("--log-driver=local",)),
    "docker-26": Kind(programs=NEWER),
}


def missing(kind: str) -> str:
    """Say what of an engine of this kind is not here; nothing when all is."""
    programs = KINDS[kind].programs
    return f"`{programs}/dockerd`" if programs and not (programs / "dockerd").exists() else ""
