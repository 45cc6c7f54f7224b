"""`pytest tests/cases --rewrite-cases` writes what comes out; the diff is reviewed by a person."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-cases", action="store_true", help="write the golden files of tests/cases anew"
    )
