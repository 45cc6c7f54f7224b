"""The documentation says what the code says."""

import re

import pytest
from tests.reference.pages import NAMES, ROOT, pages
from tests.reference.tables import table, unused_identifiers

pytestmark = pytest.mark.unit

WRITTEN = (
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "docs/recovery.md",
    "docs/connections.md",
    "docs/servers.md",
    "docs/authority.md",
    "docs/cluster.md",
    *NAMES,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    stored = (ROOT / name).read_text("utf-8")
    assert stored == pages()[name], f"{name} differs from the code: run `scripts/reference`"


def test_every_identifier_of_an_error_is_in_use() -> None:
    assert unused_identifiers() == set()


@pytest.mark.parametrize("name", WRITTEN)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    links += re.findall(r'(?:src|href)="(?!https?:|#)([^"]+)"', page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_bar_does_not_end_a_cell() -> None:
    assert table(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x\\|y | z |\n"
