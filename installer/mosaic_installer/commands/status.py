"""`mosaic status`: what runs, where, since when, on which version."""

from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.errors import UnhealthyError
from mosaic_installer.ui import output


def run(*, as_json: bool) -> int:
    """Print the state of the installation; the exit code says whether the gateway is healthy."""
    machine, gateway, meta = installed_gateway()
    process = machine.service(gateway).process()
    version = machine.api(gateway).version()
    is_healthy = process is not None and version is not None
    since = process.since.isoformat(timespec="seconds") if process else None
    if as_json:
        shown = {
            "url": gateway.url,
            "runtime": meta.runtime,
            "version": version,
            "healthy": is_healthy,
            "since": since,
        }
        where = {"tier": meta.tier, "home": str(machine.layout.root)}
        output.document({"schema": SCHEMA, **where, "gateway": shown, "services": []})
    else:
        state = _state(is_healthy, process is not None, version)
        output.data(
            output.lines(
                (
                    ("gateway", f"{state} at {gateway.url}"),
                    ("version", version or meta.version),
                    ("since", since or "not running"),
                    ("runtime", f"{meta.runtime} ({meta.supervisor})"),
                    ("tier", meta.tier),
                    ("home", str(machine.layout.root)),
                )
            )
        )
    return 0 if is_healthy else UnhealthyError.exit_code


def _state(is_healthy: bool, runs: bool, version: str | None) -> str:  # noqa: FBT001 - three facts, one word
    if is_healthy:
        return "healthy"
    if runs:
        return "running, but not answering,"
    return "stopped" if version is None else "stopped; another program answers"
