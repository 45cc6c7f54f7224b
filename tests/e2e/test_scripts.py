"""scripts/install.sh from a clone, as a person on a bare machine runs it."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.bare_machine import ROOT, environment, files_below, processes_of, run

pytestmark = pytest.mark.install

ONE_MACHINE = pytest.mark.xdist_group("one machine")
PYTESTS = ("iniconfig==", "pygments==", "pytest==")
SETTINGS = {"MOSAIC_ADMIN_EMAIL": "a@example.org", "MOSAIC_ADMIN_PASSWORD": "correct-horse-9"}


@dataclass(frozen=True)
class Machine:
    """A clone of this tree, and the home folder of a person."""

    clone: Path
    home: Path


def machine_in(folder: Path) -> Machine:
    home = folder / "höme of a person"
    home.mkdir()
    return Machine(clone_into(folder), home)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return machine_in(tmp_path)


@pytest.fixture(scope="module")
def one_machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """For tests that set up everything, which takes long: the first does, the next finds it."""
    return machine_in(tmp_path_factory.mktemp("machine"))


def clone_into(folder: Path) -> Path:
    """Copy what a clone would hold, to a path with a space and a letter beyond ASCII."""
    listed = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = run(listed, environment(folder)).stdout.split("\0")
    clone = folder / "a clöne"
    for name in names:
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    return clone


def without_index(home: Path) -> dict[str, str]:
    """An environment in which every set-up fails, soon after it began."""
    return environment(home, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull, PIP_FIND_LINKS="")


def kit(home: Path) -> Path:
    """The folder install.sh sets its environment up in."""
    return home / ".local/share/mosaic-installer"


@ONE_MACHINE
def test_installs_from_a_clone_and_again_changes_nothing(
    one_machine: Machine, mosaic_home: Path, free_port: int
) -> None:
    clone, home = one_machine.clone, one_machine.home
    port = str(free_port)
    environ = environment(
        home, MOSAIC_HOME=str(mosaic_home), MOSAIC_GATEWAY_PORT=port, LANG="C", **SETTINGS
    )
    mosaic = home / ".local/bin/mosaic"
    before = files_below(clone)
    try:
        first = run([clone / "scripts/install.sh", "--yes"], environ)
        assert "Setting up the environment" in first.stderr
        assert "pip " not in first.stderr, "where uv can be had, it does it"
        assert not (kit(home) / "venv/set-up").exists(), "and goes when it is done"
        assert f'export PATH="{mosaic.parent}:$PATH"' in first.stderr
        assert mosaic.resolve() == kit(home) / "venv/bin/mosaic"
        assert (mosaic.parent / "mosaic-gateway").exists()
        assert files_below(clone) == before, "a set-up leaves the clone alone"

        environ["PATH"] = f"{mosaic.parent}:{environ['PATH']}"
        second = run([clone / "scripts/install.sh", "--yes"], environ)
        assert not re.search("Setting up|Updating|Linked|PATH", second.stderr)
        assert "Already up to date" in second.stdout + second.stderr
    finally:
        run([mosaic, "uninstall", "--purge", "--yes"], environ)
    assert not mosaic_home.exists()
    assert processes_of(mosaic_home) == []


@ONE_MACHINE
@pytest.mark.parametrize("command", ["mosaic", "mosaic-gateway"])
def test_nothing_of_the_caller_runs_in_a_command(
    one_machine: Machine, tmp_path: Path, command: str
) -> None:
    marker = tmp_path / "ran"
    for name in ("sitecustomize", "json", "mosaic_installer", "mosaic_gateway"):
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'w')\n")
    environ = environment(one_machine.home)
    run([one_machine.clone / "scripts/install.sh", "--help"], environ)
    planted = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONSTARTUP": str(tmp_path / "json.py"),
        "PYTHONINSPECT": "1",
        "PYTHONWARNINGS": "error",
    }
    done = run([one_machine.home / ".local/bin" / command, "--version"], environ | planted)
    assert "mosaic" in done.stdout
    assert done.stderr == ""
    assert not marker.exists()


@ONE_MACHINE
def test_pip_does_what_uv_cannot(one_machine: Machine) -> None:
    environment_folder = kit(one_machine.home) / "venv"
    lock = one_machine.home / "lock.txt"
    entries = (one_machine.clone / "requirements/build.txt").read_text("utf-8")
    lock.write_text(entries, "utf-8")
    target = one_machine.home / "target"
    script = (
        f"root='{one_machine.clone}' log='{one_machine.home}/log' uv=/bin/false; "
        f". '{one_machine.clone}/scripts/environment.sh'; "
        f"install_locked '{environment_folder}' '{lock}' --target '{target}'"
    )
    done = run(["sh", "-euc", script], environment(one_machine.home))
    assert "pip takes over" in done.stderr
    assert (target / "hatchling").is_dir()


def test_without_uv_pip_sets_everything_up(machine: Machine) -> None:
    """No index has this uv. What the gateway needs takes pip half a minute, and is left out."""
    clone, home = machine.clone, machine.home
    requirements = clone / "requirements"
    (requirements / "uv.txt").write_text(f"uv==0.0.1 --hash=sha256:{'0' * 64}\n", "utf-8")
    shutil.copy2(requirements / "build.txt", requirements / "runtime.txt")
    asked = [clone / "scripts/install.sh", "--help"]
    done = run(asked, environment(home))
    assert done.stderr.count("uv is not available here; pip installs instead") == 1
    assert "usage: mosaic install" in done.stdout
    assert not list(kit(home).rglob("uv"))
    assert " -I" in (kit(home) / "venv/bin/mosaic").read_text("utf-8")
    assert "Setting up" not in run(asked, environment(home)).stderr


@pytest.mark.sampled(0)
def test_a_pip_that_cannot_be_unpacked_is_installed_by_python_itself(machine: Machine) -> None:
    clone, home = machine.clone, machine.home
    script = (
        f"root='{clone}' log='{home}/log'; . '{clone}/scripts/environment.sh'; "
        "unpack_pip() { return 1; }; choose_python; make_environment made"
    )
    run(["sh", "-euc", script], environment(home))
    version = [home / "made/bin/python", "-m", "pip", "--version"]
    assert str(home / "made") in run(version, environment(home)).stdout


@ONE_MACHINE
def test_sets_up_again_only_what_changed(one_machine: Machine) -> None:
    clone, home = one_machine.clone, one_machine.home
    environ = environment(home)
    asked = [clone / "scripts/install.sh", "--help"]
    stamp = kit(home) / "venv/set-up-stamp"
    run(asked, environ)
    run(asked, environ)

    with (clone / "installer/mosaic_installer/errors.py").open("a") as file:
        file.write("# changed\n")
    assert "Updating the environment" in run(asked, environ).stderr
    (installed,) = kit(home).glob("venv/lib/python*/site-packages/mosaic_installer/errors.py")
    assert installed.read_text("utf-8").endswith("# changed\n")

    stamp.unlink()  # as an interrupted set-up leaves it
    assert "Setting up the environment" in run(asked, without_index(home), exit_code=1).stderr


def test_foreign_command_is_kept(machine: Machine) -> None:
    clone, home = machine.clone, machine.home
    foreign = home / ".local/bin/mosaic"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("not ours")
    refused = run([clone / "scripts/install.sh", "--yes"], environment(home), exit_code=1)
    assert refused.stderr == (
        f"error: `{foreign}` exists and is not ours\n\nhint: move it away, then run this again\n"
    )
    assert foreign.read_text() == "not ours"
    assert not (kit(home) / "venv").exists()


def test_failing_set_up_says_why_and_is_done_again(machine: Machine) -> None:
    clone, home = machine.clone, machine.home
    refused = run([clone / "scripts/install.sh", "--yes"], without_index(home), exit_code=1)
    assert "No matching distribution found" in refused.stderr
    assert "\n\nhint: check the network" in refused.stderr
    assert not (home / ".local/bin").exists()
    assert not (kit(home) / "venv/set-up-stamp").exists()


@pytest.mark.parametrize("script", ["install.sh", "setup"])
def test_python_that_is_too_old_is_refused(machine: Machine, script: str) -> None:
    clone, home = machine.clone, machine.home
    old = home / "python3.9"
    old.write_text("#!/bin/sh\necho Python 3.9.2\nexit 1\n")
    old.chmod(0o755)
    environ = environment(home, PYTHON=str(old))
    refused = run([clone / "scripts" / script], environ, exit_code=1)
    assert (
        f"error: `{old}` is Python 3.9.2, and 3.11 or later is needed\n\nhint: " in refused.stderr
    )


@pytest.mark.parametrize("mask", ["000", "077"])
def test_nothing_of_it_can_be_written_by_others(machine: Machine, mask: str) -> None:
    clone, home = machine.clone, machine.home
    script = f'umask {mask}; exec "$1" --yes'
    run(["sh", "-c", script, "sh", clone / "scripts/install.sh"], without_index(home), exit_code=1)
    made = [path for path in kit(home).rglob("*") if not path.is_symlink()]
    assert made
    assert [path for path in made if path.stat().st_mode & 0o022] == []


def shorten(requirements: Path) -> None:
    """Leave what builds, and pytest: that all of it can be had is shown by this very run."""
    test = requirements / "test.txt"
    entries = re.split(r"(?m)^(?=[\w.-]+==)", test.read_text("utf-8"))
    pytests = [entry for entry in entries if entry.startswith(PYTESTS)]
    test.write_text((requirements / "build.txt").read_text("utf-8") + "".join(pytests), "utf-8")


def test_moved_checkout_is_set_up_anew(machine: Machine, tmp_path: Path) -> None:
    clone, home = machine.clone, machine.home
    shorten(clone / "requirements")
    environ = environment(home)
    said = run([clone / "scripts/setup", "test"], environ).stderr
    assert ("Setting up .venv" in said, "pip " in said) == (True, False), "uv does it"
    assert run([clone / ".venv/bin/pytest", "--version"], environ).stdout.startswith("pytest")
    assert run([clone / "scripts/setup", "test"], environ).stderr == ""
    moved = clone.rename(tmp_path / "moved")
    begun = run([moved / "scripts/setup", "test"], without_index(home), exit_code=1).stderr
    assert "Setting up .venv" in begun
