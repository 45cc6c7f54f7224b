"""`mosaic status`: what runs, where, since when, on which version."""

from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.core.runtime import Container, Process, Runtime
from mosaic_installer.errors import UnhealthyError
from mosaic_installer.machine.installed import stack_as_installed
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui import output


def run(*, as_json: bool) -> int:
    """Print the state of the installation; the exit code says whether the gateway is healthy."""
    machine, gateway, meta = installed_gateway()
    process = machine.service(gateway).process()
    version = machine.api(gateway).version()
    servers = _servers(machine, meta)
    fault = machine.database_fault(gateway, meta) if version else ""
    is_well = process is not None and version is not None and not fault
    is_healthy = is_well and all(row.state == "healthy" for row in servers)
    since = process.since.isoformat(timespec="seconds") if process else None
    if as_json:
        shown = {
            "url": gateway.url,
            "runtime": meta.runtime,
            "version": version,
            "healthy": is_well,
            "since": since,
        }
        where = {"tier": meta.tier, "home": str(machine.layout.root)}
        services = [_document(row) for row in servers]
        output.document({"schema": SCHEMA, **where, "gateway": shown, "services": services})
    else:
        state = _state(is_well, process is not None, version, fault)
        output.data(
            output.lines(
                (
                    ("gateway", f"{state} at {gateway.url}"),
                    ("version", version or meta.version),
                    ("since", since or "not running"),
                    ("runtime", f"{meta.runtime}{_keeper(gateway.runtime)}"),
                    *((row.service, _line(row)) for row in servers if row.service != GATEWAY),
                    ("tier", meta.tier),
                    ("home", str(machine.layout.root)),
                )
            )
        )
    return 0 if is_healthy else UnhealthyError.exit_code


def _keeper(runtime: Runtime) -> str:
    match runtime:
        case Process(supervisor=supervisor):
            return f" ({supervisor})"
        case Container():
            return ""


def _servers(machine: LocalMachine, meta: Meta) -> tuple[FoundContainer, ...]:
    stack = stack_as_installed(machine.layout, meta)
    if stack is None:
        return ()
    found = machine.containers(stack).found()
    return tuple(
        row
        for name in stack.services
        for row in [each for each in found if each.service == name] or [_absent(name)]
    )


def _absent(service: str) -> FoundContainer:
    return FoundContainer(service=service, image="", state="absent", since=None, ports=())


def _document(row: FoundContainer) -> dict[str, object]:
    return {
        "name": row.service,
        "image": row.image,
        "state": row.state,
        "healthy": row.state == "healthy",
        "ports": list(row.ports),
        "since": row.since.isoformat(timespec="seconds") if row.since else None,
    }


def _line(row: FoundContainer) -> str:
    ports = f" at {', '.join(row.ports)}" if row.ports else ""
    since = f" since {row.since.isoformat(timespec='seconds')}" if row.since else ""
    return f"{row.state}{ports}{since}"


def _state(is_healthy: bool, runs: bool, version: str | None, fault: str) -> str:  # noqa: FBT001 - four facts, one word
    if is_healthy:
        return "healthy"
    if fault:
        return f"running, but its database {fault},"
    if runs:
        return "running, but not answering,"
    return "stopped" if version is None else "stopped; another program answers"
