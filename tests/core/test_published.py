"""Which ports of services are published on this machine, and where."""

import pytest
from tests.make import make_answers

from mosaic_installer.core.containers.published import Published, published_ports, server_urls

pytestmark = pytest.mark.unit


def of_authority(runtime: str, *chosen: str) -> list[Published]:
    answers = make_answers(
        tier="federated",
        gateway_runtime=runtime,
        gateway_bind="192.0.2.7",
        chosen=frozenset(chosen),
    )
    return [each for each in published_ports(answers) if each.service == "step-ca"]


@pytest.mark.parametrize(
    ("runtime", "chosen", "addresses"),
    [
        ("container", (), []),
        ("container", ("authority.port",), ["192.0.2.7"]),
        ("process", (), ["127.0.0.1"]),
        ("process", ("authority.port",), ["192.0.2.7"]),
    ],
)
def test_the_authority_is_for_others_only_where_its_port_was_chosen(
    runtime: str, chosen: tuple[str, ...], addresses: list[str]
) -> None:
    found = of_authority(runtime, *chosen)
    assert [(each.address, each.inside) for each in found] == [(name, 9000) for name in addresses]


@pytest.mark.parametrize(
    ("runtime", "url"),
    [("container", "https://step-ca:9000"), ("process", "https://127.0.0.1:9000")],
)
def test_the_gateway_reaches_the_authority_all_the_same(runtime: str, url: str) -> None:
    answers = make_answers(
        tier="federated", gateway_runtime=runtime, gateway_bind="192.0.2.7", chosen=frozenset()
    )
    assert server_urls(answers)["step-ca"] == url
