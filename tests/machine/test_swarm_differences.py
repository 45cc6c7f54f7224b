"""Whether a service that is there is what it is to be, and how it is said where it is not."""

from copy import deepcopy

import pytest

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
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
