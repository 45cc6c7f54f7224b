"""The table of contents: which stages there are, and what each yields on which machine."""

from pkgutil import iter_modules

import pytest
from tests.core.container_cases import ENGINE, STANDALONE
from tests.make import LAYOUT, make_answers, make_facts

from mosaic_installer import stages
from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.administrator import CreateAdministrator
from mosaic_installer.core.actions.answers import TakeOutSecrets
from mosaic_installer.core.actions.directory import MakeDirectory, ProtectDirectory
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import FreePorts, StartGateway, WaitUntilHealthy
from mosaic_installer.core.actions.images import RefreshImages
from mosaic_installer.core.actions.leftovers import RemoveContainers, RetireGateway
from mosaic_installer.core.actions.model import PullModel
from mosaic_installer.core.actions.token import ObtainToken, VerifyToken
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.registry_image import RegistryImage
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.runtime import Process
from mosaic_installer.core.secret import Secret
from mosaic_installer.stages import STAGES, administrator, directories, gateway, leftovers, token

pytestmark = pytest.mark.unit

INSTALLED = make_facts({"installation.needs_setup": False})


def actions(**answers: object) -> list[Action]:
    return [step.action for step in make_plan(STAGES, make_facts(), make_answers(**answers))]


def test_every_stage_stands_in_the_table_of_contents() -> None:
    names = {f"{stages.__name__}.{row.name}" for row in iter_modules(stages.__path__)}
    assert names - {vars(stage)["__name__"] for stage in STAGES} == set()


def test_an_installation_ends_with_the_proof_of_the_token() -> None:
    assert isinstance(actions()[-1], VerifyToken)


def test_images_are_fetched_anew_where_a_registry_has_others() -> None:
    images = (
        RegistryImage(name="a:1", digest="sha256:1"),
        RegistryImage(name="b:1", digest="sha256:2", is_here=False),
    )
    facts = make_facts({"engine": ENGINE, "registry_images": images})
    plan = make_plan(STAGES, facts, make_answers(**STANDALONE))
    anew = [step.action for step in plan if isinstance(step.action, RefreshImages)]
    assert anew == [RefreshImages(images={"b:1": "sha256:2"})]


def test_models_are_pulled_only_when_that_is_asked_for() -> None:
    ollama = "http://127.0.0.1:11434"
    assert isinstance(actions(providers_ollama_url=ollama)[-1], VerifyToken)
    asked = actions(providers_ollama_url=ollama, providers_ollama_pull=True)
    pulled = [action.name for action in asked if isinstance(action, PullModel)]
    assert pulled == ["nomic-embed-text", "llama3.1:8b", "llama3.2:3b"]
    of_others = actions(
        providers_ollama_url=ollama,
        providers_ollama_api_key=Secret("a-key"),
        providers_ollama_pull=True,
    )
    assert [action for action in of_others if isinstance(action, PullModel)] == []


def test_every_directory_is_closed_when_it_was_opened() -> None:
    facts = make_facts({"installation.exposed": (LAYOUT.data, LAYOUT.token)})
    protected = [
        action
        for action in directories.plan(facts, make_answers())
        if isinstance(action, ProtectDirectory)
    ]
    assert protected == [ProtectDirectory(path=LAYOUT.data)]


def test_a_purge_takes_the_contents_of_data_and_state_only() -> None:
    ours = {
        action.path
        for action in directories.plan(make_facts(), make_answers())
        if isinstance(action, MakeDirectory) and action.is_ours_alone
    }
    assert ours == {LAYOUT.data, LAYOUT.state, LAYOUT.logs}


def test_an_administrator_is_set_up_only_where_there_is_none() -> None:
    made, tidied = administrator.plan(make_facts(), make_answers())
    assert isinstance(made, CreateAdministrator)
    assert (made.name, made.email, made.token) == ("ada", "ada@example.org", LAYOUT.token)
    assert isinstance(tidied, TakeOutSecrets)
    for facts, answers in (
        (INSTALLED, make_answers()),
        (make_facts(), make_answers(admin_email=None)),
    ):
        assert list(administrator.plan(facts, answers)) == [tidied]


def test_a_database_that_cannot_be_asked_may_need_an_administrator() -> None:
    facts = make_facts({"installation.needs_setup": False, "installation.may_have_users": True})
    made, _tidied = administrator.plan(facts, make_answers())
    assert isinstance(made, CreateAdministrator)


def test_who_begins_anew_gets_an_administrator() -> None:
    made, _tidied = administrator.plan(INSTALLED, replace(make_answers(), begins_anew=True))
    assert isinstance(made, CreateAdministrator)


def test_a_token_is_obtained_where_setting_up_may_not_bring_one() -> None:
    assert list(token.plan(make_facts(), make_answers())) == []
    own = make_answers(storage_database_url=Secret("postgres://u:p@h/d"), tier="standalone")
    cut_off = make_facts({"installation.is_present": True, "installation.needs_setup": True})
    found = ((INSTALLED, make_answers()), (cut_off, make_answers()), (make_facts(), own))
    for facts, answers in found:
        (obtained,) = token.plan(facts, answers)
        assert isinstance(obtained, ObtainToken)


@pytest.mark.parametrize(("supervisor", "units"), [("systemd", 1), ("daemon", 0)])
def test_only_systemd_needs_a_unit(supervisor: str, units: int) -> None:
    planned = list(gateway.plan(make_facts(supervisor=supervisor), make_answers()))
    assert sum(isinstance(action, WriteFile) for action in planned) == units
    assert isinstance(planned[-1], StartGateway)


def test_all_stages_mean_the_same_gateway() -> None:
    about = [
        action.gateway
        for action in actions(gateway_port=8080, gateway_bind="::1")
        if isinstance(action, StartGateway | WaitUntilHealthy | CreateAdministrator | VerifyToken)
    ]
    assert len(about) == 4
    assert {gateway.url for gateway in about} == {"http://[::1]:8080"}
    assert len(set(about)) == 1


def test_no_action_of_a_plan_shows_the_password() -> None:
    assert "correct-horse-9" not in repr(actions())


@pytest.mark.parametrize(
    ("supervisors", "wanted", "stopped"),
    [
        ((), "daemon", []),
        (("daemon",), "daemon", []),
        (("systemd",), "daemon", ["systemd"]),
        (("systemd", "daemon"), "systemd", ["daemon"]),
        (("systemd", "daemon"), "container", ["systemd", "daemon"]),
    ],
)
def test_every_form_of_the_gateway_but_the_wanted_one_ends(
    supervisors: tuple[str, ...], wanted: str, stopped: list[str]
) -> None:
    facts = make_facts(
        {"installation.supervisors": supervisors},
        supervisor="daemon" if wanted == "daemon" else "systemd",
    )
    runtime = "container" if wanted == "container" else "process"
    answers = make_answers(tier="standalone", gateway_runtime=runtime)
    planned = list(leftovers.plan(facts, answers))
    assert all(isinstance(action, RetireGateway) for action in planned)
    former = [a.gateway.runtime for a in planned if isinstance(a, RetireGateway)]
    assert [row.supervisor for row in former if isinstance(row, Process)] == stopped
    assert len(former) == len(stopped)


def test_a_process_without_its_pid_file_is_known_by_its_port() -> None:
    ours = Listener(address="127.0.0.1", port=14242, pid=7, is_ours=True)
    answers = make_answers(tier="standalone", gateway_runtime="container")
    (action,) = leftovers.plan(make_facts(listeners=(ours,)), answers)
    assert isinstance(action, RetireGateway)
    assert isinstance(action.gateway.runtime, Process)
    assert action.gateway.runtime.supervisor == "daemon"


def test_containers_that_are_not_wanted_go_and_those_of_an_original_stay() -> None:
    names = ("postgres", "valkey", "jaeger", "")
    part = Part(kind="container", name="c", project=LAYOUT.project, home=str(LAYOUT.root))
    parts = tuple(replace(part, service=name) for name in names)
    facts = make_facts(engine=replace(ENGINE, parts=parts))
    (action,) = leftovers.plan(facts, make_answers(**STANDALONE))
    assert isinstance(action, RemoveContainers)
    assert action.services == ("jaeger",)
    copy = make_facts(engine=replace(ENGINE, parts=parts), originals=frozenset({str(LAYOUT.root)}))
    assert list(leftovers.plan(copy, make_answers(**STANDALONE))) == []


def test_without_any_container_what_is_left_of_them_is_looked_for() -> None:
    own = {"storage_database_url": Secret("postgres://u:p@h/d")}
    own |= {"storage_valkey_url": Secret("redis://h")}
    answers = make_answers(tier="standalone", gateway_runtime="process", **own)
    changes = {"installation.has_containers": True}
    (action,) = leftovers.plan(make_facts(changes, engine=ENGINE), answers)
    assert isinstance(action, RemoveContainers)
    assert action.stack.services == ()
    for facts in (make_facts(engine=ENGINE), make_facts(changes)):
        assert list(leftovers.plan(facts, answers)) == []


def test_a_port_that_goes_to_a_server_is_freed_first() -> None:
    gateway = Part(
        kind="container",
        name="c",
        project=LAYOUT.project,
        home=str(LAYOUT.root),
        service="gateway",
        ports=((14242, 14242),),
    )
    facts = make_facts(engine=replace(ENGINE, parts=(gateway,)))
    web = {"web_image": "a/b:1", "web_port": 14242, "gateway_port": 3000}
    (action,) = leftovers.plan(facts, make_answers(**STANDALONE, **web))
    assert isinstance(action, FreePorts)
    assert list(leftovers.plan(facts, make_answers(**STANDALONE, gateway_port=3000))) == []
