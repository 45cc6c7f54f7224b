"""The files that people and the gateway read."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.answers_file import kept
from mosaic_installer.core.config_sections import config_sections
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.rendering import render
from mosaic_installer.stages.gateway import gateway_of
from mosaic_installer.stages.secrets import secret_files

TITLE = "Configuration"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the answers, then everything that is rendered from them."""
    layout = facts.layout
    yield SaveAnswers(path=layout.answers, values=kept(answers))
    files = {
        layout.gateway_config: "config/mosaic.config.json",
        layout.gateway_environment: "config/gateway/.env",
        layout.meta: "config/gateway/meta.json",
    }
    for path, template in files.items():
        content = render(template, **_gateway_values(facts, answers))
        yield WriteFile(path=path, content=content)


def _gateway_values(facts: Facts, answers: Answers) -> dict[str, object]:
    files = {secret.variable: secret.path for secret in secret_files(facts, answers)}
    return {
        "answers": answers,
        "facts": facts,
        "gateway": gateway_of(facts, answers),
        "secret_files": files,
        "sections": config_sections(answers),
    }
