"""What is otherwise where the container engine is Podman."""

from typing import Any

import pytest
from tests.core.container_cases import ENGINE, STANDALONE
from tests.make import make_answers, make_facts

from mosaic_installer.core.containers.compose import compose_text, fingerprints_of
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.preflight.podman import podman_starts_containers_again

pytestmark = pytest.mark.unit

PODMAN = replace(ENGINE, is_podman=True, version="5.4.2")


def test_its_unit_is_told_what_to_start_with_the_machine() -> None:
    answers = make_answers(**STANDALONE)
    docker, podman = (make_facts({"engine": engine}) for engine in (ENGINE, PODMAN))
    assert "restart: unless-stopped" in compose_text(docker, answers)
    assert "restart: always" in compose_text(podman, answers)
    assert fingerprints_of(docker, answers) != fingerprints_of(podman, answers)


@pytest.mark.parametrize(
    ("engine", "facts", "command"),
    [
        ({}, {}, "`sudo systemctl enable podman-restart.service`"),
        ({}, {"person.uid": 0}, "`systemctl enable podman-restart.service`"),
        ({"is_rootless": True}, {}, "`systemctl --user enable podman-restart.service`"),
    ],
)
def test_the_command_that_enables_its_unit_suits_whoever_runs_it(
    engine: dict[str, Any], facts: dict[str, Any], command: str
) -> None:
    stays_off = replace(PODMAN, starts_with_machine=False, **engine)
    found = podman_starts_containers_again(
        make_facts(facts | {"engine": stays_off}), make_answers(**STANDALONE)
    )
    assert found is not None
    assert command in found.hint
