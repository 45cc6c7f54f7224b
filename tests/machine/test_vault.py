"""The secrets: generated once, never replaced, never quoted in an error."""

import string
import tomllib
from pathlib import Path

import pytest

from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.files import LocalFiles
from mosaic_installer.machine.vault import LocalVault

pytestmark = pytest.mark.unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets.toml"


@pytest.fixture
def vault(path: Path) -> LocalVault:
    return LocalVault(path, LocalFiles(path.with_name("checksums.json"), path.parent))


def test_a_generated_secret_is_long_plain_and_on_file_for_the_owner_only(
    vault: LocalVault, path: Path
) -> None:
    vault.generate(["one", "two"])
    secret = vault.get("one")
    assert secret is not None
    assert len(secret) == 48
    assert set(secret.reveal()) <= set(string.ascii_letters + string.digits)
    assert secret != vault.get("two")
    assert path.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(path.read_text())["one"] == secret.reveal()


def test_a_secret_that_exists_is_never_replaced(vault: LocalVault, path: Path) -> None:
    vault.generate(["one"])
    before = vault.get("one")
    vault.generate(["one", "two"])
    assert vault.get("one") == before
    assert vault.get("two") is not None


def test_what_is_on_file_counts_now_whoever_wrote_it(vault: LocalVault, path: Path) -> None:
    path.write_text('one = "a"\n')
    vault.stored()["two"] = Secret("what a caller does with its own")
    assert vault.stored() == {"one": Secret("a")}
    path.write_text('one = "b"\n')
    assert vault.stored() == {"one": Secret("b")}
    path.write_text("one = b\n")
    assert vault.is_damaged()
    path.unlink()
    assert (vault.stored(), vault.is_damaged()) == ({}, False)


@pytest.mark.parametrize("value", ['a"b', "a\\b", "größe 🚀", "a\nb", "a\x7fb", ""])
def test_a_secret_that_the_user_put_there_survives_the_next_generation(
    vault: LocalVault, path: Path, value: str
) -> None:
    escaped = "".join(f"\\U{ord(character):08x}" for character in value)
    path.write_text(f'mine = "{escaped}"\n')
    vault.generate(["one"])
    assert vault.get("mine") == Secret(value)


ONE, TWO = b'one = "hunter2"\n', b'two = "tr0ub4dor"\n'
DAMAGED = {
    "cut off": (ONE + TWO[:9], {"one"}),
    "a slip": (b"two = tr0ub4dor\n" + ONE, {"one"}),
    "doubled": (ONE + TWO + ONE + TWO, {"one", "two"}),
    "random": (b"\xff\xfe\x00\x01=", set()),
    "random inside": (b'two = "\xff"\n' + ONE, {"one"}),
    "nested": (b"a = " + b"[" * 9999 + b"\n" + ONE, {"one"}),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_of_a_damaged_file_every_line_that_can_be_read_is_saved_and_all_of_it_kept(
    vault: LocalVault, path: Path, name: str
) -> None:
    content, saved = DAMAGED[name]
    path.write_bytes(content)
    assert vault.is_damaged()
    assert set(vault.stored()) == saved
    assert path.read_bytes() == content, "reading changes nothing"
    vault.generate(["one", "three"])
    assert not vault.is_damaged()
    assert set(vault.stored()) == saved | {"one", "three"}
    assert (vault.get("one") == Secret("hunter2")) is ("one" in saved)
    aside = path.with_name("secrets.toml.damaged")
    assert aside.read_bytes() == content
    assert aside.stat().st_mode & 0o777 == 0o600
    vault.remove()
    assert not aside.exists()


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_is_damaged_and_not_worth_keeping(
    vault: LocalVault, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    assert vault.is_damaged()


def test_a_byte_order_mark_that_an_editor_left_is_no_damage(vault: LocalVault, path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + ONE)
    assert not vault.is_damaged()
    assert vault.get("one") == Secret("hunter2")


def test_what_is_to_be_kept_goes_beside_what_was_generated(vault: LocalVault, path: Path) -> None:
    vault.generate(["one"])
    generated = vault.get("one")
    vault.type_in({"key": Secret('sk-"a\\b'), "other": Secret("stays in memory")})
    assert vault.on_file("key") is None
    vault.keep(["key"], dropped=[])
    assert vault.on_file("key") == Secret('sk-"a\\b')
    assert vault.on_file("one") == generated
    assert vault.on_file("other") is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_dropped_is_gone_from_the_file(vault: LocalVault) -> None:
    vault.type_in({"key": Secret("sk-abc")})
    vault.keep(["key"], dropped=[])
    vault.type_in({"key": None})
    vault.keep([], dropped=["key", "never-there"])
    assert vault.get("key") is None


def test_what_was_typed_stays_in_memory(vault: LocalVault, path: Path) -> None:
    vault.type_in({"admin.password": Secret("correct-horse-9")})
    vault.generate(["one"])
    assert vault.get("admin.password") == Secret("correct-horse-9")
    assert "correct-horse-9" not in path.read_text()
    assert Secret("correct-horse-9") in vault.all()
    assert vault.get("one") in vault.all()


def test_without_a_file_there_is_no_secret(vault: LocalVault) -> None:
    assert vault.get("one") is None
    assert vault.all() == []
    vault.remove()
