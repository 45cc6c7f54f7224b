"""Answers that were lost, as far as the other files of an installation show them."""

import json

import pytest
from tests.make import HOST

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.config_sections import config_sections
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.core.settling.rebuilt import rebuilt_layer

pytestmark = pytest.mark.unit

ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}


def settled(chosen: dict[str, str]) -> Answers:
    texts = {key: Given(text=text, source="test") for key, text in (ADMIN | chosen).items()}
    return settle([Layer(values=texts)], HOST).answers


@pytest.mark.parametrize("runtime", ["process", "container"])
@pytest.mark.parametrize(
    ("chosen", "services"),
    [
        ({}, ("otel-collector",)),
        ({"telemetry.collector_port": "14318"}, ("otel-collector",)),
        ({"telemetry.endpoint": "http://127.0.0.1:14318"}, ()),
    ],
)
def test_a_collector_of_ours_is_told_from_one_of_the_users_own(
    runtime: str, chosen: dict[str, str], services: tuple[str, ...]
) -> None:
    chosen = {"tier": "standalone", "gateway.runtime": runtime, "telemetry.enabled": "on"} | chosen
    config = json.loads(json.dumps(config_sections(settled(chosen))))
    meta = Meta(
        version="0.1.0",
        tier="standalone",
        host="127.0.0.1",
        port=14242,
        runtime=runtime,
        supervisor="daemon",
        installed_at="2026-11-02T08:30:00Z",
        services=services,
    )
    found = rebuilt_layer(meta, "", config | {"storage": {"url": "postgresql://h/m"}})
    texts = {key: given.text for key, given in found.values.items()}
    again = settled(texts | {"gateway.runtime": runtime})
    assert config_sections(again) == config_sections(settled(chosen))
    assert again.telemetry.endpoint == chosen.get("telemetry.endpoint")
