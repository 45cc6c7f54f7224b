"""The five providers at a stand-in that nobody here wrote: our calls are what others take them for.

It has no list of models of Z.AI, nor would it tell a model that it lacks from one that it has.
"""

from collections.abc import Iterator

import pytest
from tests.calls.trying import endpoint, verdict_on
from tests.standins.aimock import Aimock, aimock, is_installed

from mosaic_installer.core.connections.endpoint import Endpoint

pytestmark = pytest.mark.call

KEY = "the-right-one-0123456789"
WRONG = "a-wrong-one-9876543210"
MODEL, SMALL_MODEL = "a-model", "a-small-model"
PATHS = {"anthropic": "", "openai": "/v1", "openrouter": "/api/v1", "zai": "/v1", "ollama": ""}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    if not is_installed():
        pytest.skip("npm's @copilotkit/aimock is missing; `scripts/test-standins` installs it")
    with aimock(tmp_path_factory.mktemp("aimock"), key=KEY, models=[MODEL, SMALL_MODEL]) as running:
        yield running


def at(service: Aimock, name: str, key: str = KEY) -> Endpoint:
    models = {f"providers_{name}_model": MODEL, f"providers_{name}_small_model": SMALL_MODEL}
    return endpoint(name, service.url + PATHS[name], key, **models)


@pytest.mark.parametrize("name", PATHS)
def test_a_right_key_is_accepted_shows_the_models_and_completes(service: Aimock, name: str) -> None:
    verdict = verdict_on(at(service, name), completes=True)
    assert (verdict.result, verdict.message) == ("accepted", "2 models")
    assert verdict.models == (MODEL, SMALL_MODEL)


@pytest.mark.parametrize("name", PATHS)
def test_a_wrong_key_is_refused(service: Aimock, name: str) -> None:
    assert verdict_on(at(service, name, WRONG), completes=True).result == "refused"


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("rateLimitRate", "no-credit"),
        ("dropRate", "unexpected"),
        ("malformedRate", "unexpected"),
        ("disconnectRate", "unreachable"),
    ],
)
def test_a_completion_that_fails_is_said(
    service: Aimock, name: str, fault: str, result: str
) -> None:
    with service.fails(**{fault: 1.0}):
        verdict = verdict_on(at(service, name), completes=True)
    assert verdict.result == result
