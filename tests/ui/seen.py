"""Where a finding is seen: its rows, none of them with a ✓, or a line of its own with a reason."""

from tests.core.placeless import PLACELESS

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.preflight.places import is_about
from mosaic_installer.core.settling.chapters import CHAPTERS, Chapter
from mosaic_installer.ui.conversation import PanelRow, View
from mosaic_installer.ui.found import Found
from mosaic_installer.ui.home import home_view, said_message
from mosaic_installer.ui.section import Note, section_view

WORKS: dict[str, Note] = dict.fromkeys(CATALOGUE, ("It works", "good"))
"""What would give every row of a section its ✓."""


def assert_is_seen(finding: Finding, found: Found) -> None:
    """Fail where a person at the home screen would miss a finding, or read that all is well."""
    places = found.places(finding)
    about = [row for row in CHAPTERS if any(is_about(place, row.tables) for place in places)]
    assert bool(about) != (finding.check in PLACELESS), f"{finding.check}: a place or a reason"
    offered = [chapter for chapter in about if chapter in found.chapters]
    home = rows_of(home_view(found))
    if not offered and finding.level != "note":  # a note without a row is told in the review
        assert [row for row in home if row.label == said_message(finding)], (
            f"{finding.check}: no line"
        )
    for chapter in offered:
        row = next(row for row in home if row.value == chapter.name)
        assert row.tone != "good", f"{finding.check}: ✓ beside {row.label}"
        is_told = said_message(finding) in [text for text, _ in row.notes]
        assert is_told or finding.level == "note", f"{finding.check}: not beside {row.label}"
        _assert_is_in(chapter, finding, found)


def rows_of(view: View) -> list[PanelRow]:
    return [row for group in view.groups for row in group.rows]


def _assert_is_in(chapter: Chapter, finding: Finding, found: Found) -> None:
    rows = rows_of(section_view(chapter, found, WORKS))
    told = [
        row
        for row in rows
        if said_message(finding) in (row.label, *(text for text, _ in row.notes))
    ]
    assert len(told) == 1, f"{finding.check}: told {len(told)} times in {chapter.title}"
    for row in rows:
        if row in told or row.value in found.places(finding):
            assert row.tone != "good", f"{finding.check}: ✓ beside {row.label}"
