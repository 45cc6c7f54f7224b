"""Expected failures: exit codes and identifiers are promises to scripts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mosaic_installer
from mosaic_installer import errors
from mosaic_installer.errors import REASONS, InstallerError

pytestmark = pytest.mark.unit

EXIT_CODES = {
    "InstallerError": 1,
    "AnswersError": 2,
    "PreflightFailed": 4,
    "EngineError": 5,
    "UnhealthyError": 6,
    "ServerUnhealthy": 6,
    "GatewayDied": 6,
    "DatabaseNotMigrated": 6,
    "GatewayUnready": 1,
    "CredentialError": 7,
    "LockedError": 8,
    "DriftFound": 9,
    "Interrupted": 130,
}
SOURCES = Path(mosaic_installer.__file__).parent


def kinds(kind: type[InstallerError] = InstallerError) -> Iterator[type[InstallerError]]:
    yield kind
    for heir in kind.__subclasses__():
        yield from kinds(heir)


def texts_in_the_code() -> set[str]:
    """Every text in the code that is one: identifiers are spelled out where they are raised."""
    found = {kind.identifier for kind in kinds()}
    for path in SOURCES.rglob("*.py"):
        if path != Path(errors.__file__):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            found |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    return found


def test_every_error_ends_with_its_published_exit_code() -> None:
    assert {kind.__name__: kind.exit_code for kind in kinds()} == EXIT_CODES


def test_every_kind_is_explained_and_every_explanation_is_used() -> None:
    assert {kind.identifier for kind in kinds()} <= set(REASONS)
    assert set(REASONS) <= texts_in_the_code()


def test_an_error_carries_what_happened_and_what_to_do() -> None:
    error = InstallerError("it broke", "mend it", identifier="port-in-use")
    assert (error.message, error.hint, error.identifier) == ("it broke", "mend it", "port-in-use")
    assert str(error) == "it broke"


def test_an_identifier_that_is_not_explained_is_a_bug() -> None:
    with pytest.raises(KeyError, match="no-such-reason"):
        InstallerError("it broke", identifier="no-such-reason")


def test_an_identifier_of_one_error_is_not_that_of_all() -> None:
    InstallerError("it broke", identifier="port-in-use")
    assert InstallerError("it broke").identifier == "failed"


def test_an_unhealthy_gateway_brings_its_last_lines() -> None:
    assert errors.GatewayDied("it died", last_lines=("a", "b")).last_lines == ("a", "b")
