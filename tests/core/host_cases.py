"""The cases of the checks that look at the host and at what is installed on it."""

from datetime import UTC, datetime
from pathlib import Path

from tests.core.container_cases import STANDALONE, with_engine
from tests.core.expected import Found, Silent
from tests.core.swarm_cases import HAS_SERVICES, LOST, MANAGER, ON_SWARM
from tests.make import GIBIBYTE, HOME

from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.layout import Layout

MEBIBYTE = 1024**2
NGINX = Listener(address="0.0.0.0", port=14242, program="nginx", pid=7)  # noqa: S104 # a fact
LOCAL = {"supervisor": "daemon"}
OPEN = Listener(address="0.0.0.0", port=14242, program="docker-proxy", pid=7)  # noqa: S104
MANAGED = with_engine(swarm=MANAGER)
FOREIGN = STANDALONE | {"gateway_image": "registry.example.org/gateway:1", "gateway_bind": "::"}
CASES: dict[str, list[Found | Silent]] = {
    "operating-system-is-supported": [
        Found("warning", "macOS", {"system.name": "Darwin"}),
        Found("error", "`Windows` is not supported", {"system.name": "Windows"}),
    ],
    "architecture-is-supported": [
        Found("warning", "`riscv64`", {"system.architecture": "riscv64"}),
        Silent({"system.architecture": "aarch64"}),
    ],
    "clock-is-right": [
        Found("error", "1970-01-01", {"system.now": datetime(1970, 1, 1, tzinfo=UTC)}),
    ],
    "open-files-are-enough": [
        Found("warning", "256 files; wanted 1024", {"system.open_files": 256}),
        Silent({"system.open_files": 1024}),
        Silent({"system.open_files": -1}),
    ],
    "wsl-keeps-running": [
        Found("note", "WSL without systemd", {"system.is_wsl": True, **LOCAL}),
        Silent({"system.is_wsl": True}),
    ],
    "processors-are-enough": [
        Found("warning", "1 processor; tier", {"system.cpus": 1}, {"tier": "federated"}),
        Silent({"system.cpus": 1}),
    ],
    "memory-is-enough": [
        Found("error", "460 MiB of memory; tier", {"system.memory": 460 * MEBIBYTE}),
        Found("warning", "500 MiB", {"system.memory": 500 * MEBIBYTE}),
        Silent({"system.memory": 512 * MEBIBYTE}),
        Found("error", "1.0 GiB", {"system.memory": GIBIBYTE}, {"tier": "standalone"}),
    ],
    "disk-is-enough": [
        Found("error", "100 MiB free", {"disk.free": 100 * MEBIBYTE}),
        Found("warning", "300 MiB free", {"disk.free": 300 * MEBIBYTE}),
        Silent({"disk.free": 512 * MEBIBYTE}),
    ],
    "home-is-a-directory": [Found("error", "`/srv`", {"disk.is_directory": False})],
    "home-is-writable": [Found("error", "written by ada", {"disk.is_writable": False})],
    "home-is-ours": [Found("error", "another user", {"disk.is_ours": False})],
    "home-is-on-a-local-disk": [
        Found("error", "(nfs4)", {"disk.file_system": "nfs4"}),
        Found("warning", "(tmpfs)", {"disk.file_system": "tmpfs"}),
        Silent({"disk.file_system": ""}),
    ],
    "home-path-is-plain": [
        Found("error", "path of the database is 816", {"layout": Layout.under(HOME / ("n" * 789))}),
        Silent({"layout": Layout.under(HOME / "with space & ü")}),
    ],
    "locale-is-utf8": [
        Found("note", "ANSI_X3.4-1968", {"person.encoding": "ANSI_X3.4-1968"}),
        Silent({"person.encoding": "utf8"}),
    ],
    "user-is-not-root": [
        Found("note", "root", {"person.uid": 0}),
        Silent({"person.uid": 0}, STANDALONE),
    ],
    "variables-are-known": [
        Found(
            "warning",
            "here: MOSAIC_HOSTNME; did you mean `MOSAIC_HOSTNAME`?",
            {"person.variables": ("MOSAIC_HOSTNME", "MOSAIC_HOSTNAME")},
        ),
        Silent({"person.variables": ("MOSAIC_GATEWAY_PORT", "MOSAIC_ADMIN_PASSWORD_FILE")}),
    ],
    "proxy-spares-this-machine": [
        Found("warning", "HTTP_PROXY is set", {"person.proxy": "HTTP_PROXY"}),
        Silent({"person.proxy": "HTTP_PROXY", "person.no_proxy": "example.org, 127.0.0.1"}),
        Silent({"person.proxy": "HTTP_PROXY", "person.no_proxy": "*"}),
    ],
    "session-outlives-logout": [
        Found("warning", "log out", {"lingers": False}),
        Silent({"lingers": False, **LOCAL}),
        Silent({"lingers": False}, STANDALONE),
    ],
    "runtime-suits-tier": [
        Found("error", "not as a container", {}, {"gateway_runtime": "container"}),
        Silent({}, {"gateway_runtime": "container", "tier": "standalone"}),
    ],
    "image-suits-runtime": [
        Found("error", "`mine:1`", {}, {"gateway_image": "mine:1"}),
        Silent({}, {"gateway_image": "mine:1", "gateway_runtime": "container"}),
    ],
    "port-is-free": [
        Found("error", "14242 on 127.0.0.1 is taken by `nginx` (pid 7)", {"listeners": (NGINX,)}),
        Silent({"listeners": (Listener(address="127.0.0.1", port=14242, is_ours=True),)}),
        Silent({"listeners": (NGINX,)}, {"gateway_port": 14243}),
        Found("error", "taken", {**MANAGED, "listeners": (OPEN,)}, ON_SWARM),
        Silent({**LOST, "listeners": (OPEN,)}, ON_SWARM),
        Silent({**LOST, **HAS_SERVICES, "listeners": (OPEN,)}, STANDALONE),
    ],
    "port-is-permitted": [
        Found("error", "port 80 is for root only; ada may use 1024", {}, {"gateway_port": 80}),
        Silent({"lowest_port": 80}, {"gateway_port": 80}),
    ],
    "bind-is-loopback": [
        Found("warning", "0.0.0.0", {}, {"gateway_bind": "0.0.0.0"}),  # noqa: S104 # an answer
        Found("warning", "listen on ::", {}, {"gateway_bind": "::"}),
        Found("warning", "without TLS", {}, ON_SWARM, hint="a Swarm cannot keep a port"),
        Silent({}, {"gateway_bind": "::1"}),
        Silent({}, {"gateway_bind": "127.0.0.2"}),
    ],
    "setup-is-ours-alone": [
        Found("warning", "before it has an administrator", {}, FOREIGN),
        Found("warning", "before it has", {}, {**FOREIGN, **ON_SWARM}, hint="let a firewall"),
        Silent({"installation.needs_setup": False}, FOREIGN),
        Silent({}, FOREIGN | {"gateway_bind": "127.0.0.1"}),
        Silent({}, FOREIGN | {"gateway_image": None}),
        Silent({}, FOREIGN | {"gateway_runtime": "process"}),
    ],
    "machine-can-call-itself": [
        Found("error", "`lo` is down", {"system.has_loopback": False}),
    ],
    "ipv6-is-on": [
        Found("error", "::1", {"system.has_ipv6": False}, {"gateway_bind": "::1"}),
        Silent({"system.has_ipv6": False}),
        Silent({}, {"gateway_bind": "::1"}),
    ],
    "gateway-comes-back-after-restart": [
        Found("note", "systemd is not available", LOCAL),
        Silent(LOCAL, STANDALONE),
    ],
    "gateway-uses-what-is-given": [
        Found(
            "note",
            "not used by the embedded gateway yet: channels",
            {},
            {
                "chosen": frozenset(
                    {"gateway.port", "providers.openai_api_key", "channels.discord_guild"}
                )
            },
        ),
        Silent({}, {"chosen": frozenset({"gateway.port", "admin.email"})}),
        Silent(
            {},
            {
                "chosen": frozenset({"channels.discord_guild"}),
                "gateway_image": "registry.example.org/gateway:1",
            },
        ),
    ],
    "settings-have-an-effect": [
        Found("note", "authority.port counts only with tier `federated`; web.port counts only with",
              {}, {"tier": "standalone", "gateway_runtime": "container",
                   "chosen": frozenset({"authority.port", "web.port", "gateway.port"})}),
        Silent({}, {"tier": "federated", "gateway_runtime": "container",
                    "chosen": frozenset({"authority.port", "images.postgres"})}),
    ],
    "administrator-is-still-to-be-made": [
        Found("note", "exists already", {"installation.needs_setup": False}),
        Silent({"installation.needs_setup": False}, {"chosen": frozenset()}),
    ],
    "administrator-is-the-installed-one": [
        Found(
            "warning",
            "will act as bob@example.org instead of ada@example.org; no account is renamed",
            {"installation.needs_setup": False, "installation.admin_email": "ada@example.org"},
            {"admin_email": "bob@example.org"},
            hint="it renames no account",
        ),
        Silent({"installation.needs_setup": False, "installation.admin_email": "ada@example.org"}),
        Silent({"installation.admin_email": "ada@example.org"}, {"admin_email": "b@example.org"}),
        Silent({"installation.needs_setup": False}),
    ],
    "answers-are-remembered": [
        Found(
            "warning",
            "rebuilt from the other files: gateway.port = 8080",
            {"installation.has_answers": False, "installation.is_present": True},
            {"gateway_port": 8080, "chosen": frozenset({"gateway.port"})},
        ),
    ],
    "generated-files-are-unedited": [
        Found("warning", "`/srv/a`, `/srv/b`",
              {"installation.edited": (Path("/srv/a"), Path("/srv/b"))}),
    ],
    "edited-port-is-the-wanted-one": [
        Found("error", "config/gateway/.env`, as you edited it, says 8080",
              {"installation.edited_port": 8080}),
        Silent({"installation.edited_port": 14242}),
        Silent({"installation.edited_port": 8080}, {"gateway_runtime": "container"}),
    ],
    "generated-files-are-whole": [
        Found("warning", "`/srv/a` is cut off",
              {"installation.damaged": {Path("/srv/a"): "cut off"}}),
    ],
    "database-is-in-its-place": [
        Found("error", "`/srv/mosaic/data/mosaic.db` is gone from its place",
              {"installation.database_fault": "is gone from its place"}),
        Found("warning", "is gone from its place; the running gateway (process 7) still has it",
              {"installation.database_keeper": "the running gateway (process 7)"}),
        Silent({"installation.database_fault": "is damaged",
                "installation.database_damage": "it is a folder"}),
    ],
    "database-file-is-there": [
        Found("error", "`/srv/mosaic/data/mosaic.db` is gone, and all data with it",
              {"installation.is_database_lost": True}),
    ],
    "database-is-sound": [
        Found("error", "is damaged (it is a folder); backups: none found",
              {"installation.database_damage": "it is a folder"}),
        Found("error", "backups: `/srv/a.bak`",
              {"installation.database_damage": "no database",
               "installation.database_copies": ("`/srv/a.bak`",)}),
        Silent({"installation.database_damage": "it is a folder"}, STANDALONE),
    ],
    "no-other-run-changes-it": [
        Found("note", "(process 7)", {"installation.changed_by": 7}, hint="wait until"),
        Silent({}),
    ],
    "gateway-is-not-suspended": [
        Found("warning", "process 7, 8, and does not answer", {"installation.suspended": (7, 8)}),
    ],
    "files-are-private": [
        Found("warning", "`/srv/a`", {"installation.exposed": (Path("/srv/a"),)}),
    ],
    "files-have-unix-line-endings": [
        Found("warning", "CRLF", {"installation.dos_files": (Path("/srv/a"),)}),
    ],
    "version-is-not-older": [
        Found("warning", "version 99.0 is installed", {"installation.version": "99.0"}),
        Silent({"installation.version": "0.0.1"}),
        Silent({"installation.version": "0.0.1.dev3+local.7"}),
    ],
}  # fmt: skip
