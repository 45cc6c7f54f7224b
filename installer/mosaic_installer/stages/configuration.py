"""The files that people, the gateway and the containers read."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.config_sections import config_sections
from mosaic_installer.core.connections.stand_ins import replaced_defaults
from mosaic_installer.core.containers.compose import SECRETS
from mosaic_installer.core.containers.definition import definition_text
from mosaic_installer.core.containers.published import server_urls
from mosaic_installer.core.containers.users import file_reader, secret_reader
from mosaic_installer.core.containers.wanted import wanted_services, wanted_stack
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.gateway_secrets import gateway_secrets
from mosaic_installer.core.rendering import render
from mosaic_installer.core.runtime import is_contained
from mosaic_installer.core.settling.answers_file import rows_of
from mosaic_installer.core.settling.answers_schema import schema_text
from mosaic_installer.stages.gateway import wanted_gateway

TITLE = "Configuration"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container; what is published says who reaches it


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the answers, then everything that is rendered from them."""
    layout = facts.host.layout
    yield WriteFile(path=layout.answers_schema, content=schema_text())
    yield SaveAnswers(path=layout.answers, values=rows_of(answers))
    reader = secret_reader(facts, answers)
    for path, template in (
        (layout.gateway_config, "config/mosaic.config.json"),
        (layout.gateway_environment, "config/gateway/.env"),
    ):
        content = render(template, **_gateway_values(facts, answers))
        yield WriteFile(path=path, content=content, reader=reader)
    values = _gateway_values(facts, answers) | {
        "chosen": rows_of(answers),
        "replaced": replaced_defaults(answers),
    }
    content = render("config/gateway/meta.json", **values)
    yield WriteFile(path=layout.meta, content=content)
    yield from _definition(facts, answers)


def _definition(facts: Facts, answers: Answers) -> Iterator[Action]:
    layout = facts.host.layout
    stack = wanted_stack(facts, answers)
    if stack is None:
        return
    yield WriteFile(path=stack.definition, content=definition_text(facts, answers))
    for service in wanted_services(answers):
        for file in service.files:
            if not file.secret:
                yield WriteFile(
                    path=layout.config / file.path,
                    content=render(f"config/{file.path}", answers=answers),
                    reader=file_reader(service, facts),
                    key_in=layout.secrets if file.names_key else None,
                )


def _gateway_values(facts: Facts, answers: Answers) -> dict[str, object]:
    is_container = is_contained(answers)
    files = {
        secret.variable: SECRETS / secret.path.name if is_container else secret.path
        for secret in gateway_secrets(facts, answers)
        if secret.variable
    }
    return {
        "answers": answers,
        "facts": facts,
        "gateway": wanted_gateway(facts, answers),
        "stack": wanted_stack(facts, answers),
        "servers": server_urls(answers),
        "listen": EVERYWHERE if is_container else answers.gateway.bind,
        "secret_variables": files,
        "secrets": SECRETS if is_container else facts.host.layout.gateway_secrets,
        "sections": config_sections(answers),
    }
