"""`mosaic status`: what runs, where, since when, on which version."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mosaic_installer.commands.job_runs import job_runs
from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.machine.api import PATIENT_SECONDS, GatewayApi
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.core.preflight.jobs import failing_jobs
from mosaic_installer.core.runtime import Container, Process, Runtime, SwarmService
from mosaic_installer.errors import EngineError, UnhealthyError
from mosaic_installer.machine.asked import Asked
from mosaic_installer.machine.installed import stack_as_installed
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui import output

LOOK_SECONDS = 2.5
"""With the start of the program, nobody waits for the silent for longer than 3 s."""
JOB_SECONDS = 0.5


@frozen
class _Seen:
    """What was seen in time; `servers` is None where the engine did not answer."""

    process: RunningGateway | None
    version: str | None
    fault: str
    servers: tuple[FoundContainer, ...] | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The servers without which no gateway is ready, as far as they do not run."""
        if not self.servers:
            return ()
        from mosaic_installer.core.containers.services import BY_NAME

        needed = [row for row in self.servers if BY_NAME[row.service].before_gateway]
        return tuple(row.service for row in needed if row.state != "healthy")

    @property
    def is_well(self) -> bool:
        is_up = self.process is not None and self.version is not None
        return is_up and not self.fault and not self.missing

    @property
    def since(self) -> str | None:
        return self.process.since.isoformat(timespec="seconds") if self.process else None


def run(*, as_json: bool) -> int:
    """Print the state of the installation; the exit code says whether the gateway is healthy.

    Raises `EngineError` where the engine is silent, after all else is said.
    """
    machine, gateway, meta = installed_gateway()
    with _beginning(machine, meta):
        seen = _look(machine, gateway, meta)
    servers = seen.servers or ()
    is_healthy = seen.is_well and all(row.state == "healthy" for row in servers)
    failing = _failing(machine, gateway) if seen.is_well else ()
    if as_json:
        where = {"tier": meta.tier, "home": str(machine.layout.root)}
        services = [_document(row) for row in servers]
        rest = {"services": services, "failing_jobs": list(failing)}
        shown = _document_of_gateway(gateway, meta, seen)
        output.document({"schema": SCHEMA, **where, "gateway": shown, **rest})
    else:
        output.table(
            (
                ("gateway", f"{_state(seen, gateway.runtime)} at {gateway.url}"),
                ("version", seen.version or meta.version),
                ("since", seen.since or _not_since(seen)),
                ("runtime", f"{meta.runtime}{_keeper(gateway.runtime)}"),
                *((row.service, _line(row)) for row in servers if row.service != GATEWAY),
                *(("job", f"{name} fails; `mosaic doctor` says why") for name in failing),
                ("tier", meta.tier),
                ("folder", str(machine.layout.root)),
            )
        )
    if seen.servers is None:
        raise _silence(gateway.runtime)
    if is_healthy:
        return 0
    if isinstance(gateway.runtime, SwarmService):
        output.say("hint: `mosaic cluster status` says why")
    return UnhealthyError.exit_code


@contextmanager
def _beginning(machine: LocalMachine, meta: Meta) -> Iterator[None]:
    """Ask the engine what it will be asked; what reads its answers is imported where it has any."""
    if not meta.services:
        yield
        return
    from mosaic_installer.machine.engine.look import of_a_swarm

    with machine.one_look() as look:
        if meta.runtime == "swarm":
            look.begin(*of_a_swarm(meta.project or machine.layout.project))
        yield


def _not_since(seen: _Seen) -> str:
    return "unknown" if seen.servers is None else "not running"


def _look(machine: LocalMachine, gateway: Gateway, meta: Meta) -> _Seen:
    """Ask the system, the gateway and the engine side by side, as long as there is time.

    An engine that answers one question gets more time for the other, and so does a gateway that
    runs: on a machine that is busy, what is well is not called ill.
    """
    begun = machine.seconds()
    until, late = begun + LOOK_SECONDS, begun + PATIENT_SECONDS
    servers = Asked(lambda: _servers(machine, meta))
    process = Asked(machine.service(gateway).process)
    words = Asked(lambda: _words(machine.api(gateway), meta))
    rows = servers.answer(until)
    found = process.answer(until if rows is None else late)
    if rows is None and found is not None and gateway.runtime.is_contained:
        rows = servers.answer(late)
    if found is None or found.is_silent:
        late = until
    version, fault = (None, "") if found and found.is_silent else words.answer(late) or (None, "")
    return _Seen(process=found, version=version, fault=fault, servers=rows)


def _words(api: GatewayApi, meta: Meta) -> tuple[str | None, str]:
    version = api.version(PATIENT_SECONDS)
    return version, api.database_fault() if version and meta.tier == "local" else ""


def _failing(machine: LocalMachine, gateway: Gateway) -> tuple[str, ...]:
    return tuple(run.name for run in failing_jobs(job_runs(machine, gateway, JOB_SECONDS)))


def _silence(runtime: Runtime) -> EngineError:
    if isinstance(runtime, SwarmService):
        return EngineError(
            f"the Swarm is silent: it did not answer within {LOOK_SECONDS} s",
            "`mosaic cluster status` waits longer, and says whether most of its managers are lost",
            identifier="engine-unreachable",
        )
    return EngineError(
        f"the container engine is silent: it did not answer within {LOOK_SECONDS} s",
        "restart it (`sudo systemctl restart docker`), then look again",
        identifier="engine-unreachable",
    )


def _keeper(runtime: Runtime) -> str:
    match runtime:
        case Process(supervisor=supervisor):
            return f" ({supervisor})"
        case Container() | SwarmService():
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


def _document_of_gateway(gateway: Gateway, meta: Meta, seen: _Seen) -> dict[str, object]:
    return {
        "url": gateway.url,
        "runtime": meta.runtime,
        "version": seen.version,
        "healthy": seen.is_well,
        "since": seen.since,
    }


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
    if row.waits_for:
        return f"waits for {row.waits_for}"
    ports = f" at {', '.join(row.ports)}" if row.ports else ""
    since = f" since {row.since.isoformat(timespec='seconds')}" if row.since else ""
    return f"{row.state}{ports}{since}"


def _state(seen: _Seen, runtime: Runtime) -> str:
    if seen.servers is None and runtime.is_contained:
        return "unknown"
    if seen.is_well:
        return f"healthy{_of_several(seen.servers or ())}"
    if seen.process is not None and seen.process.is_silent:
        return "suspended (SIGSTOP)"
    if seen.process is not None:
        return f"running, {_lack(seen, seen.process)},"
    return "stopped" if seen.version is None else "stopped; another program answers"


def _of_several(servers: Sequence[FoundContainer]) -> str:
    """Return how many of several gateways are there, where some are not."""
    states = [row.state for row in servers if row.service == GATEWAY]
    up = states.count("healthy")
    return f", but only {up} of {len(states)}," if up < len(states) > 1 else ""


def _lack(seen: _Seen, process: RunningGateway) -> str:
    """Return what a gateway that runs lacks to be well."""
    if seen.fault:
        return f"but its database {seen.fault}"
    if seen.version is not None:
        return f"but not ready without {joined(seen.missing)}"
    if process.elsewhere:
        return f"on {joined(process.elsewhere)}, but not on this machine"
    return "but not answering"
