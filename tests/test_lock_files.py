"""requirements/*.txt pin what pyproject.toml asks for, with checksums, and name no index."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BUILD = PROJECT["build-system"]["requires"]
RUNTIME = PROJECT["project"]["dependencies"]
TEST = [*RUNTIME, *BUILD, *PROJECT["dependency-groups"]["test"]]
OURS = {"tests", "mosaic_installer", "mosaic_gateway"}
WANTED = {
    "build": BUILD,
    "runtime": RUNTIME,
    "test": TEST,
    "check": [*TEST, *PROJECT["dependency-groups"]["check"]],
    "uv": [],
}


def pins(text: str) -> dict[str, Version]:
    found = re.findall(r"(?m)^([\w.-]+)==([^ ;]+)", text)
    return {canonicalize_name(name): Version(version) for name, version in found}


def entries(text: str) -> list[str]:
    """One text per pinned package: its pin, its checksums, and who asked for it."""
    return re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]


def asked_for(text: str) -> set[str]:
    """The packages a lock file says it holds because pyproject.toml names them."""
    asked = [entry for entry in entries(text) if "(pyproject.toml" in entry]
    return {canonicalize_name(entry.partition("==")[0]) for entry in asked}


def faults(text: str, wanted: list[str]) -> list[str]:
    pinned = pins(text)
    requirements = {canonicalize_name(Requirement(line).name): Requirement(line) for line in wanted}
    unmet = [
        f"{requirement} is not met by {pinned.get(name)}"
        for name, requirement in requirements.items()
        if name not in pinned or pinned[name] not in requirement.specifier
    ]
    left_over = sorted(asked_for(text) - requirements.keys())
    return unmet + [f"{name} is not asked for any more" for name in left_over]


def lock_file(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", WANTED)
def test_lock_file_agrees_with_pyproject(name: str) -> None:
    assert faults(lock_file(name), WANTED[name]) == [], "run `scripts/lock`"


@pytest.mark.parametrize("name", WANTED)
def test_every_pin_has_a_checksum_and_no_index_is_named(name: str) -> None:
    text = lock_file(name)
    assert [entry for entry in entries(text) if "--hash=sha256:" not in entry] == []
    assert re.findall(r"(?m)^-.*|//\S+", text) == []


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [("build", "test"), ("runtime", "test"), ("test", "check"), ("uv", "check")],
)
def test_the_sets_agree_with_each_other(smaller: str, larger: str) -> None:
    assert pins(lock_file(smaller)).items() <= pins(lock_file(larger)).items()


@pytest.mark.parametrize("wanted", [["rich>=16"], ["rich", "httpx"], []])
def test_disagreement_is_found(wanted: list[str]) -> None:
    text = "rich==15.0.0 \\\n    --hash=sha256:00\n    # via mosaic-installer (pyproject.toml)\n"
    assert faults(text, ["rich>=15,<16"]) == []
    assert faults(text, wanted) != []


def test_what_the_tests_import_is_in_their_set() -> None:
    distributions = packages_distributions()
    pinned = pins(lock_file("test"))
    for path in (ROOT / "tests").rglob("*.py"):
        for module in imported(path) - sys.stdlib_module_names - OURS:
            owners = {canonicalize_name(name) for name in distributions[module]}
            assert owners & pinned.keys(), f"{path} imports {module}"


def imported(path: Path) -> set[str]:
    """The packages that a file imports, by the first word of their names."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return {name.partition(".")[0] for name in names}
