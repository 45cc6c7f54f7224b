"""What a Swarm says of services and tasks, and the specs that it is given."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cases.test_cases import HERE as CASES
from tests.fake_machine import FakeFiles, FakeVault

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import PERMIT
from mosaic_installer.core.containers.swarm_key import SWARM_KEY
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.swarm.migration import job_of
from mosaic_installer.machine.engine.swarm.specs import Definition, Identifiers, Spec
from mosaic_installer.machine.engine.swarm.tasks import (
    MOVED,
    has_converged,
    pending_of,
    state_of_task,
    trouble_of,
)

pytestmark = pytest.mark.unit

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(minutes=5)
NODES = {"n1": "one"}
NOTHING = Identifiers(network="", images={}, contents={})


def service(*, replicas: int = 1, update: dict[str, str] | None = None) -> dict[str, Any]:
    template = {"ContainerSpec": {"Image": "sha256:1", "Env": ["A=1"]}, "ForceUpdate": 0}
    mode = {"Replicated": {"Replicas": replicas}}
    row: dict[str, Any] = {"Spec": {"TaskTemplate": template, "Mode": mode}}
    return row | ({"UpdateStatus": update} if update else {})


def task(state: str, *, since: datetime = LONG_AGO, image: str = "sha256:1", **status: str) -> Any:
    wanted = "running" if state in {"running", "starting", "pending"} else "shutdown"
    return {
        "ID": "t1",
        "NodeID": "n1",
        "Slot": 1,
        "CreatedAt": since.isoformat(),
        "UpdatedAt": since.isoformat(),
        "DesiredState": wanted,
        "Spec": {"ContainerSpec": {"Image": image, "Env": ["A=1"]}},
        "Status": {"State": state, "Timestamp": since.isoformat(), **status},
    }


def test_a_service_has_converged_when_it_ran_for_a_while_as_it_is_wanted() -> None:
    assert has_converged(service(), [task("running")])
    assert has_converged(service(), [task("running"), task("failed")])
    assert has_converged(service(replicas=0), [task("shutdown")])


@pytest.mark.parametrize(
    ("row", "tasks"),
    [
        (service(), []),
        (service(), [task("starting")]),
        (service(), [task("running", image="sha256:0")]),
        (service(), [task("running"), task("running", image="sha256:0")]),
        (service(replicas=2), [task("running")]),
        (service(replicas=0), [task("running")]),
        (service(update={"State": "updating"}), [task("running")]),
        (service(update={"State": "paused"}), [task("running")]),
    ],
)
def test_it_has_not_while_anything_else_is_so(row: Any, tasks: list[Any]) -> None:
    assert not has_converged(row, tasks)


def test_it_has_not_as_soon_as_a_task_runs() -> None:
    assert not has_converged(service(), [task("running", since=datetime.now(UTC))])


def test_the_trouble_names_node_and_cause() -> None:
    twice = [task("rejected", since=NOW, Err="No such image: a:1")] * 2
    assert str(trouble_of(service(), twice, NODES, NOW)) == (
        "on node one: rejected: No such image: a:1"
    )
    thrice = [task("failed", since=NOW, Err="task: non-zero exit (1)")] * 3
    assert "non-zero exit (1)" in str(trouble_of(service(), thrice, NODES, NOW))
    paused = service(update={"State": "paused", "Message": "update paused due to failure"})
    assert "paused due to failure" in str(trouble_of(paused, [], NODES, NOW))


def test_there_is_none_while_it_may_still_converge() -> None:
    once = [task("rejected", since=NOW, Err="No such image: a:1")]
    assert trouble_of(service(), once, NODES, NOW) is None
    different = [*once, task("rejected", since=NOW, Err="port in use")]
    assert trouble_of(service(), different, NODES, NOW) is None
    before = [task("failed", since=LONG_AGO, Err="it was so")] * 9
    assert trouble_of(service(), before, NODES, NOW) is None
    of_former = [task("failed", since=NOW, image="sha256:0")] * 9
    assert trouble_of(service(), of_former, NODES, NOW) is None


def test_a_task_that_the_swarm_moves_has_not_failed() -> None:
    moved = [task("rejected", since=NOW, Err=MOVED)] * 3
    assert trouble_of(service(), moved, NODES, NOW) is None


def test_what_waits_says_what_for() -> None:
    words = "no suitable node (scheduling constraints not satisfied on 1 node)"
    assert words in str(pending_of([task("pending", Err=words)], NODES))
    assert pending_of([task("running")], NODES) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [("running", "healthy"), ("starting", "starting"), ("failed", "exited"), ("new", "created")],
)
def test_a_task_is_told_of_as_a_container_is(said: str, told: str) -> None:
    assert state_of_task(task(said)) == told


@pytest.fixture
def stack() -> Stack:
    layout = Layout.under(Path("/srv/mosaic"))
    return Stack(
        layout=layout,
        project=layout.project,
        services=("postgres", "gateway"),
        orchestrator="swarm",
    )


@pytest.fixture
def files(stack: Stack) -> FakeFiles:
    """The files of the golden case, and a content for whatever its services read."""
    files = FakeFiles()
    text = (CASES / "swarm/files/config/compose/swarm.json").read_text()
    files.write(stack.definition, text.encode())
    for row in json.loads(text)["services"].values():
        for file in row["files"]:
            files.write(Path(file["path"]), f"content of {file['path']}".encode())
    return files


@pytest.fixture
def vault(stack: Stack, files: FakeFiles) -> FakeVault:
    vault = FakeVault(stack.layout.secrets, files)
    vault.typed[SWARM_KEY] = Secret("key")
    return vault


def spec(definition: Definition, name: str, *, is_permitted: bool = False) -> Spec:
    return definition.spec(name, "f1", NOTHING, is_permitted=is_permitted)


def test_a_content_is_named_by_what_is_in_it_and_never_shown(
    stack: Stack, files: FakeFiles, vault: FakeVault
) -> None:
    before = Definition(stack, files, vault).contents("postgres")
    files.write(stack.layout.database_password, b"another")
    after = Definition(stack, files, vault).contents("postgres")
    assert [each.kind for each in before] == ["secret"]
    assert before[0].name != after[0].name
    assert "content of" not in repr(before)
    vault.typed[SWARM_KEY] = Secret("another key")
    assert Definition(stack, files, vault).contents("postgres")[0].name != after[0].name


def test_every_name_is_one_that_an_engine_accepts(
    stack: Stack, files: FakeFiles, vault: FakeVault
) -> None:
    definition = Definition(stack, files, vault)
    names = [each.name for name in stack.services for each in definition.contents(name)]
    assert all(len(name) <= 64 and name[0].isalnum() for name in names)


def test_no_content_is_in_a_spec(stack: Stack, files: FakeFiles, vault: FakeVault) -> None:
    definition = Definition(stack, files, vault)
    said = json.dumps([spec(definition, name) for name in stack.services])
    assert "content of" not in said


def test_only_a_permit_lets_a_database_begin_anew(
    stack: Stack, files: FakeFiles, vault: FakeVault
) -> None:
    definition = Definition(stack, files, vault)
    assert definition.is_guarded("postgres")
    assert not definition.is_guarded("gateway")
    assert f"{PERMIT}=yes" in environment(spec(definition, "postgres", is_permitted=True))
    assert f"{PERMIT}=yes" not in environment(spec(definition, "postgres"))


def test_the_job_of_a_migration_does_nothing_else(
    stack: Stack, files: FakeFiles, vault: FakeVault
) -> None:
    gateway = spec(Definition(stack, files, vault), "gateway")
    job = job_of(gateway)
    assert job["Mode"] == {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}
    assert job["EndpointSpec"] == {"Mode": "dnsrr"}
    container = job["TaskTemplate"]["ContainerSpec"]
    assert container["Args"] == ["migrate"]
    assert container["Secrets"] == gateway["TaskTemplate"]["ContainerSpec"]["Secrets"]
    assert f"{FINGERPRINT}=f1" in environment(gateway)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"services": {}}'])
def test_a_damaged_definition_is_told(
    stack: Stack, files: FakeFiles, vault: FakeVault, content: bytes
) -> None:
    files.write(stack.definition, content)
    with pytest.raises(EngineError, match="missing or damaged"):
        Definition(stack, files, vault).contents("postgres")


def test_a_missing_file_is_told_by_its_path(
    stack: Stack, files: FakeFiles, vault: FakeVault
) -> None:
    files.remove(stack.layout.database_password)
    with pytest.raises(EngineError, match="database-password"):
        Definition(stack, files, vault).contents("postgres")


def environment(made: Spec) -> list[str]:
    return list(made["TaskTemplate"]["ContainerSpec"]["Env"])
