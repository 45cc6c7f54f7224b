"""`mosaic install --print-answers`: a file to fill in, that installs."""

import tomllib
from pathlib import Path

import pytest
from tests.e2e.program import EMAIL, PASSWORD, Site

from mosaic_installer.core.answers import CATALOGUE

pytestmark = pytest.mark.install


def test_every_setting_is_printed_and_nothing_is_touched(site: Site) -> None:
    printed = site.run("install", "--print-answers", "--set", "agent.intent=devops").stdout
    document = tomllib.loads(printed)
    assert document["gateway"] == {"port": site.port}
    assert document["agent"] == {"intent": "devops"}
    assert document["admin"] == {}
    for setting in CATALOGUE.values():
        name = f"{setting.name}_file" if setting.is_secret else setting.name
        is_there = f"\n# {name} = " in printed or f"\n{name} = " in printed
        assert is_there == setting.is_remembered, setting.key
        assert (f"# {setting.prompt}. {setting.help}" in printed) == setting.is_remembered
    assert not site.home.exists()


def test_what_is_printed_installs_when_it_is_filled_in(site: Site, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    printed = site.run("install", "--print-answers").stdout
    lines = {
        "# email = required on the first install": f'email = "{EMAIL}"',
        '# password_file = "a file that holds it"': f'password_file = "{password}"',
    }
    for line, filled in lines.items():
        assert printed.count(f"\n{line}\n") == 1
        printed = printed.replace(f"\n{line}\n", f"\n{filled}\n")
    file = tmp_path / "answers.toml"
    file.write_text(printed)
    site.run("install", "--answers", str(file))
    assert site.has_working_token()
    again = site.run("install", "--print-answers").stdout
    assert EMAIL in again
    assert PASSWORD not in again
