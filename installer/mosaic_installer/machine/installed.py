"""What is installed, by its own files: meta.json, and the gateway's configuration."""

import json
import sys
from pathlib import Path

from mosaic_installer import __version__
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.runtime import Container, Process, Runtime, SwarmService
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.processes.systemd import unit_folder


def read_meta(machine: LocalMachine) -> Meta | None:
    """Return what meta.json says, None when it is absent or damaged."""
    content = machine.files.read(machine.layout.meta)
    return None if content is None else Meta.parse(content.decode("utf-8-sig", errors="replace"))


def read_config(machine: LocalMachine) -> dict[str, object]:
    """Return what mosaic.config.json says, nothing when it is absent or damaged."""
    try:
        content = (machine.files.read(machine.layout.gateway_config) or b"").decode("utf-8-sig")
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def gateway_as_installed(layout: Layout, meta: Meta) -> Gateway:
    """Return the gateway that is installed, as meta.json describes it."""
    return Gateway(
        layout=layout,
        python=Path(sys.executable),
        bind=meta.host,
        port=meta.port,
        version=__version__,
        runtime=_runtime_as_installed(layout, meta),
    )


def _runtime_as_installed(layout: Layout, meta: Meta) -> Runtime:
    stack = stack_as_installed(layout, meta)
    if stack is not None and meta.runtime == "container":
        return Container(stack=stack)
    if stack is not None and meta.runtime == "swarm":
        return SwarmService(stack=stack)
    return Process(supervisor=meta.supervisor, unit_folder=unit_folder())


def stack_as_installed(layout: Layout, meta: Meta) -> Stack | None:
    """Return the containers that are installed, None when there are none."""
    if not meta.services:
        return None
    return Stack(
        layout=layout,
        project=meta.project or layout.project,
        services=meta.services,
        orchestrator="swarm" if meta.runtime == "swarm" else "compose",
    )
