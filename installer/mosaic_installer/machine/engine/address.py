"""Where the container engine listens: as Docker's own command finds it, and then where else it is.

Docker's order: DOCKER_HOST, DOCKER_CONTEXT, the chosen context, the system's socket
(https://docs.docker.com/engine/manage-resources/contexts/). Where the last one is not for us, the
sockets of rootless engines and of Podman are looked at, too.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError

SYSTEM_SOCKET = Path("/var/run/docker.sock")
SYSTEM_PODMAN = Path("/run/podman/podman.sock")
RUNTIME_FOLDERS = Path("/run/user")
DEFAULT = "default"


@frozen
class EngineAddress:
    """Where it listens, and the folder of the certificates that it wants to see, if any."""

    url: str
    context: str = DEFAULT
    certificates: Path | None = None
    verifies: bool = True

    def variables(self) -> dict[str, str]:
        """Return what leads Docker's command and Compose to the same engine."""
        if self.context != DEFAULT:
            return {"DOCKER_CONTEXT": self.context}
        return {"DOCKER_HOST": self.url}


def find_address() -> EngineAddress:
    """Return where the engine listens; raises EngineError for a context that is damaged."""
    if host := os.environ.get("DOCKER_HOST"):
        verifies = bool(os.environ.get("DOCKER_TLS_VERIFY"))
        folder = os.environ.get("DOCKER_CERT_PATH") or (_configuration() if verifies else None)
        certificates = Path(folder) if folder else None
        return EngineAddress(url=host, certificates=certificates, verifies=verifies)
    context = os.environ.get("DOCKER_CONTEXT") or _chosen_context()
    if context != DEFAULT:
        return _address_of(context)
    return EngineAddress(url=f"unix://{_socket()}")


def _configuration() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path("~/.docker").expanduser())


def _chosen_context() -> str:
    try:
        document = json.loads((_configuration() / "config.json").read_text("utf-8"))
        return str(document.get("currentContext") or DEFAULT)
    except (OSError, ValueError, AttributeError):
        return DEFAULT


def _address_of(context: str) -> EngineAddress:
    identifier = hashlib.sha256(context.encode()).hexdigest()
    contexts = _configuration() / "contexts"
    try:
        meta: Any = json.loads((contexts / "meta" / identifier / "meta.json").read_text("utf-8"))
        endpoint = meta["Endpoints"]["docker"]
        url = str(endpoint["Host"])
    except (OSError, ValueError, KeyError, TypeError):
        raise EngineError(
            f"the Docker context `{context}` does not exist, or is damaged",
            "choose another one with `docker context use default`, or unset DOCKER_CONTEXT",
            identifier="engine-unreachable",
        ) from None
    certificates = contexts / "tls" / identifier / "docker"
    return EngineAddress(
        url=url,
        context=context,
        certificates=certificates if certificates.is_dir() else None,
        verifies=not endpoint.get("SkipTLSVerify"),
    )


def _socket() -> Path:
    """The first socket that we may use; else the first that is there; else Docker's own."""
    # Over `su`, `cron` and the like nobody sets the variable, and the engine is there all the same.
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or RUNTIME_FOLDERS / str(os.getuid()))
    own = (runtime / "docker.sock", runtime / "podman" / "podman.sock")
    present = [path for path in (SYSTEM_SOCKET, *own, SYSTEM_PODMAN) if _exists(path)]
    ours = [path for path in present if os.access(path, os.R_OK | os.W_OK)]
    return (*ours, *present, SYSTEM_SOCKET)[0]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # a folder above it is closed to us
