"""Facts, answers and a gateway of a machine on which everything is in order."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mosaic_installer.core.answers import CATALOGUE, Answers, answers_of, value_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.facts.disk import Disk
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.facts.installation import Installation
from mosaic_installer.core.facts.person import Person
from mosaic_installer.core.facts.system import System
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.runtime import Container, Process
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.stages.gateway import wanted_gateway

HOME = Path("/srv/mosaic")
LAYOUT = Layout.under(HOME)
GIBIBYTE = 1024**3

HOST = Host(
    layout=LAYOUT,
    system=System(
        name="Linux",
        release="6.1.0",
        architecture="x86_64",
        cpus=4,
        memory=8 * GIBIBYTE,
        open_files=4096,
        has_loopback=True,
        has_ipv6=True,
        is_wsl=False,
        now=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
    ),
    person=Person(name="ada", uid=1000, gid=1000, encoding="UTF-8"),
    disk=Disk(
        nearest=Path("/srv"),
        is_writable=True,
        is_ours=True,
        is_directory=True,
        file_system="ext4",
        free=100 * GIBIBYTE,
    ),
    installation=Installation(),
    supervisor="systemd",
    lingers=True,
    unit_folder=Path("/home/ada/.config/systemd/user"),
    python=Path("/opt/mosaic/bin/python"),
)
FACTS = Facts(host=HOST)

GIVEN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
ANSWERS = settle(
    [Layer(values={key: Given(text=text, source="test") for key, text in GIVEN.items()})],
    HOST,
).answers


def make_facts(changes: Mapping[str, Any] | None = None, **fields: Any) -> Facts:
    """Return `FACTS` with `changes` by dotted name, such as `system.cpus`, and with `fields`.

    A name tells by itself whether it is of the host or of what is around it.
    """
    facts = FACTS
    for key, value in {**fields, **(changes or {})}.items():
        half = "host" if hasattr(facts.host, key.partition(".")[0]) else "around"
        facts = changed(facts, f"{half}.{key}", value)
    return facts


def changed(whole: Any, name: str, value: object) -> Any:
    """Return a frozen value with another value of the field of that dotted name."""
    first, _, rest = name.partition(".")
    part = changed(getattr(whole, first), rest, value) if rest else value
    return replace(whole, **{first: part})


def make_answers(**changes: Any) -> Answers:
    """Return `ANSWERS` with `changes` by key, with `_` for the dot: `gateway_port`."""
    chosen = changes.pop("chosen", ANSWERS.chosen)
    values = {key.replace(".", "_"): (key, value_of(ANSWERS, key)) for key in CATALOGUE}
    changed = {values[name][0]: value for name, value in changes.items()}
    return answers_of(dict(values.values()) | changed, chosen)


def make_gateway(**changes: Any) -> Gateway:
    """Return the gateway of `FACTS` and `ANSWERS` with `changes`.

    `supervisor` or `stack` say what it runs as.
    """
    if "supervisor" in changes:
        unit_folder = FACTS.host.unit_folder
        changes["runtime"] = Process(supervisor=changes.pop("supervisor"), unit_folder=unit_folder)
    if "stack" in changes:
        changes["runtime"] = Container(stack=changes.pop("stack"))
    return replace(wanted_gateway(FACTS, ANSWERS), **changes)
