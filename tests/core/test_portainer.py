"""With a Portainer: services that a stack file can say all of, and the last step of a plan."""

import json

import pytest
from tests.core.portainer_cases import HERE, seen
from tests.core.swarm_cases import ON_SWARM
from tests.make import make_answers, make_facts

from mosaic_installer.core.actions.portainer import UpdatePortainer
from mosaic_installer.core.actions.watch import WatchServices
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.swarm import swarm_text
from mosaic_installer.core.gateway_secrets import gateway_secrets
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.portainer.look import Result
from mosaic_installer.core.secret import Secret
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.unit

URL = "https://portainer.example.org:9443"
GIVEN = {**ON_SWARM, "cluster_portainer_url": URL, "cluster_portainer_key": Secret("ptr_0123")}
WITH = make_answers(**GIVEN)


def test_services_are_as_a_stack_file_can_say() -> None:
    def containers(answers: Answers) -> str:
        rows = json.loads(swarm_text(make_facts(), answers))["services"].values()
        return json.dumps([row["spec"]["TaskTemplate"]["ContainerSpec"] for row in rows])

    without = containers(make_answers(**ON_SWARM))
    assert '"Privileges": {"NoNewPrivileges": true}' in without
    assert '"Mode"' in without
    assert '"Privileges": {"NoNewPrivileges": false}' in containers(WITH)
    assert '"NoNewPrivileges": true' not in containers(WITH)
    assert '"Mode"' not in containers(WITH)
    assert '"TmpfsOptions": {"SizeBytes"' in containers(WITH)


def test_only_the_watch_comes_after_it() -> None:
    update, watch = (step.action for step in make_plan(STAGES, make_facts(HERE), WITH)[-2:])
    assert isinstance(update, UpdatePortainer)
    assert (update.url, update.environment) == (URL, 1)
    assert isinstance(watch, WatchServices)


@pytest.mark.parametrize("result", ["refused", "unreachable", "unexpected", "elsewhere", "several"])
def test_one_that_would_not_take_it_is_left_out(result: Result) -> None:
    plan = make_plan(STAGES, make_facts(seen(result)), WITH)
    assert not any(isinstance(step.action, UpdatePortainer) for step in plan)


def test_without_a_swarm_it_is_left_out() -> None:
    plan = make_plan(
        STAGES, make_facts(HERE), make_answers(**{**GIVEN, "gateway_runtime": "container"})
    )
    assert not any(isinstance(step.action, UpdatePortainer) for step in plan)


def test_the_gateway_never_has_its_key() -> None:
    assert "portainer_key" not in {file.secret for file in gateway_secrets(make_facts(), WITH)}
    rows = [repr(step.action) for step in make_plan(STAGES, make_facts(HERE), WITH)]
    assert not any("ptr_0123" in row for row in rows)
