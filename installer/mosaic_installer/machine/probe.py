"""The probe: look at the machine once, change nothing, and return the facts."""

import json
import locale
import os
import platform
import resource
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer import __version__
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.facts import (
    Disk,
    Facts,
    Installation,
    Part,
    Person,
    Supervisor,
    System,
)
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.environment import provider_variables
from mosaic_installer.machine.listeners import find_listeners
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import is_locked
from mosaic_installer.machine.processes import systemd

MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
LOWEST_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def probe(machine: LocalMachine) -> Facts:
    """Return everything the decisions rest on, for the installation of `machine`."""
    layout = machine.layout
    meta = read_meta(machine)
    gateway = None if meta is None else gateway_of(layout, meta)
    disk = _disk(layout.root)
    return Facts(
        layout=layout,
        system=_system(),
        person=_person(),
        disk=disk,
        installation=_installation(machine, meta, gateway, disk),
        supervisor=_supervisor(meta),
        lingers=systemd.lingers(user_name()),
        unit_folder=unit_folder(),
        python=Path(sys.executable),
        lowest_port=_lowest_port(),
        listeners=find_listeners(str(layout.gateway_config)),
    )


def read_meta(machine: LocalMachine) -> Meta | None:
    """Return what meta.json says, None when it is absent or damaged."""
    content = machine.files.read(machine.layout.meta)
    return None if content is None else Meta.parse(content.decode(errors="replace"))


def read_config(machine: LocalMachine) -> dict[str, object]:
    """Return what mosaic.config.json says, nothing when it is absent or damaged."""
    try:
        document = json.loads(machine.files.read(machine.layout.gateway_config) or b"")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def gateway_of(layout: Layout, meta: Meta) -> Gateway:
    """Return the gateway that is installed, as meta.json describes it."""
    return Gateway(
        layout=layout,
        python=Path(sys.executable),
        bind=meta.host,
        port=meta.port,
        supervisor=meta.supervisor,
        unit_folder=unit_folder(),
        version=__version__,
        stack=stack_of(layout, meta) if meta.runtime == "container" else None,
    )


def stack_of(layout: Layout, meta: Meta) -> Stack | None:
    """Return the containers that are installed, None when there are none."""
    if not meta.services:
        return None
    return Stack(layout=layout, project=meta.project or layout.project, services=meta.services)


def unit_folder() -> Path:
    """Return where systemd looks for this user's own units (systemd.unit(5))."""
    configuration = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(configuration).expanduser() / "systemd" / "user"


def user_name() -> str:
    """Return the name of the user we run as, or the number of one without a name."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _supervisor(meta: Meta | None) -> Supervisor:
    # What an installation started with stays, as long as it can.
    if not systemd.serves_this_user():
        return "daemon"
    return meta.supervisor if meta else "systemd"


def _supervisors(layout: Layout) -> Iterator[Supervisor]:
    if (unit_folder() / layout.unit).exists():
        yield "systemd"
    if is_locked(layout.pid):
        yield "daemon"


def _system() -> System:
    return System(
        name=platform.system(),
        release=platform.release(),
        architecture=platform.machine(),
        cpus=len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1,
        memory=_memory(),
        open_files=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        has_ipv6=_has_ipv6(),
        is_wsl="microsoft" in platform.release().lower(),
        now=datetime.now(UTC),
    )


def _memory() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in MEMORY_LIMITS:
        try:
            memory = min(memory, int(path.read_text()))
        except (OSError, ValueError):
            continue
    return memory


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe_socket:
            probe_socket.bind(("::1", 0))
    except OSError:
        return False
    return True


def _person() -> Person:
    names = [name for name in PROXIES if os.environ.get(name)]
    return Person(
        name=user_name(),
        uid=os.getuid(),
        gid=os.getgid(),
        encoding=locale.getpreferredencoding(do_setlocale=False),
        terminal=os.environ.get("TERM", ""),
        variables=tuple(sorted(name for name in os.environ if name.startswith("MOSAIC_"))),
        provider_variables=tuple(provider_variables()),
        proxy=names[0] if names else "",
        no_proxy=os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "",
    )


def _disk(root: Path) -> Disk:
    nearest = next(path for path in (root, *root.parents) if path.exists() or path.is_symlink())
    space = os.statvfs(nearest if nearest.exists() else nearest.parent)
    return Disk(
        nearest=nearest,
        is_writable=os.access(nearest, os.W_OK | os.X_OK),
        is_ours=nearest != root or nearest.lstat().st_uid in {os.getuid(), 0},
        is_directory=nearest.is_dir(),
        file_system=_file_system(nearest),
        free=space.f_bavail * space.f_frsize,
    )


def _file_system(path: Path) -> str:
    """Return the type of the file system that `path` lies on, empty where it cannot be told."""
    best = ("", "")
    try:
        mounts = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    resolved = str(path.resolve()) + "/"
    for line in mounts:
        _device, encoded, kind = line.split(" ")[:3]
        point = encoded.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
        if resolved.startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _lowest_port() -> int:
    if os.getuid() == 0:
        return 1
    try:
        return int(LOWEST_PORT.read_text())
    except (OSError, ValueError):
        return 1024


def _lost_tier(layout: Layout, config: Mapping[str, object], lost: Sequence[Part]) -> str:
    """Return the tier of an installation without meta.json; kept data alone is none."""
    from mosaic_installer.core.settling.rebuilt import tier_of_parts

    # An uninstall takes the token, and every container; an edited file or a volume may stay.
    configured = str(config.get("tier", "")) if layout.token.exists() else ""
    return configured or tier_of_parts([part for part in lost if part.kind == "container"])


def _configured(config: Mapping[str, object], section: str, name: str) -> str:
    found = config.get(section)
    return str(found.get(name, "")) if isinstance(found, dict) else ""


def _installation(
    machine: LocalMachine, meta: Meta | None, gateway: Gateway | None, disk: Disk
) -> Installation:
    # What only a whole probe needs is not imported by commands that just read meta.json.
    from mosaic_installer.machine.edits import (
        edited_files,
        exposed_paths,
        files_with_crlf,
        secret_files,
    )

    layout = machine.layout
    lost = machine.lost_parts
    config = read_config(machine)
    # No database can be opened where nothing can be written; a check refuses that place.
    users = machine.users(gateway, meta) if disk.is_writable else "some"
    return Installation(
        is_present=meta is not None or bool(lost),
        has_answers=layout.answers.exists(),
        project=meta.project if meta else next((part.project for part in lost), ""),
        tier=meta.tier if meta else _lost_tier(layout, config, lost),
        version=meta.version if meta else "",
        installed_at=meta.installed_at if meta else "",
        services=meta.services if meta else (),
        database_url=_configured(config, "storage", "url"),
        queue_url=_configured(config, "queue", "url"),
        has_containers=bool(lost or (meta and meta.services))
        or layout.compose_environment.exists(),
        supervisors=tuple(_supervisors(layout)),
        needs_setup=users == "none",
        may_have_users=users == "unknown",
        edited=edited_files(machine.files, layout),
        secret_files=secret_files(layout),
        embeddings_model=_configured(config, "embeddings", "model"),
        exposed=exposed_paths(layout),
        dos_files=files_with_crlf(layout),
    )
