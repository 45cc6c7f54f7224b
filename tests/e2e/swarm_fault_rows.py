"""Faults of a rollout on a Swarm, one row each: what is done, and what must be said of it."""

from dataclasses import dataclass

from tests.e2e import swarm_edits, swarm_harm
from tests.e2e.program import Codes
from tests.e2e.second_engine import LOADED
from tests.e2e.swarm_edits import edited, is_checked_by, limits, mounts, reserves, runs_only_on
from tests.e2e.swarm_faults import AWAITED, CHANGED, WRITTEN
from tests.e2e.swarm_harm import Harm, by_hand, gateway_that, nothing

BY_OTHERS = "by somebody else while we waited for it"
UNREACHABLE = "127.0.0.1:1/valkey:8"
DRAIN = ("node", "update", "--availability=drain", "node1")
ACTIVATE = ("node", "update", "--availability=active", "node1")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is done, where in the run, and what is said of it.

    `before` is done first in any case; `patience` shortens the deadlines, in seconds; `words` go
    to the run, where `{other}` is another port, and `back` to the one that mends.
    """

    harm: Harm
    says: tuple[str, ...]
    code: Codes = 6
    before: Harm = nothing
    at: str = ""
    always: bool = False
    patience: int = 0
    replicas: int = 1
    words: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


FAULTS = {
    "an image that no registry gives": Fault(
        harm=nothing,
        words=(f"--set=images.valkey={UNREACHABLE}",),
        back=(f"--set=images.valkey={LOADED[2]}",),
        code=5,
        says=(UNREACHABLE, "cannot reach the registry"),
    ),
    "an image that another node lacks": Fault(
        harm=swarm_harm.lose_image_elsewhere,
        replicas=2,
        code=5,
        says=("gateway", "node2: No such image", "| ssh node2 docker load"),
    ),
    "the image lost before the update": Fault(
        before=gateway_that("exec mosaic-gateway serve"),
        harm=swarm_harm.lose_image,
        at=CHANGED,
        says=("gateway failed on node node1: rejected: No such image",),
    ),
    "a gateway that ends at once": Fault(
        harm=gateway_that('echo "no such option" >&2; exit 3'),
        says=("gateway failed on node node1: failed: task: non-zero exit (3)", "no such option"),
    ),
    "a gateway that ends after 30 s": Fault(
        harm=gateway_that('sleep 30; echo "the reactor is cold" >&2; exit 7'),
        says=("gateway failed on node node1: failed: task: non-zero exit (7)", "the reactor"),
    ),
    "a gateway that ends after it was well for 30 s": Fault(
        harm=gateway_that(
            'mosaic-gateway serve & sleep 30; echo "the reactor is cold" >&2; kill -9 $!; exit 7'
        ),
        words=("--set=cluster.monitor=40",),
        back=("--set=cluster.monitor=0",),
        says=(
            "gateway had started, but then failed on node node1: failed: task: non-zero exit (7)",
            "the reactor",
        ),
    ),
    "a gateway that never answers": Fault(
        harm=gateway_that("exec sleep 600"),
        patience=20,
        says=("gateway on node node1: starting: it runs, but its health check",),
    ),
    "a health check that fails": Fault(
        harm=edited("valkey", is_checked_by("echo 'no pulse'; exit 1")),
        patience=20,
        says=("valkey on node node1: starting: it runs, but its health check",),
    ),
    "a database of a later version": Fault(
        harm=swarm_harm.set_unknown_revision,
        says=("the service gateway", "on node node1", "`9999`"),
    ),
    "a database that lets nobody in": Fault(
        harm=swarm_harm.close_database,
        says=("the service gateway", "on node node1", "not currently accept"),
    ),
    "damaged data": Fault(
        harm=swarm_harm.damage_data, says=("postgres failed on node node1", "pg_control")
    ),
    "a database without its data": Fault(
        harm=swarm_harm.let_data_be_elsewhere,
        says=("postgres failed on node node2", "the volume on this node is empty"),
    ),
    "a bad secret": Fault(
        harm=swarm_edits.give_bad_secret, says=("valkey failed on node node1", "ACL errors")
    ),
    "a config removed before the update": Fault(
        harm=swarm_harm.remove_new_config,
        at=CHANGED,
        code=5,
        says=("service gateway", "config not found"),
    ),
    "a port that another program has": Fault(
        harm=swarm_harm.listen,
        words=("--set=gateway.port={other}",),
        at=CHANGED,
        says=("gateway failed on node node1", "address already in use"),
    ),
    "a port that another service has": Fault(
        harm=swarm_harm.publish,
        words=("--set=gateway.port={other}",),
        at=CHANGED,
        patience=20,
        says=("gateway", "host-mode port already in use", "node1"),
    ),
    "too little memory allowed": Fault(
        harm=edited("gateway", limits(MemoryBytes=24 * 1024**2)),
        says=("the service gateway", "on node node1", "(137)", "memory limit is too small"),
    ),
    "too little memory there": Fault(
        harm=edited("valkey", reserves(1024**4)),
        patience=20,
        says=("valkey pending: no suitable node (insufficient resources", "only run on node1"),
    ),
    "a constraint that no node fulfils": Fault(
        harm=edited("valkey", runs_only_on("node.labels.moon==yes")),
        patience=20,
        says=("valkey pending: no suitable node", "only run on node1"),
    ),
    "a folder that is not there": Fault(
        harm=edited("valkey", mounts("/nowhere", "/here")),
        says=("valkey failed on node node1: rejected", "/nowhere"),
    ),
    "a spec that the engine refuses": Fault(
        harm=edited("valkey", limits(MemoryBytes=1)),
        code=5,
        says=("the service valkey: the container engine refused: invalid memory value",),
    ),
    "a drained node": Fault(
        harm=by_hand(*DRAIN, undone=ACTIVATE),
        says=("postgres and valkey cannot run now: their data is on node1, which is drained",),
    ),
    "scaled to 0 meanwhile": Fault(
        harm=by_hand("service", "scale", "--detach", "{}_gateway=0"),
        at=AWAITED,
        says=(f"the service gateway was scaled to 0 {BY_OTHERS}",),
    ),
    "removed meanwhile": Fault(
        harm=by_hand("service", "rm", "{}_gateway"),
        at=AWAITED,
        says=(f"the service gateway was removed {BY_OTHERS}",),
    ),
    "rolled back meanwhile": Fault(
        harm=by_hand("service", "rollback", "--detach", "{}_gateway"),
        at=AWAITED,
        says=(f"the service gateway was rolled back {BY_OTHERS}",),
    ),
    "changed meanwhile": Fault(
        harm=by_hand("service", "update", "--detach", "--env-add=A=1", "{}_gateway"),
        at=AWAITED,
        says=(f"the service gateway was changed {BY_OTHERS}",),
    ),
    "changed by somebody again and again": Fault(
        harm=swarm_harm.change_again,
        at=WRITTEN,
        always=True,
        code=5,
        says=("the service gateway: somebody else goes on changing it",),
    ),
    "a name that something else has": Fault(
        harm=swarm_harm.take_name,
        code=5,
        says=("the service gateway: something else on the Swarm has its",),
    ),
    "an engine that hangs": Fault(
        harm=swarm_harm.pause_engine,
        at=AWAITED,
        code=5,
        says=("the container engine does not answer",),
    ),
    "an engine that died": Fault(
        harm=swarm_harm.kill_engine,
        at=AWAITED,
        code=5,
        says=("the container engine does not answer",),
    ),
    "a node that is lost meanwhile": Fault(
        harm=swarm_harm.cut_off,
        at=CHANGED,
        replicas=2,
        patience=40,
        says=("gateway", "node2, which is down"),
    ),
    "a network broken between nodes": Fault(
        harm=swarm_harm.break_network,
        replicas=2,
        says=("gateway", "on node node2", "did not answer in time"),
    ),
    "most managers lost meanwhile": Fault(
        harm=swarm_harm.lose_other_manager,
        at=CHANGED,
        code=5,
        says=("most managers of the Swarm are lost", "mosaic cluster recover"),
    ),
}
