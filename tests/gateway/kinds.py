"""On what a file of tests runs its gateways: one row of parameters for the fixture `kind`."""

import pytest

ON_BOTH = pytest.mark.parametrize("kind", ["sqlite", "valkey"], indirect=True, scope="session")
ON_ALL = pytest.mark.parametrize(
    "kind", ["sqlite", "postgres", "valkey"], indirect=True, scope="session"
)
