"""Whoever answers on the gateway's port: no call lasts, none is a bug, and it is said."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.calls.impostors import IMPOSTORS, impostor
from tests.make import LAYOUT

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import PROBE_SECONDS, Credential
from mosaic_installer.core.runtime import Process
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine import gateway_calls
from mosaic_installer.machine.gateway_api import HttpGateway

pytestmark = [pytest.mark.call, pytest.mark.timeout(60)]

CREDENTIAL = Credential(kind="token", secret=Secret("mosaic_x"))
CALLS: dict[str, Callable[[HttpGateway], object]] = {
    "setup status": lambda api: api.needs_setup(),
    "token is accepted": lambda api: api.accepts(CREDENTIAL),
    "tokens": lambda api: api.tokens(CREDENTIAL),
    "mint": lambda api: api.mint(CREDENTIAL, "label", None),
    "sign in": lambda api: api.sign_in("a@example.org", Secret("x")),
    "revoke": lambda api: api.revoke(CREDENTIAL, "1"),
}


def api_at(port: int) -> HttpGateway:
    gateway = Gateway(
        layout=LAYOUT,
        python=Path("python"),
        bind="127.0.0.1",
        port=port,
        version="1",
        runtime=Process(supervisor="daemon", unit_folder=Path("/nowhere")),
    )
    return HttpGateway(gateway)


def test_where_nobody_listens_the_gateway_is_to_be_started(free_port: int) -> None:
    for call in CALLS.values():
        with pytest.raises(InstallerError, match="does not answer: Connection refused") as it:
            call(api_at(free_port))
        assert it.value.hint.startswith("`mosaic gateway start` starts it; ")


@pytest.mark.parametrize("name", IMPOSTORS)
def test_an_impostor_has_no_version_and_keeps_nobody_waiting(name: str) -> None:
    with impostor(name) as port:
        begun = time.monotonic()
        assert api_at(port).version() is None
        assert time.monotonic() - begun < PROBE_SECONDS + 0.4


@pytest.mark.parametrize("name", IMPOSTORS)
def test_every_call_ends_with_a_word_about_who_answers(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for constant in ("READ_SECONDS", "CHANGE_SECONDS"):
        monkeypatch.setattr(gateway_calls, constant, 0.2)
    with impostor(name) as port:
        for call in CALLS.values():
            with pytest.raises(
                InstallerError, match=r"no Mosaic gateway|not answer|not give"
            ) as it:
                call(api_at(port))
            assert it.value.hint
            assert len(it.value.message) < 300
