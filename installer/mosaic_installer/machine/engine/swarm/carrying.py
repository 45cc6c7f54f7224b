"""Carry a volume from node to node: two jobs in the network of the services, which know a key.

Both are of the gateway's image, which has Python. The source is only ever read.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from mosaic_installer.core.cluster.forgetting import how_to_forget
from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.one_off import (
    Ended,
    decisive_of,
    has_ended,
    job_at,
    outcome_of,
    run_job,
)
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.way import NodeRef

PROGRAM = Path(__file__).with_name("carry_program.py")
PLACE = "/volume"
KEY = "/run/secrets/mosaic-carry"
AS_ROOT = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID"]
PAUSE = 0.3
TOLD_EVERY = 10
"""Seconds between two words about a copy that takes long."""
SHORT = 120.0
"""Seconds that a job gets which only looks, or changes names."""
HAS_DATA, HAS_MOVED, TOO_OLD = 10, 11, 12
"""What the program says by its exit code; see there."""


class Carrier:
    """Jobs that touch a volume, of the image of the service `gateway`; `mount` is as whoever has
    the volume mounts it, `network` the identifier of the one between the services."""

    def __init__(self, changes: Changes, gateway: Spec, mount: Document, network: str) -> None:
        self._changes = changes
        self._gateway = gateway
        self._mount = mount
        self._network = network

    def look(self, place: NodeRef) -> int:
        """Return what is in the volume there: 0 where it is free, as the program says.

        Raises `EngineError` where the node lacks the image, or that has no Python, or an old one.
        """
        ended = self._run(place, "look")
        if ended.code in {0, HAS_DATA, HAS_MOVED}:
            return ended.code
        if ended.code == TOO_OLD:
            raise EngineError(
                "the gateway's image has a Python before 3.13, which cannot carry data over",
                "choose a newer `images.python`, or a `gateway.image` that has one, and run "
                "`mosaic install` first",
            )
        raise _lacks(self._gateway, place, ended)

    def begin(self, place: NodeRef) -> None:
        """Let a service begin with the copy there."""
        self._succeed(place, "begin")

    def retire(self, place: NodeRef, where: str) -> None:
        """Put the old data there out of the way; `where` says what became of it."""
        self._succeed(place, "retire", where)

    def restore(self, place: NodeRef) -> None:
        """Put old data there back where its service finds it, if it has been put away."""
        refuse_lost((place,))
        self._succeed(place, "restore")

    def copy(
        self, source: NodeRef, target: NodeRef, tell: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """Copy the volume, and compare it; return how many `files` and `bytes` it has.

        Raises `InstallerError` where either end fails, or its node is lost.
        """
        alias = f"mosaic-carry-{secrets.token_hex(4)}"
        receiving, sending = self.job(target, "receive"), self.job(source, "send", alias)
        _join(receiving, self._network, [alias])
        _join(sending, self._network, [])
        content = secrets.token_hex(32).encode()
        key = self._changes.add_secret(receiving["Name"], content, receiving["Labels"])
        jobs = {}
        try:
            for place, job in ((target, receiving), (source, sending)):
                job["TaskTemplate"]["ContainerSpec"]["Secrets"] = [_reference(receiving, key)]
                jobs[self._changes.create(job)] = place
            self._wait(jobs, tell)
            return _said(outcome_of(*_last(next(iter(jobs)))))
        finally:
            for identifier in jobs:
                self._changes.remove_job(identifier)
            self._changes.remove_secret(key)

    def _wait(self, jobs: Mapping[str, NodeRef], tell: Callable[[str], None]) -> None:
        """Return once both have ended well; however long they take, as long as both nodes live."""
        begun, told = time.monotonic(), 0
        while True:
            last = [_last(identifier) for identifier in jobs]
            ends = [(identifier, task) for identifier, task in last if task and has_ended(task)]
            for identifier, task in ends:
                outcome = outcome_of(identifier, task)
                if not outcome.is_done:
                    raise _failed(jobs[identifier], outcome)
            if len(ends) == len(jobs):
                return
            refuse_lost(jobs.values())
            if (seconds := int(time.monotonic() - begun)) >= told + TOLD_EVERY:
                told = seconds
                tell(f"{seconds} s so far")
            time.sleep(PAUSE)

    def job(self, place: NodeRef, *words: str) -> Spec:
        """Return the job that runs the program there with these words."""
        job = job_at(self._gateway, place.node, f"{self._mount['Source']}-{words[0]}")
        is_source = words[0] == "send"
        job["TaskTemplate"]["ContainerSpec"] |= {
            "Command": ["python3", "-c", PROGRAM.read_text(), *words],
            "User": "0:0",
            "CapabilityAdd": AS_ROOT,
            "Mounts": [{**self._mount, "Target": PLACE, "ReadOnly": is_source}],
        }
        return job

    def _run(self, place: NodeRef, *words: str) -> Ended:
        return run_job(self._changes, self.job(place, *words), SHORT)

    def _succeed(self, place: NodeRef, *words: str) -> None:
        ended = self._run(place, *words)
        if not ended.is_done:
            raise _failed(place, ended)


def _join(job: Spec, network: str, aliases: list[str]) -> None:
    job["TaskTemplate"]["Networks"] = [{"Target": network, "Aliases": aliases}]


def _reference(job: Spec, key: str) -> dict[str, object]:
    file = {"Name": KEY, "UID": "0", "GID": "0", "Mode": 0o400}
    return {"SecretID": key, "SecretName": job["Name"], "File": file}


def _last(identifier: str) -> tuple[str, Document | None]:
    return identifier, decisive_of(Reader().tasks(identifier))


def _said(ended: Ended) -> Mapping[str, Any]:
    lines = ended.output.strip().splitlines()
    return dict(json.loads(lines[-1])) if lines else {}  # a log may be late; the copy is whole


def refuse_lost(places: Iterable[NodeRef], hint: str = "bring it back") -> None:
    """Raise `InstallerError` where one of these nodes does not answer."""
    states = {row["ID"]: row["Status"]["State"] for row in Reader().nodes()}
    for place in places:
        if states.get(place.node) != "ready":
            raise InstallerError(
                f"{place.name} is lost",
                hint.format(node=place.name, forget=how_to_forget(place.name)),
                identifier="node-unreachable",
            )


def _failed(place: NodeRef, ended: Ended) -> EngineError:
    return EngineError(
        f"on node {place.name}: {ended.cause}",
        "`mosaic cluster check` looks for problems between nodes",
        identifier="engine-failed",
    )


def _lacks(gateway: Spec, place: NodeRef, ended: Ended) -> EngineError:
    image = gateway["Labels"].get(IMAGE, gateway["TaskTemplate"]["ContainerSpec"]["Image"])
    return EngineError(
        f"{place.name} cannot run the gateway's image `{image}`, which carries data over "
        f"({ended.cause})",
        f"bring it there and run this again: `docker save {image} | ssh {place.name} docker load`",
        identifier="image-missing-on-node",
    )
