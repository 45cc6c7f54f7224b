"""What surrounds an installation: its folders, the environment, and the facts of this machine."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.environment import (
    for_programs,
    own_command,
    provider_variables,
    read_text,
    variables,
)
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.paths import find_layout
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.machine.processes.daemon import last_lines

pytestmark = pytest.mark.unit


@pytest.fixture
def machine(tmp_path: Path) -> LocalMachine:
    return LocalMachine(Layout.under(tmp_path / "m"))


def test_the_command_is_named_so_that_the_shell_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, links, bare = (tmp_path / name for name in ("venv/bin", ".local/bin", "bare"))
    for folder in (environment, links, bare):
        folder.mkdir(parents=True)
    (environment / "mosaic").touch(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(bare))
    monkeypatch.setattr(sys, "executable", str(environment / "python"))
    assert own_command() == "mosaic"  # it is nowhere that we know of

    (links / "mosaic").symlink_to(environment / "mosaic")
    assert own_command() == "~/.local/bin/mosaic"
    monkeypatch.setenv("PATH", str(links))
    assert own_command() == "mosaic"

    monkeypatch.setenv("PATH", str(bare))
    monkeypatch.setattr(sys, "executable", str(bare / "python"))
    assert own_command() == "mosaic"  # the link leads to another one


def test_one_home_holds_everything() -> None:
    assert find_layout("/srv/mosaic") == Layout.under(Path("/srv/mosaic"))


def test_a_home_is_found_from_the_current_folder_and_from_that_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    assert find_layout("m").root == tmp_path / "m"
    assert find_layout("~/m").root == Path("/home/ada/m")


def test_a_home_of_the_user_that_is_not_utf8_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/\udcff")
    with pytest.raises(InstallerError, match="not UTF-8") as raised:
        find_layout(None)
    assert "MOSAIC_HOME" in raised.value.hint


@pytest.mark.parametrize("home", ["/srv/a\nb", "/srv/a\x00b", "/srv/\udcff", "~no-such-user/m"])
def test_a_home_that_cannot_work_is_refused(home: str) -> None:
    with pytest.raises(AnswersError, match="MOSAIC_HOME"):
        find_layout(home)


@pytest.mark.parametrize("home", [None, ""])
def test_without_a_home_the_folders_of_the_system_are_used(
    home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", f"/xdg/{name.lower()}")
    layout = find_layout(home)
    assert layout == Layout(
        home=None,
        config=Path("/xdg/config/mosaic"),
        data=Path("/xdg/data/mosaic"),
        state=Path("/xdg/state/mosaic"),
    )


def test_a_user_without_any_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    # As for a user that /etc/passwd does not know, with no HOME.
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.delenv(f"XDG_{name}_HOME")
    with pytest.raises(InstallerError, match="no home folder") as refused:
        find_layout(None)
    assert refused.value.identifier == "home-unknown"


def test_programs_we_start_see_none_of_our_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOSAIC_ADMIN_PASSWORD", "correct-horse-9")
    monkeypatch.setenv("OTHER", "stays")
    assert variables() == {"MOSAIC_ADMIN_PASSWORD": "correct-horse-9"}
    seen = for_programs(MOSAIC_CONFIG_FINGERPRINT="x")
    assert {name for name in seen if name.startswith("MOSAIC_")} == {"MOSAIC_CONFIG_FINGERPRINT"}
    assert seen["OTHER"] == "stays"


def test_programs_we_start_see_no_key_of_a_model_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-abc")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    assert variables() == {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    assert provider_variables() == {"ANTHROPIC_API_KEY": "sk-ant-abc"}
    assert not {"ANTHROPIC_API_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT"} & for_programs().keys()


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_bytes(b'\xef\xbb\xbftier = "local"\n')
    assert read_text(path) == 'tier = "local"\n'


def test_the_last_lines_of_a_log_are_found_in_a_long_one(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    assert last_lines(log, 2) == ()
    log.write_bytes(b"x" * 100_000 + b"\nlast but one\n\xff last\n")
    assert last_lines(log, 2) == ("last but one", "\N{REPLACEMENT CHARACTER} last")


def test_facts_of_this_machine_are_sane(machine: LocalMachine, tmp_path: Path) -> None:
    host = probe_host(machine)
    system = host.system
    assert system.name == os.uname().sysname
    assert system.cpus >= 1
    assert 64 * 1024**2 < system.memory < 2**50
    assert system.open_files == -1 or system.open_files > 16
    assert abs(datetime.now(UTC) - system.now) < timedelta(minutes=1)
    assert host.person.uid == os.getuid()
    assert host.person.name
    assert host.disk.nearest == tmp_path
    disk = host.disk
    assert (disk.is_directory, disk.is_writable, disk.is_ours) == (True,) * 3
    assert host.disk.free > 0
    assert host.disk.file_system
    assert host.python.exists()
    assert 1 <= host.lowest_port <= 1024
    installation = host.installation
    assert (installation.is_present, installation.needs_setup) == (False, True)


def test_probing_changes_nothing(machine: LocalMachine, tmp_path: Path) -> None:
    probe_host(machine)
    assert list(tmp_path.iterdir()) == []


def test_names_of_our_variables_are_facts_and_their_values_are_not(
    machine: LocalMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOSAIC_ADMIN_PASSWORD", "correct-horse-9")
    host = probe_host(machine)
    assert host.person.variables == ("MOSAIC_ADMIN_PASSWORD",)
    assert "correct-horse-9" not in repr(host)


def test_a_proxy_is_a_fact(machine: LocalMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy")
    monkeypatch.setenv("NO_PROXY", "localhost")
    person = probe_host(machine).person
    assert (person.proxy, person.no_proxy) == ("HTTPS_PROXY", "localhost")
    assert "hunter2" not in repr(person)


def test_a_file_in_the_place_of_home_is_a_fact(tmp_path: Path) -> None:
    (tmp_path / "m").touch()
    disk = probe_host(LocalMachine(Layout.under(tmp_path / "m"))).disk
    assert (disk.nearest, disk.is_directory) == (tmp_path / "m", False)


def test_edits_exposure_and_dos_line_endings_are_facts(machine: LocalMachine) -> None:
    layout = machine.layout
    for path in layout.directories:
        machine.files.make_directory(path)
    for path in (layout.gateway_config, layout.gateway_environment):
        WriteFile(path=path, content="{}\n").apply(machine)
    assert probe_host(machine).installation.edited == ()
    assert probe_host(machine).installation.exposed == ()

    layout.gateway_config.write_text('{"edited": 1}')
    layout.gateway_environment.write_bytes(b"{}\r\n")
    layout.meta.write_text('{"version": ')
    layout.gateway_environment.chmod(0o644)
    layout.data.chmod(0o755)
    found = probe_host(machine).installation
    assert set(found.edited) == {layout.gateway_config, layout.gateway_environment}
    assert found.damaged == {layout.meta: "not valid JSON"}
    assert set(found.exposed) >= {layout.gateway_environment, layout.data}
    assert found.dos_files == (layout.gateway_environment,)


@pytest.mark.parametrize("checksums", [None, "{", "{}"])
def test_lost_checksums_do_not_hide_that_files_are_kept(
    machine: LocalMachine, checksums: str | None
) -> None:
    layout = machine.layout
    for path in layout.directories:
        machine.files.make_directory(path)
    WriteFile(path=layout.gateway_config, content="{}\n").apply(machine)
    layout.checksums.unlink()
    if checksums is not None:
        layout.checksums.write_text(checksums)
    assert probe_host(machine).installation.edited == (layout.gateway_config,)


def test_a_file_that_is_gone_is_not_edited(machine: LocalMachine) -> None:
    machine.files.make_directory(machine.layout.state)
    machine.files.make_directory(machine.layout.config)
    action = WriteFile(path=machine.layout.gateway_config, content="ours\n")
    action.apply(machine)
    machine.layout.gateway_config.unlink()
    assert probe_host(machine).installation.edited == ()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_meta_that_is_damaged_counts_as_none(machine: LocalMachine, content: bytes) -> None:
    machine.layout.gateway.mkdir(parents=True)
    machine.layout.meta.write_bytes(content)
    assert read_meta(machine) is None


def test_a_file_of_ours_that_is_no_text_is_explained(machine: LocalMachine) -> None:
    machine.layout.config.mkdir(parents=True)
    machine.layout.answers.write_bytes(b"\xff\xfe")
    with pytest.raises(InstallerError, match="is not UTF-8 text"):
        machine.read_text(machine.layout.answers)
    assert machine.read_text(machine.layout.meta) is None
