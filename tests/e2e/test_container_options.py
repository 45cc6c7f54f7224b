"""Ports and options of an installation with containers, changed by another run."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from tests.e2e.stack import Stack

pytestmark = pytest.mark.install


def started(stack: Stack, service: str) -> str:
    moment: str = stack.inspect(service)["State"]["StartedAt"]
    return moment


def test_a_changed_option_makes_only_the_gateway_anew(
    broken_stack: Stack, new_port: Callable[[], int]
) -> None:
    stack, site, port = broken_stack, broken_stack.site, new_port()
    servers = [started(stack, name) for name in ("postgres", "valkey")]
    for pairs in (
        (f"gateway.port={port}", "gateway.cors_origin=https://mosaic.example.org"),
        ("gateway.cors_origin=https://other.example.org",),
        (f"gateway.port={site.port}", "gateway.cors_origin=none"),
    ):
        before = started(stack, "gateway")
        words = [word for pair in pairs for word in ("--set", pair)]
        stack.run("install", "--yes", *words, MOSAIC_GATEWAY_PORT=None)
        assert started(stack, "gateway") != before, pairs
        assert [started(stack, name) for name in ("postgres", "valkey")] == servers, pairs
        chosen = site.port if pairs[0].endswith(str(site.port)) else port
        assert site.has_working_token(port=chosen), pairs
    done = stack.run("install", "--yes", "--tier", "local", code=4)
    done.says("tier `standalone` is installed", "MOSAIC_HOME", "mosaic uninstall")
    assert [started(stack, name) for name in ("postgres", "valkey")] == servers


def test_published_ports_are_on_loopback_and_give_way(
    stack: Stack, new_port: Callable[[], int]
) -> None:
    process: dict[str, Any] = {"MOSAIC_GATEWAY_RUNTIME": "process"}
    taken, free_port = new_port(), new_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        ports = {"MOSAIC_POSTGRES_PORT": str(taken), "MOSAIC_VALKEY_PORT": str(free_port)}
        process |= ports
        done = stack.install("--yes", code=4, **process)
        done.says(f"port {taken} on 127.0.0.1, wanted for postgres")
        assert not stack.site.home.exists()
        stack.install("--yes", "--auto-ports", **process)
    rows = stack.run("status", "--json").document["services"]
    found = {row["name"]: row["ports"] for row in rows}
    assert found["valkey"] == [f"127.0.0.1:{free_port}"]
    assert found["postgres"] == [f"127.0.0.1:{taken + 1}"]
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes").said


def test_the_ports_of_servers_change_and_even_change_places(
    stack: Stack, new_port: Callable[[], int]
) -> None:
    process: dict[str, Any] = {"MOSAIC_GATEWAY_RUNTIME": "process"}
    stack.install("--yes", **process)
    token, one, two = stack.site.token(), stack.site.port - 10_000, stack.site.port - 5_000
    for postgres, valkey in ((two, one), (new_port(), two)):
        ports = (f"storage.postgres_port={postgres}", f"storage.valkey_port={valkey}")
        stack.run("install", "--yes", "--set", ports[0], "--set", ports[1])
        rows = stack.run("status", "--json").document["services"]
        found = {row["name"]: row["ports"] for row in rows if row["name"] != "gateway"}
        assert found["postgres"] == [f"127.0.0.1:{postgres}"]
        assert found["valkey"] == [f"127.0.0.1:{valkey}"]
        assert stack.site.status_with(token) == 200
    assert "Already up to date" in stack.run("install", "--yes").said
