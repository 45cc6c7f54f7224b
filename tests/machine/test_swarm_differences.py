"""Whether a service that is there is what it is to be, and how it is said where it is not."""

from collections.abc import Mapping
from copy import deepcopy
from typing import cast

import pytest

from mosaic_installer.core.actions.servers import otherwise
from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.machine.engine.swarm.differences import differences
from mosaic_installer.machine.engine.swarm.specs import Spec, is_within

pytestmark = pytest.mark.unit


def test_what_the_engine_adds_is_no_change() -> None:
    wanted = {"A": {"B": [{"C": 1}]}, "Ports": []}
    assert is_within(wanted, {"A": {"B": [{"C": 1, "D": 2}], "E": 3}})
    assert not is_within(wanted, {"A": {"B": [{"C": 2}]}})
    assert not is_within(wanted, {"A": {"B": [{"C": 1}, {"C": 1}]}})
    assert not is_within(wanted, {"A": {"B": [{"C": 1}]}, "Ports": [1]})


def test_what_was_changed_by_hand_is_named_and_no_value_that_may_be_secret() -> None:
    wanted: Spec = {
        "Mode": {"Replicated": {"Replicas": 1}},
        "TaskTemplate": {
            "ContainerSpec": {
                "Env": ["A=1", f"{FINGERPRINT}=new"],
                "Image": "sha256:1",
                "Privileges": {"NoNewPrivileges": True},
            },
            "Resources": {"Limits": {"MemoryBytes": 100}},
        },
    }
    assert differences(wanted, deepcopy(wanted)) == ()
    found = deepcopy(wanted)
    container = found["TaskTemplate"]["ContainerSpec"]
    container |= {"Env": ["A=2", "KEY=x", f"{FINGERPRINT}=old"], "Image": "sha256:2"}
    del container["Privileges"], found["TaskTemplate"]["Resources"]
    found["Mode"]["Replicated"]["Replicas"] = 3
    assert differences(wanted, found) == (
        "Mode.Replicated.Replicas is 3 instead of 1",
        "ContainerSpec.Env A",
        "ContainerSpec.Env KEY",
        "ContainerSpec.Image",
        "ContainerSpec.Privileges.NoNewPrivileges is not set instead of true",
        "Resources.Limits.MemoryBytes is not set instead of 100",
    )


class Changed:
    """Services of which two things each are otherwise."""

    def differences(self, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(f"{letter} is {len(name)}" for name in fingerprints for letter in "AB")


def test_of_several_services_each_is_named_and_of_many_differences_the_number() -> None:
    changed = cast("Containers", Changed())
    assert otherwise(changed, {"x": ""}) == " (A is 1, B is 1)"
    both = otherwise(changed, {"x": "", "yy": ""})
    assert both == " (x: A is 1, x: B is 1, yy: A is 2, and 1 more)"
