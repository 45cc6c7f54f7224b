"""Engines of other kinds than the one that tests run on, each on a machine of its own."""

from pathlib import Path
from shutil import which

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
ROOTLESS = Path("/usr/share/docker.io/contrib/dockerd-rootless.sh")
USER = 4711
OWN_USER = f"""
{OWN_ETC}
echo 'mosaic-test:x:{USER}:{USER}::/:/bin/sh' >>/etc/passwd
echo 'mosaic-test:x:{USER}:' >>/etc/group
echo mosaic-test:200000:65536 | tee -a /etc/subuid >>/etc/subgid
chown {USER}:{USER} . data
install -d -m 0700 -o {USER} -g {USER} /run/user /run/user/{USER}
chmod 0755 /run/user
mknod -m 0666 /run/tun c 10 200
mount --bind /run/tun /dev/net/tun
mount --make-rshared /
"""
"""The engine belongs to a user who may use other numbers of users, and make networks."""

SWARM = Kind(
    programs=NEWER,
    prepares="ip link add name swarm0 type bridge; ip address add 10.99.0.1/24 dev swarm0; "
    "ip link set swarm0 up",
)
"""A manager needs an address that is not loopback's."""
KINDS = {
    "userns-remap": Kind(options=("--userns-remap=default",), prepares=OWN_ETC),
    "local-logs": Kind(options=("--log-driver=local",)),
    "docker-26": Kind(programs=NEWER),
    "rootless": Kind(program=str(ROOTLESS), prepares=OWN_USER, user=USER),
}


def missing(kind: str) -> str:
    """Say what of an engine of this kind is not here; nothing when all is."""
    return missing_of(KINDS[kind])


def missing_of(wanted: Kind) -> str:
    """Say the same of a kind that is not in the table."""
    if wanted.programs and not (wanted.programs / "dockerd").exists():
        return f"`{wanted.programs}/dockerd`"
    tools = ("rootlesskit", "slirp4netns", "newuidmap", wanted.program) if wanted.user else ()
    return " and ".join(name for name in tools if which(name) is None)
