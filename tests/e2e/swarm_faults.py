"""One installation on a Swarm of two nodes, and ways to harm it, also in the middle of a run."""

import itertools
import json
import os
import select
import subprocess
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.engine_network import Network, engine_network
from tests.e2e.program import DEADLINE, Done, eventually
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.e2e.swarm_nodes import MANAGER, join, site_on
from tests.engine.engine import run
from tests.ports import reserve_port

# Python runs a module of this name at its start; the product knows nothing of it.
HOLDER = """
    import importlib, os, pathlib
    from mosaic_installer.machine.engine.swarm import migration
    from mosaic_installer.stages import health, servers

    if seconds := os.environ["PATIENCE"]:
        migration.TAKEN = servers.DEADLINE = health.DEADLINE = float(seconds)
    folder = pathlib.Path(__file__).parent
    module, _, name = os.environ["MOMENT"].partition(":")
    if module:
        *path, last = name.split(".")
        holder = importlib.import_module(module)
        for each in path:
            holder = getattr(holder, each)
        original = getattr(holder, last)

        def held(*words, **named):
            (folder / "reached").write_text("reached\\n")
            (folder / "go").open().readline()
            return original(*words, **named)

        setattr(holder, last, held)
"""
SWARM = "mosaic_installer.machine.engine.swarm"
CHANGED = f"{SWARM}.changes:Changes.set"
"""Just before a service gets another spec: the database is migrated then."""
AWAITED = f"{SWARM}.waiting:Waiting.wait"
WRITTEN = "docker.api.service:ServiceApiMixin.update_service"
"""Before each single write of a service."""
MARK = "gateway.cors_origin=https://{}.example"


@dataclass
class Place:
    """The installation; `folder` is where its holder lies, seen by the program as well."""

    network: Network
    stack: Stack
    folder: Path
    token: str
    other_port: int
    replicas: int = 1
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _ends: ExitStack = field(default_factory=ExitStack)

    @property
    def one(self) -> SecondEngine:
        return self.network.engines[0]

    @property
    def two(self) -> SecondEngine:
        return self.network.engines[1]

    @property
    def definition(self) -> Path:
        return self.stack.site.home / "config/compose/swarm.json"

    @property
    def image(self) -> str:
        """The name of the gateway's image."""
        return str(json.loads(self.definition.read_text())["services"]["gateway"]["image"])

    def service(self, name: str) -> str:
        return f"{self.stack.project}_{name}"

    def docker(self, *words: str, node: int = 1, code: int | None = 0) -> str:
        address = self.network.engines[node - 1].address
        return run("docker", "--host", address, *words, code=code).stdout.strip()

    def finally_do(self, act: Callable[..., object], *words: Any, **named: Any) -> None:
        """Have this done when the fault is taken away, the last first."""
        self._ends.callback(act, *words, **named)

    def mend(self) -> None:
        """Take the fault away."""
        self._ends.close()

    def edit(self, service: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change what our file says of a service, as somebody may who knows what they do."""
        text = self.definition.read_text()
        document = json.loads(text)
        change(document["services"][service])
        self.definition.write_text(json.dumps(document, indent=2) + "\n")
        self.finally_do(self.definition.write_text, text)

    def give_gateway(self, script: str) -> None:
        """Let the gateway's image run this script in place of the gateway, but migrate as ever."""
        name = self.image
        original = self.docker("image", "inspect", name, "--format={{.Id}}")
        made = self.docker("create", name)
        entry = ["/bin/sh", "-c", f'[ "$0" = migrate ] && exec mosaic-gateway migrate; {script}']
        self.docker("commit", f"--change=ENTRYPOINT {json.dumps(entry)}", made, name)
        self.docker("rm", made)
        self.finally_do(self.docker, "tag", original, name)

    def bring_image(self) -> None:
        """Bring the gateway's image to the other node."""
        self.two.load((self.image,), self.one)

    def changed_run(
        self,
        *words: str,
        at: str = "",
        harm: Callable[["Place"], object],
        always: bool = False,
        patience: int = 0,
    ) -> Done:
        """Change the gateway, with harm done: first, or when the run gets there, once or always.

        `patience` is for each deadline of the product, in seconds; 0 leaves them as they are.
        """
        if not at:
            harm(self)
        (self.folder / "sitecustomize.py").write_text(textwrap.dedent(HOLDER))
        for name in ("reached", "go"):
            (self.folder / name).unlink(missing_ok=True)
            os.mkfifo(self.folder / name)
        settings = (MARK.format(f"a{next(self._numbers)}"), f"gateway.replicas={self.replicas}")
        started = self.stack.site.start(
            *("install", "--yes", *(f"--set={each}" for each in settings), *words),
            PYTHONPATH=str(self.folder),
            MOMENT=at,
            PATIENCE=str(patience or ""),
        )
        with started:
            self._follow(started, harm if at else None, always=always)
            stdout, stderr = started.communicate(timeout=DEADLINE)
        assert "Traceback" not in stderr, stderr
        return Done(code=started.returncode, stdout=stdout, stderr=stderr)

    def _follow(
        self,
        started: "subprocess.Popen[str]",
        harm: Callable[["Place"], object] | None,
        *,
        always: bool,
    ) -> None:
        # Opened for both, so that opening waits for nobody.
        reached, go = (os.open(self.folder / name, os.O_RDWR) for name in ("reached", "go"))
        ended = os.pidfd_open(started.pid)
        is_done = harm is None
        try:
            while reached in select.select((reached, ended), (), (), DEADLINE)[0]:
                os.read(reached, 4096)
                if harm is not None and (always or not is_done):
                    harm(self)
                is_done = True
                os.write(go, b"go\n")
        finally:
            for each in (reached, go, ended):
                os.close(each)
        assert is_done, "the run did not get there"

    @contextmanager
    def healed(self, *words: str) -> Iterator[None]:
        """Install as it is wanted when this is over, and see that nothing is lost.

        Not where somebody interrupts the tests: the run that was changed still goes on, so that
        this one would fail, and its failure take the interruption's place.
        """
        is_interrupted = False
        try:
            yield
        except KeyboardInterrupt:
            is_interrupted = True
            raise
        finally:
            if not is_interrupted:
                self._heal(*words)

    def _heal(self, *words: str) -> None:
        self.mend()
        self.stack.run("install", "--yes", f"--set=gateway.replicas={self.replicas}", *words)
        assert self.stack.site.status_with(self.token) == 200
        assert f"gateway: {self.replicas} of {self.replicas} running" in self._status()

    def _status(self) -> str:
        return self.stack.run("cluster", "status").said

    def await_node(self, name: str, state: str, of: str = "Status.State") -> None:
        def is_so() -> bool | None:
            words = ("node", "inspect", name, f"--format={{{{.{of}}}}}")
            return self.docker(*words, code=None) == state or None

        eventually(is_so, f"{name} is {state}")


@contextmanager
def opened_place(images: Sequence[str], built_image: str) -> Iterator[Place]:
    """The installation, with its gateway's image on both nodes; all is gone in the end."""
    with ExitStack() as ends:
        network = ends.enter_context(engine_network(2))
        one, two = network.engines
        one.load((*images, built_image))
        two.load(images)
        ends.enter_context(pytest.MonkeyPatch.context()).setenv("DOCKER_HOST", one.address)
        stack = Stack(site=site_on(one, reserve_port(ends)))
        stack.run("cluster", "init", "--address", MANAGER)
        join(stack, two)
        stack.install("--yes", **ON_SWARM)
        holder, other = one.new_folder("holder"), reserve_port(ends)
        made = Place(
            network=network, stack=stack, folder=holder, token=stack.site.token(), other_port=other
        )
        made.bring_image()
        yield made
