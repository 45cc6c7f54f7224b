"""What goes into the gateway's image: its wheel, the pins, and the wheels that are kept."""

import ast
import hashlib
import io
import json
import re
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.images import gateway_package
from mosaic_installer.machine.images.gateway_wheel import make_wheel
from mosaic_installer.machine.images.wheels import Target, collect_wheels, without_secrets

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
GATEWAY = ROOT / "installer/mosaic_gateway"
GLIBC = Target(python=(3, 13), machine="x86_64", libc="manylinux", libc_version=(2, 36))
MUSL = Target(python=(3, 12), machine="aarch64", libc="musllinux", libc_version=(1, 2))


def test_the_wheel_is_the_same_whenever_it_is_made() -> None:
    assert make_wheel() == make_wheel()
    assert gateway_package.image_fingerprint() == gateway_package.image_fingerprint()


def test_the_wheel_holds_the_gateway_and_nothing_of_the_installer() -> None:
    name, content = make_wheel()
    number = gateway_package.version()
    assert name == f"mosaic_installer-{number}-py3-none-any.whl"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.partition("/")[0] for entry in archive.namelist()} == {
            "mosaic_gateway",
            f"mosaic_installer-{number}.dist-info",
        }
        assert "mosaic_gateway/migrations/versions/v0001_accounts.py" in archive.namelist()
        about = archive.read(f"mosaic_installer-{number}.dist-info/METADATA").decode()
    assert "Requires-Dist: psycopg[binary]" in about
    assert "docker" not in about
    assert "questionary" not in about


def test_every_requirement_of_the_gateway_is_one_of_the_project() -> None:
    assert len(gateway_package.requirements()) == len(gateway_package.REQUIREMENTS)


def test_all_that_the_project_requires_for_the_gateway_is_in_its_image() -> None:
    lines = (ROOT / "pyproject.toml").read_text().partition("# the embedded gateway\n")[2]
    wanted = re.findall(r'^  "([\w-]+)', lines.partition("\n]")[0], re.MULTILINE)
    assert set(wanted) == gateway_package.REQUIREMENTS


def test_all_that_the_gateway_imports_is_in_its_image() -> None:
    pinned = {pin.partition("==")[0] for pin in gateway_package.pins()}
    whose = metadata.packages_distributions()
    imported = {name for path in GATEWAY.rglob("*.py") for name in imports_of(path)}
    for name in imported - sys.stdlib_module_names - {"mosaic_gateway"}:
        makers = {re.sub(r"[-_.]+", "-", maker).lower() for maker in whose[name]}
        assert makers & pinned, f"the gateway imports {name}, which its image has not"


def imports_of(path: Path) -> set[str]:
    """The top-level names that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
    return found


def test_pins_reach_down_to_what_is_required_by_what_is_required() -> None:
    names = {pin.partition("==")[0] for pin in gateway_package.pins()}
    assert names >= gateway_package.REQUIREMENTS
    assert {"psycopg-binary", "starlette", "pydantic-core", "argon2-cffi-bindings"} <= names
    assert names.isdisjoint({"docker", "rich", "questionary", "pytest", "mosaic-installer"})


def test_platforms_are_all_that_the_image_can_run() -> None:
    options = GLIBC.options()
    assert "--python-version=3.13" in options
    assert "--abi=cp313" in options
    platforms = [word.partition("=")[2] for word in options if word.startswith("--platform")]
    assert platforms[0] == "manylinux_2_36_x86_64"
    assert {"manylinux2014_x86_64", "manylinux_2_5_x86_64", "linux_x86_64"} <= set(platforms)
    assert "manylinux_2_37_x86_64" not in platforms
    assert MUSL.options()[-4:] == [
        "--platform=musllinux_1_2_aarch64",
        "--platform=musllinux_1_1_aarch64",
        "--platform=musllinux_1_0_aarch64",
        "--platform=linux_aarch64",
    ]


def kept(folder: Path, target: Target) -> Path:
    """A folder of wheels as a download leaves it."""
    made_from = [gateway_package.requirements(), gateway_package.pins(), target.options()]
    key = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
    wheels = folder / key[:16]
    wheels.mkdir(parents=True)
    (wheels / "found-1-py3-none-any.whl").write_bytes(b"content")
    sums = {"found-1-py3-none-any.whl": hashlib.sha256(b"content").hexdigest()}
    (wheels / "checksums.json").write_text(json.dumps(sums))
    return wheels / "found-1-py3-none-any.whl"


def test_wheels_that_are_kept_are_not_fetched_again(tmp_path: Path) -> None:
    wheel = kept(tmp_path, GLIBC)
    assert collect_wheels(GLIBC, tmp_path) == [wheel]


@pytest.mark.parametrize("damage", [b"", b"other content"])
def test_a_wheel_that_is_damaged_is_fetched_again(tmp_path: Path, damage: bytes) -> None:
    kept(tmp_path, GLIBC).write_bytes(damage)
    with pytest.raises(AssertionError, match="started a program") as refused:
        collect_wheels(GLIBC, tmp_path)
    assert "download" in str(refused.value)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("new-")] == []


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InstallerError) as refused:
        collect_wheels(GLIBC, tmp_path / "file" / "wheels")
    assert refused.value.identifier == "cannot-write"


def test_wheels_for_another_target_are_others(tmp_path: Path) -> None:
    kept(tmp_path, GLIBC)
    with pytest.raises(AssertionError, match="started a program"):
        collect_wheels(MUSL, tmp_path)


def test_passwords_of_an_index_are_left_out() -> None:
    said = "ERROR: https://ada:s3cret@pypi.example/simple/ says 401"
    assert without_secrets(said) == "ERROR: https://pypi.example/simple/ says 401"
