"""Sizes, guards and the few things many tests need.

Every test carries exactly one size. Small ones run behind guards: no home folder, no network, no
programs.
"""

import fcntl
import gc
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from tests.distribution import Distribution, workers
from tests.measured import PROPERTY as MEASURED
from tests.measured import MeasuredTable, Tell
from tests.ports import reserve_port
from tests.questions_table import QuestionsTable, Recorder
from tests.recovery_rows import RecoveryTable
from tests.sampling import Draw, Sampling, drawing
from tests.sizes import BIG, SIZES, SizeTable

if TYPE_CHECKING:
    from tests.engine.engine import Engine

XDG = ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR", "STATE_HOME")
HOMES = ("HOME", *(f"XDG_{name}" for name in XDG))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="leave nothing out of the long sweeps")


def pytest_xdist_auto_num_workers() -> int:
    return workers()


def pytest_configure(config: pytest.Config) -> None:
    # A shell ignores Ctrl-C for what it runs in the background, and programs inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(SizeTable(), "size-table")
    config.pluginmanager.register(RecoveryTable(), "recovery-table")
    config.pluginmanager.register(QuestionsTable(), "questions-table")
    config.pluginmanager.register(MeasuredTable(), "measured-table")
    config.pluginmanager.register(Distribution(), "distribution")
    config.pluginmanager.register(Sampling(), "sampling")


def pytest_collection_finish() -> None:
    # Thousands of tests stay to the end: who looks for unused objects need not look through them.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuses a file with a test of no size or of several; a file's error is one xdist can show."""
    report = yield
    items = [item for item in report.result or () if isinstance(item, pytest.Item)]
    faults = [fault for item in items if (fault := _give_size(item))]
    if faults:
        report.outcome = "failed"
        report.longrepr = "\n".join(["every test has exactly one size", *faults])
        report.result = []
    return report


def _give_size(item: pytest.Item) -> str | None:
    sizes = [size for size in SIZES if item.get_closest_marker(size)]
    if len(sizes) != 1:
        return (
            f"{item.nodeid} has {' and '.join(sizes) or 'none'}; the sizes are {', '.join(SIZES)}"
        )
    item.user_properties.append(("size", sizes[0]))
    return None


@pytest.fixture(autouse=True)
def _guard(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Keeps every test from the real home folder, and small ones from programs and the network."""
    for name in [name for name in os.environ if name.startswith("MOSAIC_")]:
        monkeypatch.delenv(name)
    size = dict(request.node.user_properties)["size"]
    if size in BIG:
        for name in HOMES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        return
    # Below a file nothing can be made, not even by root.
    nowhere = tmp_path_factory.getbasetemp() / f"a-{size}-test-must-not-use-the-home-folder"
    nowhere.touch()
    for name in HOMES:
        monkeypatch.setenv(name, str(nowhere / name.lower()))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{nowhere}/docker.sock")
    monkeypatch.setattr(subprocess.Popen, "__init__", _refusal(f"a {size} test started a program"))
    for name in ("system", "posix_spawn", "fork", "execv", "execve"):
        monkeypatch.setattr(os, name, _refusal(f"a {size} test started a program"))
    network = _refusal(f"a {size} test used the network")
    monkeypatch.setattr(socket.socket, "connect", network)
    monkeypatch.setattr(socket.socket, "connect_ex", network)
    monkeypatch.setattr(socket, "getaddrinfo", network)


def _refusal(sentence: str) -> Callable[..., NoReturn]:
    def refuse(*arguments: object, **options: object) -> NoReturn:
        actors = (socket.socket, subprocess.Popen)
        shown = [argument for argument in arguments if not isinstance(argument, actors)]
        raise AssertionError(f"{sentence}: {', '.join(map(str, shown))}")

    return refuse


@pytest.fixture
def new_port() -> Iterator[Callable[[], int]]:
    """Gives free loopback ports, reserved among all test processes until the test ends."""
    with ExitStack() as reserved:
        yield lambda: reserve_port(reserved)


@pytest.fixture
def free_port(new_port: Callable[[], int]) -> int:
    return new_port()


@pytest.fixture
def sampled(request: pytest.FixtureRequest) -> Draw:
    """Draws some of the values that a test goes through by itself, or all with `--all`."""
    return drawing(request.node)


@pytest.fixture
def measured(record_property: Recorder) -> Tell:
    """Tells what a test measured, at the end of the run."""
    return partial(record_property, MEASURED)


@pytest.fixture
def mosaic_home(tmp_path: Path) -> Path:
    """Where a test's installation goes; not there yet."""
    return tmp_path / "m"


@pytest.fixture(scope="session")
def missing_for_engine() -> str:
    """What tests on the container engine lack here, in words; nothing when all is there."""
    from tests.engine.engine import missing

    return missing()


@pytest.fixture
def engine(missing_for_engine: str) -> Iterator["Engine"]:
    """Everything the test makes on it carries the test's own label, and goes with the test."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    from tests.engine.engine import Engine

    with Engine.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def file_engine(missing_for_engine: str) -> Iterator["Engine"]:
    """The same, for all tests of a file: whatever is made on it stays until the last of them."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    from tests.engine.engine import Engine

    with Engine.opened() as opened:
        yield opened


@pytest.fixture(scope="session")
def gateway_image(missing_for_engine: str, built_image: str, wheels: Path) -> None:
    """The gateway's image stays on the engine, so that only the first installation builds it."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    from tests.engine.engine import BASE_IMAGE

    from mosaic_installer.machine.images.store import LocalImages

    images = LocalImages(wheels, lambda _text: None)
    with (wheels / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not images.is_built(built_image, BASE_IMAGE):
            images.build(built_image, BASE_IMAGE)


@pytest.fixture(scope="session")
def wheels() -> Path:
    """Where what the gateway's image is made of is kept, from one run of the tests to the next."""
    cache = Path(tempfile.gettempdir()) / f"mosaic-test-wheels-{os.getuid()}"
    cache.mkdir(mode=0o700, exist_ok=True)
    return cache


@pytest.fixture(scope="session")
def built_image() -> str:
    """The name of the gateway's image that stays on the engine."""
    from mosaic_installer.machine.images.build import image_fingerprint

    return f"mosaic-test-gateway:{image_fingerprint()[:12]}"
