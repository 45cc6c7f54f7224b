"""What of the findings a person should still know once the plan has been carried out."""

from collections.abc import Collection, Iterable, Iterator

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight import identifier, preflight
from mosaic_installer.core.preflight.installation import (
    database_is_in_its_place,
    files_are_private,
    gateway_is_not_suspended,
    generated_files_are_whole,
)
from mosaic_installer.core.preflight.servers import volumes_have_their_secrets

MENDED = {
    identifier(check)
    for check in (
        database_is_in_its_place,
        files_are_private,
        gateway_is_not_suspended,
        generated_files_are_whole,
        volumes_have_their_secrets,
    )
}
"""The checks that the plan itself sees to."""


def lasting_warnings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the warnings that are as true after the plan as before it."""
    for finding in findings:
        if finding.level == "warning" and finding.check not in MENDED:
            yield finding


def passed_over(facts: Facts, answers: Answers, ignored: Collection[str]) -> Iterator[Finding]:
    """Yield, as warnings, what the `ignored` checks find."""
    for finding in preflight(facts, answers) if ignored else ():
        if finding.check in ignored and finding.level != "note":
            yield replace(
                finding,
                level="warning",
                message=f"you went on although {finding.message}",
                hint="`mosaic doctor` checks it again",
            )
