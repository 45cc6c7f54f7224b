"""The gateway as a value: its address, its files, and what meta.json says of it."""

import json
from pathlib import Path

import pytest
from tests.make import HOME, LAYOUT, make_answers, make_facts, make_gateway

from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.rendering import render

pytestmark = pytest.mark.unit

REPLACED = {"providers.openai_model": {"gpt-6.1-sol": "gpt-6-sol"}}
META = Meta(
    version="0.1.0",
    tier="local",
    host="127.0.0.1",
    port=14242,
    runtime="process",
    supervisor="systemd",
    installed_at="2026-11-02T08:30:00+00:00",
    chosen={"gateway.port": "14242", "telemetry.enabled": "yes", "web.image": "none"},
    replaced=REPLACED,
)
ROW = json.loads(
    render(
        "config/gateway/meta.json",
        gateway=make_gateway(version="0.1.0"),
        answers=make_answers(),
        facts=make_facts(),
        stack=None,
        chosen={"gateway.port": 14242, "telemetry.enabled": True, "web.image": "none"},
        replaced=REPLACED,
    )
)


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:14242"),
        ("192.0.2.7", "http://192.0.2.7:14242"),
        ("0.0.0.0", "http://127.0.0.1:14242"),  # noqa: S104 # nothing listens
        ("::1", "http://[::1]:14242"),
        ("::", "http://[::1]:14242"),
    ],
)
def test_this_machine_calls_the_gateway_by_an_address_it_can_reach(bind: str, url: str) -> None:
    assert make_gateway(bind=bind).url == url


def test_meta_reads_what_was_rendered() -> None:
    assert Meta.parse(json.dumps(ROW)) == META


def test_meta_of_an_older_version_has_no_copy_of_the_answers() -> None:
    older = {name: value for name, value in ROW.items() if name not in {"chosen", "replaced"}}
    assert Meta.parse(json.dumps(older)) == replace(META, chosen=None, replaced={})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        json.dumps(ROW | {"port": "x"}),
        json.dumps(ROW | {"port": None}),
    ],
)
def test_meta_that_is_damaged_is_as_good_as_none(text: str) -> None:
    assert Meta.parse(text) is None


def test_meta_keeps_the_day_of_the_first_installation() -> None:
    facts = make_facts({"installation.installed_at": "2026-01-01T00:00:00+00:00"})
    text = render(
        "config/gateway/meta.json",
        gateway=make_gateway(),
        answers=make_answers(),
        facts=facts,
        stack=None,
        chosen={},
        replaced={},
    )
    meta = Meta.parse(text)
    assert meta is not None
    assert meta.installed_at == "2026-01-01T00:00:00+00:00"


def test_every_path_lies_in_one_of_the_folders() -> None:
    layout = Layout(home=None, config=Path("/c"), data=Path("/d"), state=Path("/s"))
    names = [name for name, kind in vars(Layout).items() if isinstance(kind, property)]
    paths = [getattr(layout, name) for name in names]
    for path in (path for path in paths if isinstance(path, Path)):
        assert any(path.is_relative_to(root) for root in ("/c", "/d", "/s"))
    assert layout.root == Path("/c")


def test_directories_are_made_outermost_first() -> None:
    made: set[Path] = {HOME.parent}
    for path in LAYOUT.directories:
        assert path.parent in made
        made.add(path)


def test_two_installations_never_share_a_unit() -> None:
    units = {Layout.under(Path(home)).unit for home in ("/srv/a", "/srv/b")}
    own = Layout(home=None, config=Path("/c"), data=Path("/d"), state=Path("/s")).unit
    assert len(units | {own}) == 3
    assert own == "mosaic-gateway.service"


@pytest.mark.parametrize(
    ("address", "bind", "is_blocked"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("0.0.0.0", "127.0.0.1", True),  # noqa: S104 # nothing listens
        ("::", "127.0.0.1", True),
        ("127.0.0.1", "0.0.0.0", True),  # noqa: S104 # nothing listens
        ("192.0.2.7", "127.0.0.1", False),
    ],
)
def test_a_listener_blocks_the_addresses_it_shares(
    address: str,
    bind: str,
    is_blocked: bool,  # noqa: FBT001
) -> None:
    facts = make_facts(listeners=(Listener(address=address, port=80, program="nginx", pid=7),))
    assert (facts.holder_of(80, bind) is not None) is is_blocked
    assert facts.next_free_port(80, bind) == (81 if is_blocked else 80)


def test_our_own_listener_and_other_ports_block_nothing() -> None:
    listeners = (
        Listener(address="127.0.0.1", port=80, is_ours=True),
        Listener(address="127.0.0.1", port=81),
    )
    facts = make_facts(listeners=listeners)
    assert facts.next_free_port(80, "127.0.0.1") == 80
    assert facts.next_free_port(81, "127.0.0.1") == 82
    assert facts.next_free_port(81, "127.0.0.1", {82, 83}) == 84


def test_the_holder_of_a_port_is_named_as_far_as_it_is_known() -> None:
    assert Listener(address="", port=1, program="nginx", pid=7).holder == "`nginx` (pid 7)"
    assert "root can see which" in Listener(address="", port=1).holder
