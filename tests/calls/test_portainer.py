"""Portainer over its API, at a stand-in that takes only what Portainer's document allows."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.core.container_cases import ENGINE
from tests.core.swarm_cases import MANAGER, ON_SWARM
from tests.fake_machine import FakeFiles, FakeVault
from tests.make import LAYOUT, make_answers
from tests.standins.portainer import KEY, Portainer
from tests.standins.server import Asked, StandIn, Told

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.portainer import server
from mosaic_installer.core.portainer.look import PortainerSeen
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.web import portainer_api
from mosaic_installer.machine.web.portainer_api import EMPTY, Place, PortainerApi
from mosaic_installer.machine.web.portainer_trial import portainer_seen

pytestmark = pytest.mark.call

SWARM = "swarm-of-this-machine"
TEXT = "services: {web: {image: a}}\n"
HERE = replace(ENGINE, swarm=replace(MANAGER, cluster=SWARM))


@dataclass
class Engine:
    """An engine that notes what it is told."""

    says: str = ""
    stacks: set[str] = field(default_factory=set)
    told: list[tuple[object, ...]] = field(default_factory=list)

    def swarm(self) -> Any:
        return {"ID": SWARM}

    def namespaces(self) -> set[str]:
        return self.stacks

    def deploy(self, name: str, text: str, *, prune: bool, pull: bool) -> str:
        self.told.append((name, text, prune, pull))
        return self.says

    def remove(self, name: str) -> str:
        self.told.append(("remove", name))
        return self.says


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def portainer(engine: Engine) -> Portainer:
    return Portainer(engine)


@pytest.fixture
def url(portainer: Portainer) -> Iterator[str]:
    with StandIn(portainer.answer) as there:
        yield there.url


def api_at(url: str, key: str = KEY) -> PortainerApi:
    place = Place(name="mosaic", swarm=SWARM, environment=2)
    return PortainerApi(server.Portainer(url=url, key=Secret(key)), place)


def vault(kept: dict[str, Secret] | None = None) -> FakeVault:
    there = FakeVault(LAYOUT.secrets, FakeFiles(), generated=kept or {})
    there.files.write(LAYOUT.secrets, b"")
    return there


def seen_at(url: str, **changes: Any) -> PortainerSeen:
    given = {"cluster_portainer_url": url, "cluster_portainer_key": Secret(KEY)}
    seen = portainer_seen(make_answers(**{**ON_SWARM, **given, **changes}), HERE, vault())
    assert seen is not None
    return seen


def test_a_stack_is_made_updated_and_removed(
    url: str, portainer: Portainer, engine: Engine
) -> None:
    api = api_at(url)
    assert api.found() is None
    made = api.create()
    assert api.found() == made
    portainer.stacks[1]["Env"] = [{"name": "OWN", "value": "of the user"}]
    found = api.found()
    assert found is not None
    api.update(found, TEXT)
    assert api.text_of(found) == TEXT
    assert portainer.stacks[1]["Env"] == [{"name": "OWN", "value": "of the user"}]
    api.remove(found)
    assert api.found() is None
    assert engine.told == [
        ("mosaic", EMPTY, False, True),
        ("mosaic", TEXT, True, False),
        ("remove", "mosaic"),
    ]


def test_one_that_answers_first_is_waited_for(
    url: str, portainer: Portainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portainer_api, "PAUSE", 0.0)
    portainer.deploys_later = True
    assert api_at(url).create()["Status"] == server.ACTIVE


def test_services_of_that_name_keep_a_stack_from_being_made(url: str, engine: Engine) -> None:
    engine.stacks = {"mosaic"}
    with pytest.raises(InstallerError, match=r"make the stack mosaic \(status 409\)") as refused:
        api_at(url).create()
    assert "rename or remove it there" in refused.value.hint


def test_what_keeps_it_from_deploying_is_told(url: str, engine: Engine) -> None:
    engine.says = f"secret not found: a\nand {KEY}"
    with pytest.raises(InstallerError, match="secret not found: a and «secret»"):
        api_at(url).create()


def test_a_failure_that_shows_later_is_told() -> None:
    row = {"Id": 1, "Status": 4, "DeploymentStatus": [{"Message": "no such image"}]}
    with (
        StandIn(lambda _asked: Told(body=row)) as there,
        pytest.raises(InstallerError, match="no such image"),
    ):
        api_at(there.url).create()


def test_one_that_is_gone_is_told_apart(url: str) -> None:
    with StandIn(lambda _asked: Told()) as there:
        gone = there.url
    with pytest.raises(InstallerError) as lost:
        api_at(gone).found()
    assert lost.value.identifier == "portainer-unreachable"
    with pytest.raises(InstallerError) as refused:
        api_at(url, "another-key").found()
    assert refused.value.identifier == "portainer-refused"
    assert "another key" in refused.value.hint


def test_the_environment_that_is_this_swarm_is_found(url: str, portainer: Portainer) -> None:
    assert seen_at(url) == PortainerSeen(result="accepted", environment=2)
    assert seen_at(url, cluster_portainer_environment="production").environment == 2
    portainer.environments.append({"Id": 3, "Name": "worker", "Type": 2})
    assert seen_at(url).environment == 2
    assert seen_at(url, cluster_portainer_environment="3").result == "elsewhere"
    none = seen_at(url, cluster_portainer_environment="prod")
    assert none.result == "elsewhere"
    assert "production (2), worker (3)" in none.message


def test_of_several_environments_one_has_to_be_named(
    url: str, portainer: Portainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    portainer.environments.append({"Id": 3, "Name": "the same", "Type": 2})
    monkeypatch.setattr(Portainer, "_of_engine", lambda *_words: Told(body={"ID": SWARM}))
    several = seen_at(url)
    assert several.result == "several"
    assert "production (2), the same (3)" in several.message
    assert "cluster.portainer_environment=2" in several.hint
    assert seen_at(url, cluster_portainer_environment="the same").environment == 3


def test_an_environment_that_is_down_keeps_nobody_from_installing(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Portainer, "_of_engine", lambda *_words: Told(status=502))
    seen = seen_at(url)
    assert seen.result == "unreachable"
    assert "cannot reach production (2)" in seen.message


def test_what_is_wrong_is_said(url: str) -> None:
    assert seen_at(url, cluster_portainer_key=None).result == "refused"
    refused = seen_at(url, cluster_portainer_key=Secret("another-key"))
    assert (refused.result, "another-key" in str(refused)) == ("refused", False)

    def portal(_asked: Asked) -> Told:
        return Told(body="<html>", content="text/html")

    with StandIn(portal) as there:
        assert seen_at(there.url).result == "unexpected"
        gone = there.url
    assert seen_at(gone).result == "unreachable"


def test_one_whose_certificate_nobody_vouches_for_gets_no_key(
    portainer: Portainer, certified: Callable[[str], ssl.SSLContext]
) -> None:
    with StandIn(portainer.answer, certified("127.0.0.1")) as there:
        seen = seen_at(there.url)
        assert there.asked == []
    assert seen.result == "unreachable"
    assert "SSL_CERT_FILE" in seen.hint


@pytest.mark.usefixtures("_trusted")
def test_one_of_a_private_authority_is_trusted(
    portainer: Portainer, certified: Callable[[str], ssl.SSLContext]
) -> None:
    with StandIn(portainer.answer, certified("127.0.0.1")) as there:
        assert seen_at(there.url).result == "accepted"


def test_nobody_is_asked_where_there_is_no_swarm(url: str) -> None:
    given = {**ON_SWARM, "cluster_portainer_url": url, "cluster_portainer_key": Secret(KEY)}
    assert portainer_seen(make_answers(**given), ENGINE, vault()) is None
    assert portainer_seen(make_answers(**ON_SWARM), HERE, vault()) is None


def test_a_key_that_an_earlier_run_kept_is_none_that_was_just_given(url: str) -> None:
    given = {**ON_SWARM, "cluster_portainer_url": url, "cluster_portainer_key": Secret("old")}
    seen = portainer_seen(make_answers(**given), HERE, vault({server.KEY: Secret("old")}))
    assert seen is not None
    assert (seen.result, seen.is_new) == ("refused", False)
