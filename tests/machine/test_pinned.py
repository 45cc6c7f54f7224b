"""Images for the nodes of a Swarm: what a registry calls them, and what goes wrong with one."""

import json
from typing import Any

import pytest
from tests.fake_machine import FakeFiles, FakeVault
from tests.make import make_answers, make_facts

from mosaic_installer.core.actions.images import PushImages
from mosaic_installer.core.containers.labels import IMAGE, IMAGE_ID, STACK_IMAGE
from mosaic_installer.core.containers.own_registry import (
    name_in,
    names_in_registry,
    registry_of,
    repository_of,
)
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import swarm_text
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.share import Share
from mosaic_installer.machine.engine.registry_errors import registry_refused
from mosaic_installer.machine.engine.swarm.emptied import names_by_reference
from mosaic_installer.machine.engine.swarm.pinned import as_run, reference_of
from mosaic_installer.machine.engine.swarm.specs import Definition, Identifiers
from mosaic_installer.machine.images.push import Sent
from mosaic_installer.stages import images

pytestmark = pytest.mark.unit

REGISTRY = "registry.example.org:5000/team"
DIGEST = "sha256:" + "ab" * 32
ON_SWARM: dict[str, Any] = {"tier": "standalone", "gateway_runtime": "swarm"}
NAMES = [
    ("pgvector/pgvector:pg17", "pgvector/pgvector:pg17"),
    ("docker.io/library/python:3.13-slim", "python:3.13-slim"),
    ("ghcr.io/a/b:1", "ghcr.io/a/b:1"),
    ("Localhost:5000/a/b:1", "localhost-5000/a/b:1"),
    (f"a/b:1@{DIGEST}", "a/b:1"),
    (f"a/b@{DIGEST}", "a/b:sha256-abababababababab"),
]


@pytest.mark.parametrize(("image", "name"), NAMES)
def test_an_image_keeps_its_name_in_a_registry(image: str, name: str) -> None:
    assert name_in(REGISTRY, image) == f"{REGISTRY}/{name}"
    assert registry_of(f"{repository_of(f'{REGISTRY}/{name}')}@sha256:0", image) == REGISTRY
    assert registry_of("sha256:0", image) == registry_of(image, image) == ""


def test_an_image_of_that_registry_stays_what_it_is() -> None:
    assert name_in(REGISTRY, f"{REGISTRY}/a/b:1") == f"{REGISTRY}/a/b:1"


@pytest.mark.parametrize(
    "name", ["a.example:1/b/c:2", "a.example:1/b/c", f"a.example:1/b/c@{DIGEST}"]
)
def test_a_repository_has_neither_tag_nor_digest(name: str) -> None:
    assert repository_of(name) == "a.example:1/b/c"


def test_all_images_of_the_stack_are_pushed_once_they_are_there() -> None:
    answers = make_answers(**ON_SWARM, cluster_registry=REGISTRY)
    *others, last = images.plan(make_facts(), answers)
    assert isinstance(last, PushImages)
    assert {name.rpartition("/")[2].partition(":")[0] for name in last.images} == {
        "mosaic-gateway",
        "pgvector",
        "valkey",
    }
    assert last.images == names_in_registry(make_facts(), answers)
    assert others


@pytest.mark.parametrize("changes", [{"cluster_registry": None}, {"gateway_runtime": "container"}])
def test_without_a_swarm_or_a_registry_nothing_is_pushed(changes: dict[str, Any]) -> None:
    answers = make_answers(**{**ON_SWARM, "cluster_registry": REGISTRY, **changes})
    assert not any(isinstance(each, PushImages) for each in images.plan(make_facts(), answers))


def definition(registry: str | None) -> Definition:
    facts = make_facts()
    answers = make_answers(**ON_SWARM, cluster_registry=registry)
    layout: Layout = facts.host.layout
    stack = Stack(layout=layout, project="mosaic", services=("postgres",), orchestrator="swarm")
    files = FakeFiles()
    document = json.loads(swarm_text(facts, answers))
    for row in document["services"].values():
        row["files"] = []
    files.write(stack.definition, json.dumps(document).encode())
    return Definition(stack, files, FakeVault(layout.secrets, files))


def test_a_service_names_its_image_by_the_digest_that_the_registry_gave() -> None:
    made = definition(REGISTRY)
    image, name = made.image("postgres"), made.registry_name("postgres")
    reference = f"{repository_of(name)}@{DIGEST}"
    ids = Identifiers(
        network="n", images={image: "sha256:1"}, contents={}, references={name: reference}
    )
    spec = made.spec("postgres", "f", ids, is_permitted=False)
    assert spec["TaskTemplate"]["ContainerSpec"]["Image"] == reference
    assert (spec["Labels"][IMAGE], spec["Labels"][IMAGE_ID]) == (image, "sha256:1")


def test_without_a_registry_it_names_its_image_by_identifier() -> None:
    made = definition(None)
    ids = Identifiers(network="n", images={made.image("postgres"): "sha256:1"}, contents={})
    spec = made.spec("postgres", "f", ids, is_permitted=False)
    assert spec["TaskTemplate"]["ContainerSpec"]["Image"] == "sha256:1"
    assert IMAGE_ID not in spec["Labels"]


def test_what_a_service_was_made_from_is_known_without_asking_a_registry() -> None:
    used = {
        "Spec": {
            "Labels": {IMAGE_ID: "sha256:1"},
            "TaskTemplate": {"ContainerSpec": {"Image": f"a.example/b@{DIGEST}"}},
        }
    }
    plugin: dict[str, Any] = {"Spec": {"TaskTemplate": {"PluginSpec": {}}}}
    assert reference_of([plugin, used], "a.example/b:1", "sha256:1") == f"a.example/b@{DIGEST}"
    assert reference_of([used], "a.example/b:1", "sha256:2") == ""
    assert reference_of([used], "a.example/c:1", "sha256:1") == ""


def test_a_stack_file_has_what_the_service_was_made_from() -> None:
    row: dict[str, Any] = {"image": "b:1", "spec": {"Labels": {"x": "y"}}}
    assert as_run(row, {}) == row
    row["registry_name"] = "a.example/b:1"
    assert as_run(row, {})["image"] == "a.example/b:1"
    marks = {IMAGE_ID: "sha256:1", STACK_IMAGE: f"a.example/b@{DIGEST}"}
    made = as_run(row, {"Labels": marks})
    assert made["image"] == f"a.example/b@{DIGEST}"
    assert made["spec"]["Labels"] == {"x": "y", IMAGE_ID: "sha256:1"}


def test_a_push_counts_every_layer_alike() -> None:
    sent = Sent("a:1")
    assert sent.share() == Share(of="a:1", phase="uploading", percent=0)
    for row in (
        {"status": "The push refers to repository [a]"},
        {"id": "1", "status": "Preparing"},
        {"id": "2", "status": "Preparing"},
        {"id": "2", "status": "Layer already exists"},
        {"id": "1", "status": "Pushing", "progressDetail": {"current": 5, "total": 10}},
    ):
        sent.hear(row)
    assert sent.share().percent == 75
    sent.hear({"id": "1", "status": "Pushing", "progressDetail": {"current": 12, "total": 10}})
    assert sent.share().percent == 99
    sent.hear({"id": "1", "status": "Pushed"})
    sent.hear({"status": "1: digest: sha256:1 size: 2"})
    assert sent.share().percent == 100


TROUBLES = [
    (
        'Get "https://r.example:5000/v2/": http: server gave HTTP response to HTTPS client',
        "registry-untrusted",
        "insecure-registries",
    ),
    (
        'Get "https://r.example:5000/v2/": x509: certificate signed by unknown authority',
        "registry-untrusted",
        "/etc/docker/certs.d/r.example:5000/ca.crt",
    ),
    ("no basic auth credentials", "registry-login", "docker login r.example:5000"),
    ("unauthorized: authentication required", "registry-login", "docker login r.example:5000"),
    ("dial tcp 10.99.0.1:5000: connect: connection refused", "registry-unreachable", "DNS"),
    ("no space left on device", "engine-disk-full", "docker system df"),
]


@pytest.mark.parametrize(("words", "identifier", "hint"), TROUBLES)
def test_what_is_wrong_with_a_registry_is_said_with_the_node(
    words: str, identifier: str, hint: str
) -> None:
    error = registry_refused("r.example:5000/a/b:1", words, "node2")
    assert error.identifier == identifier
    assert error.message.startswith("node node2: `r.example:5000/a/b:1`: ")
    assert words in error.message
    assert hint in error.hint


def test_the_registry_is_asked_for_what_was_pushed_there() -> None:
    rows: Any = [
        {
            "Spec": {
                "Labels": {IMAGE: image},
                "TaskTemplate": {"ContainerSpec": {"Image": reference}},
            }
        }
        for image, reference in (
            ("valkey/valkey:8", f"{REGISTRY}/valkey/valkey@{DIGEST}"),
            ("mosaic-gateway:1", "sha256:1"),
        )
    ]
    assert names_by_reference(rows) == {
        f"{REGISTRY}/valkey/valkey@{DIGEST}": f"{REGISTRY}/valkey/valkey:8"
    }
