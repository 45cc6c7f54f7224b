"""A file of ours that an accident changed: a line for each file, damage and command.

Each run ends with a token that works, and with a row that was there before; what was found in place
of the file is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from tests.e2e.program import Site
from tests.e2e.recovering import proves_repaired

pytestmark = pytest.mark.install

BOM = b"\xef\xbb\xbf"
RANDOM = bytes(range(128, 256)) * 8

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _whole: b"",
    "zeros": lambda whole: bytes(len(whole)),
    "half": lambda whole: whole[: len(whole) // 2],
    "random": lambda _whole: RANDOM,
    "doubled": lambda whole: whole * 2,
    "marked": lambda whole: BOM + whole,
}
GENERATED = ("mosaic.config.json", "gateway/.env", "gateway/meta.json")
SAID = {
    "empty": "empty",
    "zeros": "empty",
    "half": "cut off",
    "random": "not text",
    "doubled": "there twice",
    "marked": "a byte order mark",
}
COMMANDS = {
    "install": ("install", "--yes"),
    "doctor": ("doctor", "--fix"),
    "start": ("gateway", "start"),
}
NO_COMMAND = {("gateway/meta.json", "start")}
"""Who does not know what is installed says so, and names `mosaic install`."""


@dataclass(frozen=True)
class Row:
    file: str
    damage: str
    command: str

    def __str__(self) -> str:
        return f"{self.file}-{self.damage}-{self.command}"

    @property
    def said(self) -> str:
        return SAID[self.damage]

    @property
    def ends(self) -> bool:
        """Whether this command cannot go on; nobody misses a mark in meta.json."""
        return (self.file, self.command) in NO_COMMAND and self.damage != "marked"


def rows() -> Iterator[Row]:
    for file in GENERATED:
        for damage in DAMAGE:
            yield from (Row(file, damage, command) for command in COMMANDS)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_a_damaged_file_is_put_aside_and_written_again(used: Site, row: Row) -> None:
    path = used.config / row.file
    whole = path.read_bytes()
    used.run("gateway", "stop")
    broken = DAMAGE[row.damage](whole)
    path.write_bytes(broken)
    if row.ends:
        used.run(*COMMANDS[row.command], code=1).says(f"`{path}` is damaged", "`mosaic install`")
        used.run("install", "--yes")
    else:
        done = used.run(*COMMANDS[row.command], code=(0, 9))
        assert row.said in done.said or row.command == "doctor", done.said
    proves_repaired(used)
    assert row.file.endswith("meta.json") or path.read_bytes() == whole
    aside = path.with_name(f"{path.name}.damaged")
    assert (aside.read_bytes() if aside.exists() else b"") == broken.strip(b"\0")
    if aside.exists():
        assert aside.stat().st_mode & 0o777 == 0o600
    assert "Already up to date" in used.run("install", "--yes").stderr
    used.run("uninstall", "--purge", "--yes")
    assert not used.home.exists()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("command", ["install", "doctor"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_secrets_are_found_again(used: Site, damage: str, command: str) -> None:
    path = used.config / "secrets.toml"
    whole = path.read_bytes()
    broken = DAMAGE[damage](whole)
    path.write_bytes(broken)
    done = used.run(*COMMANDS[command], code=(0, 9))
    assert damage == "marked" or f"`{path}` is not valid TOML" in done.said or command == "doctor"
    proves_repaired(used)
    after = path.read_bytes().removeprefix(BOM)
    assert set(after.splitlines()) >= set(whole.splitlines())
    aside = path.with_name("secrets.toml.damaged")
    assert aside.exists() is (damage not in {"empty", "marked"})
    assert "Already up to date" in used.run("install", "--yes").stderr


def test_an_edit_that_stops_the_gateway_is_named_with_its_diff(used: Site) -> None:
    path = used.config / "gateway/.env"
    edited = path.read_text().replace("MOSAIC_GATEWAY_BIND=", "MOSAIC_GATEWAY_BIND=nowhere.")
    path.write_text(edited)
    done = used.run("install", "--yes", code=6)
    done.says(f"with `{path}` as you edited it", "`mosaic install --replace-edited` replaces")
    assert "-MOSAIC_GATEWAY_BIND=nowhere." in done.stderr
    assert path.read_text() == edited
    used.run("install", "--yes", "--replace-edited")
    proves_repaired(used)
