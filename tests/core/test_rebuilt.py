"""Answers that were lost, as far as the other files of an installation show them."""

import json
from typing import Any

import pytest
from tests.make import HOST

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.config_sections import config_sections
from mosaic_installer.core.containers.labels import IMAGE as LABEL_OF_IMAGE
from mosaic_installer.core.containers.labels import SERVICE as LABEL_OF_SERVICE
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.wanted import BUILT, wanted_services
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.core.settling.rebuilt import layer_of_parts, rebuilt_layer
from mosaic_installer.machine.engine.swarm.part import part_of_service

pytestmark = pytest.mark.unit

OLDER = Meta(
    version="0.1.0",
    tier="local",
    host="127.0.0.1",
    port=14242,
    runtime="process",
    supervisor="daemon",
    installed_at="2026-11-02T08:30:00Z",
)
"""Of a version that kept no copy of the answers."""
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


SHOWN = [
    Part(
        kind="container",
        name=f"mosaic-{row.name}-1",
        project="mosaic",
        home="/srv/mosaic",
        service=row.name,
        image=f"registry.example.org/{row.name}:7",
        ports=tuple((40000 + place, port.inside or 40000 + place) for port in row.ports),
    )
    for place, row in enumerate(SERVICES)
]


@pytest.mark.parametrize("row", SERVICES, ids=lambda row: row.name)
def test_every_container_shows_what_it_was_made_of(row: Service) -> None:
    values = layer_of_parts(SHOWN).values
    texts = {key: given.text for key, given in values.items()}
    (shown,) = (part for part in SHOWN if part.service == row.name)
    again = settled(texts)
    assert value_of(again, row.image) == shown.image
    for port, (number, _inside) in zip(row.ports, shown.ports, strict=True):
        assert value_of(again, port.setting) == number
    assert row in wanted_services(again), "what runs is no leftover"


def test_images_that_were_built_here_or_lost_their_names_were_not_chosen() -> None:
    nameless = [replace(part, image=f"sha256:{'0' * 64}") for part in SHOWN]
    built = [replace(part, image=f"{BUILT}:0.1.0") for part in SHOWN if part.service == "gateway"]
    for parts in (nameless, built):
        values = layer_of_parts(parts).values
        assert not [
            row.image for row in SERVICES if row.image in values and row.image != row.switch
        ]


def test_services_show_that_they_are_on_a_swarm() -> None:
    chosen = [part for part in SHOWN if part.service in {"postgres", "valkey", "gateway"}]
    values = layer_of_parts([replace(part, kind="service") for part in chosen]).values
    again = settled({key: given.text for key, given in values.items()})
    assert (again.tier, again.gateway.runtime) == ("standalone", "swarm")
    assert again.gateway.bind == "0.0.0.0"  # noqa: S104 - as it was
    assert again.images.postgres == "registry.example.org/postgres:7"


def test_services_show_the_nodes_that_they_are_for() -> None:
    """A service as an engine lists it, of an installation whose files are all gone."""
    gateway: dict[str, Any] = {
        "Name": "mosaic_gateway",
        "Labels": {LABEL_OF_SERVICE: "gateway", LABEL_OF_IMAGE: "mosaic-gateway:0.1.0"},
        "Mode": {"Replicated": {"Replicas": 3}},
        "TaskTemplate": {
            "ContainerSpec": {
                "Image": "registry.example.org/team/mosaic-gateway@sha256:1",
                "Privileges": {"NoNewPrivileges": True},
            }
        },
        "EndpointSpec": {
            "Ports": [{"PublishedPort": 14242, "TargetPort": 14242, "PublishMode": "ingress"}]
        },
    }
    part = part_of_service({"Spec": gateway})
    assert not part.is_in_stack_words
    values = layer_of_parts([part]).values
    again = settled({key: given.text for key, given in values.items()})
    assert again.cluster.registry == "registry.example.org/team"
    assert (again.gateway.replicas, again.gateway.publish) == (3, "ingress")
    gateway["EndpointSpec"]["Ports"][0]["PublishMode"] = "host"
    gateway["Mode"]["Replicated"]["Replicas"] = 0  # it was stopped
    gateway["TaskTemplate"]["ContainerSpec"] = {"Image": "sha256:1", "Privileges": {}}
    part = part_of_service({"Spec": gateway})
    assert part.is_in_stack_words
    shown = layer_of_parts([part]).values
    assert not {"cluster.registry", "gateway.replicas", "gateway.publish"} & shown.keys()


def test_volumes_alone_show_the_tier() -> None:
    volume = replace(SHOWN[0], kind="volume", image="", ports=())
    assert {key: row.text for key, row in layer_of_parts([volume]).values.items()} == {
        "tier": "standalone"
    }


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ("MOSAIC_CORS_ORIGIN=''", {}),
        ("MOSAIC_CORS_ORIGIN='http://localhost:3000'", {}),
        ("MOSAIC_CORS_ORIGIN='http://m.example:3000'", {"gateway.hostname": "m.example"}),
        ("MOSAIC_CORS_ORIGIN='https://a.example'", {"gateway.cors_origin": "https://a.example"}),
    ],
)
def test_what_an_older_version_trusted_unasked_is_no_choice(
    environment: str, shown: dict[str, str]
) -> None:
    values = rebuilt_layer(OLDER, f"A='b'\n{environment}\n", {}).values
    assert {key: given.text for key, given in values.items()} == shown
