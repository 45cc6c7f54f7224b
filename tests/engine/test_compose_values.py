"""The compose file as both Composes read it: homes of every kind come back letter by letter."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are another package
from tests.engine.engine import Engine, run
from tests.make import GIVEN, make_facts

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.containers import labels
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.install

VERSIONS = {"v2": ("docker", "compose"), "v1": ("docker-compose",)}
BREAKS = "next\u0085line and\u2028separator"
HOMES = (
    "with a space",
    "$",
    "${HOME}",
    "$$ $HOME $$$",
    'double " quote',
    "single ' quote",
    "back\\slash \\n \\u0041",
    "# hash",
    "comment # inside",
    "größe-日本語-🎉",
    "co:lon: and: space",
    "-dash",
    "--file",
    "~",
    "{braces} [brackets]",
    "a, b & c * d ! e | f > g % h @ i ` j",
    BREAKS,
    "yes",
    "*",
)


def read(compose: tuple[str, ...], file: Path) -> Any:
    folder = ("--project-directory", str(file.parent))
    shown = run(*compose, *folder, "--file", str(file), "--project-name=mosaic-test", "config")
    # What it prints is a compose file again, where a dollar is written twice.
    return yaml.safe_load(shown.stdout.replace("$$", "$"))


def write_compose_file(home: Path) -> Path:
    values = {**GIVEN, "tier": "standalone"}
    layers = [Layer(values={key: Given(text=text, source="test") for key, text in values.items()})]
    facts = make_facts(layout=Layout.under(home))
    plan = make_plan(STAGES, facts, settle(layers, facts.host).answers)
    path = facts.host.layout.compose_file
    path.parent.mkdir(parents=True)
    (content,) = (
        step.action.content
        for step in plan
        if isinstance(step.action, WriteFile) and step.action.path == path
    )
    path.write_text(content, encoding="utf-8")
    return path


# Version 1 reads the line breaks of YAML as they were meant, but cannot print them.
@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    ("version", "name"),
    [
        (version, name)
        for version in VERSIONS
        for name in HOMES
        if (name, version) != (BREAKS, "v1")
    ],
)
def test_a_home_of_any_kind_comes_back(
    version: str, name: str, engine: Engine, tmp_path: Path
) -> None:
    home = tmp_path / name / "m"
    document = read(VERSIONS[version], write_compose_file(home))
    for part in (*document["services"].values(), document["networks"]["default"]):
        assert part["labels"][labels.HOME] == str(home)
    for service in document["services"].values():
        for mount in service["volumes"]:
            if mount["type"] == "bind":
                assert Path(mount["source"]).is_relative_to(home / "config")
