"""Undoing past obstacles: everything else goes, what stays is said, and the next time it goes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.fake_neighbours import FakePortainer
from tests.half_real_machine import HalfRealMachine
from tests.machine.obstacles import directory, immutable
from tests.machine.test_undo import installed, nobody, plan_of
from tests.make import make_gateway

from mosaic_installer.core.actions.gateway import StartGateway
from mosaic_installer.core.actions.portainer import UpdatePortainer
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.events import ActionFailed, Event
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Step
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.apply import apply
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.processes.daemon import Daemon
from mosaic_installer.machine.records.journal import Journal
from mosaic_installer.machine.undo import undo

pytestmark = pytest.mark.unit

__all__ = ["installed"]

NAMES = (
    "config/answers.toml",
    "config/secrets.toml",
    "config/mosaic.config.json",
    "config/gateway/.env",
    "config/gateway/meta.json",
    "config/gateway/secrets/session-secret",
    "data/mosaic.db",
    "state/checksums.json",
    "state/draft.toml",
)


@contextmanager
def replaced(path: Path) -> Iterator[None]:
    """Have a directory of somebody else in the place of a file."""
    path.unlink(missing_ok=True)
    directory(path)
    yield
    if path.exists():
        (path / "theirs").unlink(missing_ok=True)
        path.rmdir()


@contextmanager
def protected(path: Path) -> Iterator[None]:
    """Have a file that cannot be removed."""
    path.touch()
    with immutable(path):
        yield


Obstacle = Callable[[Path], AbstractContextManager[None]]


def refusal(machine: LocalMachine, said: list[Event]) -> InstallerError | None:
    try:
        undo(machine, said.append, purge=True)
    except InstallerError as error:
        return error
    return None


@pytest.mark.parametrize("obstacle", [replaced, protected])
@pytest.mark.parametrize("name", NAMES)
def test_one_obstacle_keeps_nothing_else(
    installed: LocalMachine, tmp_path: Path, name: str, obstacle: Obstacle
) -> None:
    layout, path = installed.layout, installed.layout.root / name
    said: list[Event] = []
    with obstacle(path):
        error = refusal(installed, said)
        is_left = path.exists()
        left = {inner for inner in layout.root.rglob("*") if not inner.is_dir()}
    # A directory may go, where all that is in the folder around it is ours.
    assert is_left or (obstacle is replaced and name.startswith(("data/", "state/")))
    assert (error is not None) is is_left
    assert any(isinstance(event, ActionFailed) for event in said) is is_left
    if error is not None:
        assert str(path) in error.message
        account = {layout.journal, layout.lock, layout.checksums}
        assert {inner for inner in left - account if not inner.is_relative_to(path)} == set()
        undo(installed, nobody, purge=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("obstacle", [replaced, protected])
def test_a_lock_that_is_no_file_of_ours_keeps_nothing(
    installed: LocalMachine, tmp_path: Path, obstacle: Obstacle
) -> None:
    with obstacle(installed.layout.lock):
        is_left = refusal(installed, []) is not None
        assert not installed.layout.config.exists()
    if is_left:
        undo(installed, nobody, purge=True)
    assert list(tmp_path.iterdir()) == []


def test_without_a_journal_nothing_is_touched(installed: LocalMachine) -> None:
    path = installed.layout.journal
    with replaced(path), pytest.raises(InstallerError, match="Is a directory") as refused:
        undo(installed, nobody, purge=True)
    assert str(path) in refused.value.message
    assert installed.layout.gateway_config.exists()


def test_a_gateway_that_failed_to_go_is_gone_on_with(
    installed: LocalMachine, tmp_path: Path
) -> None:
    layout = installed.layout
    journal = Journal(layout.journal, layout.root)
    gateway = make_gateway(layout=layout, supervisor="daemon")
    journal.record("begun", Step(stage="Gateway", action=StartGateway(gateway=gateway)))
    journal.close()
    with replaced(layout.pid):
        assert refusal(installed, []) is not None
    undo(installed, nobody, purge=True)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_the_place_of_the_pid_file_is_explained(installed: LocalMachine) -> None:
    layout = installed.layout
    directory(layout.pid)
    with pytest.raises(InstallerError, match=r"cannot remove .*Is a directory"):
        Daemon(make_gateway(layout=layout), lambda _said: None).remove()


@pytest.mark.parametrize("purge", [False, True])
def test_a_portainer_that_does_not_let_go_is_told_and_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, purge: bool
) -> None:
    machine = HalfRealMachine(Layout.under(tmp_path / "m"))
    stack = Stack(
        layout=machine.layout, project="mosaic", services=("gateway",), orchestrator="swarm"
    )
    action = UpdatePortainer(stack=stack, url="https://portainer.example.org", environment=1)
    plan = (*plan_of(machine.layout), Step(stage="Portainer", action=action))
    apply(plan, machine, nobody)

    def remove(_stack: FakePortainer) -> None:
        raise InstallerError("it is gone", "remove it there", identifier="portainer-unreachable")

    monkeypatch.setattr(FakePortainer, "remove", remove)
    said: list[Event] = []
    undo(machine, said.append, purge=purge)
    assert [each.message for each in said if isinstance(each, ActionFailed)] == ["it is gone"]
    assert machine.layout.root.exists() is not purge
