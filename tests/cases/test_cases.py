"""Golden cases: facts and answers of `case.toml` in, `plan.txt` and `files/` out.

A new behaviour is a new folder here with a `case.toml`:

    about      what the case shows
    [facts]    changes to tests/make.py by dotted name; `home` moves the installation
    [before]   answers of an installation that is there already; absent: there is none
    [answers]  what the run under test is given

`pytest tests/cases --rewrite-cases` writes the rest. `plan.txt` is the survey of the run under
test; `files/` is the tree after it, so its diff shows what an installation consists of. One case
shows answers.toml with its comments and the unit with all variables that it unsets, which all
have; the others show only the rows that were chosen, and of the variables the first.
"""

import json
import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.fake_machine import FakeMachine
from tests.make import make_facts

from mosaic_installer import __version__
from mosaic_installer.core.actions.database_file import EMPTY_DATABASE
from mosaic_installer.core.answers import given_secrets
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.stack_file import stack_text
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.plan import Plan, make_plan, survey
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.answers_rows import rows_by_key
from mosaic_installer.core.settling.interview import Given, Layer, settle
from mosaic_installer.stages import STAGES

pytestmark = pytest.mark.case

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/case.toml"))
COMMENTED = "first-install"
ADMIN = {"email": "ada@example.org", "password": "correct-horse-9"}


def facts_of(changes: Mapping[str, Any], machine: FakeMachine) -> Facts:
    """The facts as a probe of `machine` would find them."""
    plain = {key: value for key, value in changes.items() if key != "home"}
    home = Path(changes.get("home", "/srv/mosaic"))
    layout = Layout.under(home)
    files = [path for path in machine.files.entries if path.parent == layout.gateway_secrets]
    keeper = machine.gateway_service.keeper
    found = {
        "installation.needs_setup": not machine.gateway_api.users,
        "installation.secret_files": tuple(files),
        "installation.supervisors": tuple({keeper} - {"", "engine", "swarm"}),
        "installation.definitions": definitions_of(layout, machine),
    }
    return make_facts(found | plain, layout=layout, **engine_of(layout, machine))


def definitions_of(layout: Layout, machine: FakeMachine) -> tuple[str, ...]:
    """Who makes the containers, as the files say that are there."""
    files = {"compose": layout.compose_file, "swarm": layout.swarm_file}
    return tuple(name for name, path in files.items() if path in machine.files.entries)


def engine_of(layout: Layout, machine: FakeMachine) -> dict[str, Any]:
    """The facts of the engine, once there is something on it."""
    part = Part(kind="container", name="c", project=layout.project, home=str(layout.root))
    containers = (replace(part, service=name) for name in sorted(machine.engine.services))
    services = (
        replace(part, kind="service", service=name) for name in sorted(machine.swarm.services)
    )
    parts = (*containers, *services)
    if not parts:
        return {}
    images = frozenset(machine.engine.present | machine.engine.built)
    return {"engine": Engine(address="unix:///run/docker.sock", images=images, parts=parts)}


def plan_of(facts: Facts, given: Mapping[str, object], machine: FakeMachine) -> Plan:
    texts = {
        key: Given(text=str(value), source="case.toml") for key, value in rows_by_key(given).items()
    }
    answers = settle([Layer(values=texts)], facts.host).answers
    secrets = given_secrets(answers)
    machine.vault.typed |= {name: secret for name, secret in secrets.items() if secret is not None}
    return make_plan(STAGES, facts, answers)


def install(plan: Plan, machine: FakeMachine) -> None:
    for step in plan:
        if not step.action.is_done(machine):
            step.action.apply(machine)


def outcome(name: str) -> dict[str, str]:
    """The golden files of a case by their path in its folder."""
    case = tomllib.loads((HERE / name / "case.toml").read_text(encoding="utf-8"))
    changes = case.get("facts", {})
    machine = FakeMachine(facts_of(changes, FakeMachine()).host.layout.secrets)
    for email in case.get("users", ()):
        machine.gateway_api.users[email] = (email, Secret(ADMIN["password"]))
    if "before" in case:
        install(plan_of(facts_of(changes, machine), case["before"], machine), machine)
        machine.vault.typed.clear()
    facts = facts_of(changes, machine)
    plan = plan_of(facts, case["answers"], machine)
    golden = {"plan.txt": written_plan(plan, machine)}
    install(plan, machine)
    assert all(row.is_done for row in survey(plan, machine)), "the run leaves nothing to do"
    files = tree(facts, machine) | stack_file(facts, machine)
    if name != COMMENTED:
        files["files/config/answers.toml"] = chosen(files["files/config/answers.toml"])
        files |= {path: UNSET.sub(r"\1 …", text) for path, text in files.items()}
    return golden | files


def stack_file(facts: Facts, machine: FakeMachine) -> dict[str, str]:
    """What `mosaic cluster render` makes of the services of a Swarm."""
    content = machine.files.read(facts.host.layout.swarm_file)
    services = json.loads(content)["services"] if content else {}
    files = [file["path"] for row in services.values() for file in row["files"]]
    names = {path: f"{facts.host.project}_{Path(path).name.lstrip('.')}_0f" for path in files}
    return (
        {"stack.yaml": stack_text(services, names, dict.fromkeys(services, "f1"))} if files else {}
    )


UNSET = re.compile(r"^(UnsetEnvironment=\S+) .*$", re.MULTILINE)


def chosen(answers: str) -> str:
    """The rows of answers.toml that are not commented out, under the sections that have any."""
    lines = [line for line in answers.splitlines() if line and not line.startswith("#")]
    following = [*lines[1:], "["]
    rows = [
        line
        for line, after in zip(lines, following, strict=True)
        if not line.startswith("[") or not after.startswith("[")
    ]
    return "".join(f"{line}\n" for line in rows)


def written_plan(plan: Plan, machine: FakeMachine) -> str:
    rows = (
        f"{'done ' if row.is_done else 'to do'}  {row.step.stage}: {row.step.action.describe()}\n"
        for row in survey(plan, machine)
    )
    return "".join(rows)


def tree(facts: Facts, machine: FakeMachine) -> dict[str, str]:
    """Every file that is not a secret; the version in them is not part of any case.

    Neither is the schema of answers.toml, which is docs/answers.schema.json in each of them.
    """
    layout = facts.host.layout
    left_out = {layout.secrets, layout.token, layout.answers_schema}
    golden = {}
    for path, entry in machine.files.entries.items():
        is_left_out = path in left_out or path.parent == layout.gateway_secrets
        if entry.content is not None and not is_left_out:
            root = layout.root if path.is_relative_to(layout.root) else facts.host.unit_folder
            golden[f"files/{path.relative_to(root)}"] = text_of(entry.content)
    return golden


def text_of(content: bytes) -> str:
    if content == EMPTY_DATABASE:
        return "(an empty database)\n"
    return content.decode().replace(f'"{__version__}"', '"(the version)"')


def stored(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != "case.toml"
    }


def rewrite(folder: Path, golden: Mapping[str, str]) -> None:
    shutil.rmtree(folder / "files", ignore_errors=True)
    for name, text in golden.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_it_did(name: str, pytestconfig: pytest.Config) -> None:
    folder = HERE / name
    golden = outcome(name)
    if pytestconfig.getoption("--rewrite-cases", default=False):
        rewrite(folder, golden)
    assert stored(folder) == golden


def test_there_are_cases() -> None:
    assert {"first-install", "re-run"} <= set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case_says_what_it_is_about(name: str) -> None:
    assert tomllib.loads((HERE / name / "case.toml").read_text(encoding="utf-8"))["about"]


@pytest.mark.parametrize("name", CASES)
def test_no_secret_is_in_a_golden_file(name: str) -> None:
    for path, text in stored(HERE / name).items():
        assert ADMIN["password"] not in text, path
        assert "token-1" not in text, path
        assert "sk-" not in text, path


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_every_container_is_in_a_case_so_that_every_compose_reads_it(service: str) -> None:
    files = HERE.glob("*/files/config/compose/compose.yaml")
    assert any(f"\n  {service}:\n" in file.read_text() for file in files)
