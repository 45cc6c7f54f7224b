"""The directories that everything else lies in."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.directory import MakeDirectory, ProtectDirectory
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.files import directories_of_services
from mosaic_installer.core.containers.wanted import wanted_services
from mosaic_installer.core.facts import Facts

TITLE = "Folders"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield every directory, outermost first."""
    layout = facts.host.layout
    services = wanted_services(answers)
    containers = directories_of_services(services, layout)
    compose = (layout.compose,) if services else ()
    for path in (*layout.directories, *compose, *containers):
        yield MakeDirectory(
            path=path, is_ours_alone=path in {layout.data, layout.state, layout.logs}
        )
        if path in facts.host.installation.exposed:
            yield ProtectDirectory(path=path)
