"""Measure the system, and the hardware under it."""

import fcntl
import os
import resource
import socket
import struct
import sys
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer.core.facts.system import System

MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
GET_FLAGS, IS_UP = 0x8913, 1
LOWEST_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def probe_system() -> System:
    """Return what everything will run on, and the moment of the probe."""
    kernel = os.uname()
    return System(
        name=kernel.sysname,
        release=kernel.release,
        architecture=kernel.machine,
        cpus=len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1,
        memory=_memory(),
        open_files=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        has_loopback=_has_loopback(),
        has_ipv6=_has_ipv6(),
        is_wsl="microsoft" in kernel.release.lower(),
        now=datetime.now(UTC),
    )


def lowest_port() -> int:
    """Return the lowest port that this user may listen on (ip(7))."""
    if os.getuid() == 0:
        return 1
    try:
        return int(LOWEST_PORT.read_text())
    except (OSError, ValueError):
        return 1024


def _memory() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in MEMORY_LIMITS:
        try:
            memory = min(memory, int(path.read_text()))
        except (OSError, ValueError):
            continue
    return memory


def _has_loopback() -> bool:
    if sys.platform != "linux":
        return True
    # netdevice(7): a request names the interface, and comes back with its flags.
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            answer = fcntl.ioctl(any_socket, GET_FLAGS, struct.pack("16sH14x", b"lo", 0))
    except OSError:
        return False
    return bool(struct.unpack("16sH14x", answer)[1] & IS_UP)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe_socket:
            probe_socket.bind(("::1", 0))
    except OSError:
        return False
    return True
