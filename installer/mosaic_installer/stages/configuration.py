"""The files that people, the gateway and the containers read."""

from collections.abc import Iterator
from pathlib import Path

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.answers import SaveAnswers
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.config_sections import config_sections
from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.services import (
    container_user,
    images_of,
    own_server_files,
    ports_of,
    secret_reader,
    server_urls,
    services_of,
    stack_of,
)
from mosaic_installer.core.containers.stack import AUTHORITY, COLLECTOR, SECRETS
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.rendering import render
from mosaic_installer.core.settling.answers_file import kept
from mosaic_installer.core.settling.answers_schema import schema_text
from mosaic_installer.stages.gateway import gateway_of
from mosaic_installer.stages.secrets import secret_files

TITLE = "Configuration"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container; what is published says who reaches it
CONTAINER_SECRETS = Path("/run/secrets")


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield the answers, then everything that is rendered from them."""
    layout = facts.layout
    yield WriteFile(path=layout.answers_schema, content=schema_text())
    yield SaveAnswers(path=layout.answers, values=kept(answers))
    reader = secret_reader(facts, answers)
    for path, template in (
        (layout.gateway_config, "config/mosaic.config.json"),
        (layout.gateway_environment, "config/gateway/.env"),
    ):
        content = render(template, **_gateway_values(facts, answers))
        yield WriteFile(path=path, content=content, reader=reader)
    content = render("config/gateway/meta.json", **_gateway_values(facts, answers))
    yield WriteFile(path=layout.meta, content=content)
    yield from _compose_file(facts, answers)


def _compose_file(facts: Facts, answers: Answers) -> Iterator[Action]:
    stack = stack_of(facts, answers)
    if stack is None:
        return
    reader = secret_reader(facts, answers)
    content = render(
        "config/compose/compose.yaml",
        stack=stack,
        home=facts.layout.root,
        label=labels,
        images=images_of(facts, answers),
        ports=ports_of(answers),
        user=container_user(facts),
        secrets=[path.name for path in _mounted(facts, answers)],
        own_files=sorted({str(path) for path in own_server_files(answers).values()}),
        volumes=[service for service in stack.services if service in SECRETS],
    )
    yield WriteFile(path=facts.layout.compose_file, content=content)
    if COLLECTOR in stack.services:
        content = render("config/compose/otel-collector/config.yaml")
        yield WriteFile(path=facts.layout.collector_config, content=content, reader=reader)
    if AUTHORITY in stack.services:
        for path, template in (
            (facts.layout.authority_start, "config/compose/step-ca/start.sh"),
            (facts.layout.authority_template, "config/compose/step-ca/x509.tpl"),
        ):
            yield WriteFile(path=path, content=render(template, answers=answers))


def _mounted(facts: Facts, answers: Answers) -> Iterator[Path]:
    """Yield the files of the folder of secrets that the gateway's container gets to see."""
    for secret in secret_files(facts, answers):
        yield secret.path
    if AUTHORITY in services_of(answers):
        yield from (facts.layout.authority_fingerprint, facts.layout.authority_key)


def _gateway_values(facts: Facts, answers: Answers) -> dict[str, object]:
    is_container = answers.gateway.runtime == "container"
    files = {
        secret.variable: CONTAINER_SECRETS / secret.path.name if is_container else secret.path
        for secret in secret_files(facts, answers)
    }
    return {
        "answers": answers,
        "facts": facts,
        "gateway": gateway_of(facts, answers),
        "stack": stack_of(facts, answers),
        "servers": server_urls(answers),
        "listen": EVERYWHERE if is_container else answers.gateway.bind,
        "secret_files": files,
        "secrets": CONTAINER_SECRETS if is_container else facts.layout.gateway_secrets,
        "sections": config_sections(answers),
    }
