"""A file of an installation with containers that an accident changed: tier, file, damage, command.

As in test_damaged_files.py: each run ends with a token that works, and with a row that was there
before. One installation of each tier is shared by all its rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.stack import Stack
from tests.e2e.test_damaged_files import BOM, COMMANDS, DAMAGE

pytestmark = pytest.mark.install

NOTE = "CREATE TABLE IF NOT EXISTS accident AS SELECT 'written before it' AS text"
BOTH, LARGEST = ("standalone", "federated"), ("federated",)
GENERATED = {
    "mosaic.config.json": BOTH,
    "gateway/.env": BOTH,
    "gateway/meta.json": BOTH,
    "compose/compose.yaml": BOTH,
    "compose/step-ca/start.sh": LARGEST,
    "compose/step-ca/ca.json": LARGEST,
    "compose/step-ca/x509.tpl": LARGEST,
}
"""Files that a person may edit; a damaged one is put aside."""
DERIVED = {
    "secrets.toml": BOTH,
    "compose/.env": BOTH,
    "compose/secrets/valkey-users.acl": BOTH,
    "gateway/secrets/session-secret": BOTH,
    "gateway/secrets/database-password": BOTH,
    "gateway/secrets/valkey-password": BOTH,
    "compose/secrets/authority-password": LARGEST,
    "gateway/secrets/authority-fingerprint": LARGEST,
    "gateway/secrets/provisioner-key": LARGEST,
}
"""Files that follow another owner, which is damaged in no row but its own."""
NOT_AT_START = {"gateway/meta.json", *DERIVED}


@dataclass(frozen=True)
class Row:
    tier: str
    file: str
    damage: str
    command: str

    def __str__(self) -> str:
        return f"{self.tier}-{self.file}-{self.damage}-{self.command}"


def rows() -> Iterator[Row]:
    for file, tiers in (GENERATED | DERIVED).items():
        for damage in (*DAMAGE, "missing"):
            for command in COMMANDS:
                if command != "start" or file not in NOT_AT_START:
                    yield from (Row(tier, file, damage, command) for tier in tiers)


@pytest.fixture
def standalone(broken_stack: Stack) -> Stack:
    broken_stack.psql(NOTE)
    return broken_stack


@pytest.fixture
def federated(broken_federated: Stack) -> Stack:
    broken_federated.psql(NOTE)
    return broken_federated


@pytest.mark.sampled(1)
@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_a_damaged_file_of_a_stack_is_written_again(
    request: pytest.FixtureRequest, row: Row
) -> None:
    stack: Stack = request.getfixturevalue(row.tier)
    path = stack.site.config / row.file
    aside = path.with_name(f"{path.name}.damaged")
    whole = path.read_bytes()
    try:
        if row.command == "start":
            stack.run("gateway", "stop")
        broken = damage(path, row.damage)
        stack.run(*COMMANDS[row.command], code=(0, 9))
        proves_whole(stack)
        assert row.file.endswith(("meta.json", "secrets.toml")) or path.read_bytes() == whole
        if row.file in GENERATED:
            assert (aside.read_bytes() if aside.exists() else b"") == broken.strip(b"\0")
    finally:
        aside.unlink(missing_ok=True)
        if not path.exists() or path.read_bytes().removeprefix(BOM) != whole:
            path.write_bytes(whole)


@pytest.mark.sampled(0)
def test_a_secret_that_is_gone_is_named_by_a_start(standalone: Stack) -> None:
    path = standalone.site.config / "gateway/secrets/session-secret"
    whole = path.read_bytes()
    standalone.run("gateway", "stop")
    path.unlink()
    refused = standalone.run("gateway", "start", code=5)
    refused.says(f"`{path}`, which a container reads, is missing", "run `mosaic install`")
    standalone.run("install", "--yes")
    assert path.read_bytes() == whole
    proves_whole(standalone)


def damage(path: Path, kind: str) -> bytes:
    """Damage a file; return what is left of it."""
    if kind == "missing":
        path.unlink()
        return b""
    broken = DAMAGE[kind](path.read_bytes())
    path.write_bytes(broken)
    return broken


def proves_whole(stack: Stack) -> None:
    assert stack.psql("SELECT text FROM accident") == "written before it"
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes").stderr
