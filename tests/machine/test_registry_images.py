"""By which digests an image is known that has several names."""

import pytest

from mosaic_installer.machine.images.registry import known_digests

pytestmark = pytest.mark.unit

ROWS = [
    ("python:3.13-slim", "python@sha256:1"),
    ("python:3.13-slim", "docker.io/library/python@sha256:1"),
    ("pgvector/pgvector:pg17", "docker.io/pgvector/pgvector@sha256:1"),
    ("127.0.0.1:5000/a/valkey:8", "127.0.0.1:5000/a/valkey@sha256:1"),
]


@pytest.mark.parametrize(("name", "known"), ROWS)
def test_a_digest_counts_where_it_is_of_the_names_own_repository(name: str, known: str) -> None:
    row = {"RepoDigests": ["example.org/other@sha256:9", known]}
    assert known_digests(name, row) == {"sha256:1"}


@pytest.mark.parametrize("row", [{}, {"RepoDigests": None}, {"RepoDigests": ["a/b@sha256:9"]}])
def test_what_was_made_here_comes_from_no_registry(row: dict[str, list[str] | None]) -> None:
    assert known_digests("mosaic-gateway:0.1.0", row) == frozenset()
