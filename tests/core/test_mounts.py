"""How containers come to read our files on engines that keep them apart from this machine."""

from typing import Any

import pytest
from tests.core.container_cases import ENGINE, IN_CONTAINERS, PROJECT, SERVER, STANDALONE
from tests.make import HOME, make_answers, make_facts

from mosaic_installer.core.containers.compose import compose_services, compose_text
from mosaic_installer.core.containers.reader import is_read_already, reader_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.secret import Secret

pytestmark = pytest.mark.unit

FEDERATED: dict[str, Any] = STANDALONE | {"tier": "federated", "web_image": "a/dashboard:1"}


def on_engine(**changes: Any) -> Facts:
    return make_facts(engine=replace(ENGINE, **changes))


def test_where_the_engine_maps_users_those_that_read_our_files_keep_ours() -> None:
    answers = make_answers(**FEDERATED)
    users = {
        name: document.get("userns_mode")
        for name, document in compose_services(on_engine(is_remapped=True), answers).items()
    }
    assert users.pop("web") is None  # it reads nothing of ours
    assert {*users} >= {"postgres", "valkey", "step-ca", "gateway"}
    assert set(users.values()) == {"host"}
    assert "without this, root of the container" in compose_text(
        on_engine(is_remapped=True), answers
    )
    assert "userns_mode" not in compose_text(on_engine(), answers)


def test_under_selinux_our_files_are_labelled_and_those_of_others_are_not() -> None:
    url = Secret("postgres://u:p@db.example.org/d?sslmode=verify-full&sslrootcert=/etc/ours/ca.pem")
    answers = make_answers(**STANDALONE, storage_database_url=url)
    documents = compose_services(on_engine(is_selinux=True), answers)
    labelled = [each for each in documents["gateway"]["volumes"] if isinstance(each, str)]  # type: ignore[attr-defined]
    assert "../gateway/.env:/etc/mosaic/gateway.env:ro,z" in labelled
    assert all(each.endswith(":ro,z") for each in labelled)
    (theirs,) = [each for each in documents["gateway"]["volumes"] if isinstance(each, dict)]  # type: ignore[attr-defined]
    assert theirs["source"] == "/etc/ours/ca.pem"
    assert ":ro,z" not in compose_text(on_engine(), answers)


def test_the_gateway_reads_for_all_and_without_it_the_first_server() -> None:
    names = {
        "container": "gateway",
        "process": "postgres",
    }
    for runtime, name in names.items():
        reader = reader_of(make_answers(tier="standalone", gateway_runtime=runtime))
        assert reader is not None
        assert reader.name == name
    assert reader_of(make_answers()) is None


@pytest.mark.parametrize(
    ("service", "health", "is_proof"),
    [
        ("gateway", "healthy", True),
        ("gateway", "unhealthy", False),
        ("gateway", "", False),
        ("postgres", "healthy", False),
    ],
)
def test_only_a_healthy_container_of_the_reader_proves_that_it_can_read(
    service: str, health: str, *, is_proof: bool
) -> None:
    part = replace(SERVER, service=service, health=health)
    facts = make_facts(IN_CONTAINERS, engine=replace(ENGINE, parts=(part,)))
    reader = reader_of(make_answers(**STANDALONE))
    assert reader is not None
    assert (PROJECT, str(HOME)) == (part.project, part.home)
    assert is_read_already(reader, facts) is is_proof
