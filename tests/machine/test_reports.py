"""What a run leaves to read: its log, and the crash report of a bug. No secret is in either."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mosaic_installer.core.events import ActionDone, ActionFailed, Finished
from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.records.crash_report import write_crash_report
from mosaic_installer.machine.records.run_log import KEPT, RunLog

pytestmark = pytest.mark.unit

SECRETS = {
    "typed": "correct-horse-9",
    "file": "from-a-file-77",
    "vault": "abcdefgh12345678",
    "token": "mosaic-token-0815",
    "provider": "sk-ant-of-the-session",
    "proxy": "sesame-of-the-proxy",
}


class Bug(Exception):
    """What nobody expected."""


def reported(error: BaseException, arguments: Sequence[str] = ()) -> Path:
    path = write_crash_report(error, arguments)
    assert path is not None
    return path


def raised(message: str) -> Bug:
    try:
        raise Bug(message)
    except Bug as bug:
        return bug


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    layout = Layout.under(tmp_path / "m")
    for path in layout.directories:
        path.mkdir(mode=0o700)
    layout.secrets.write_text(f'session_secret = "{SECRETS["vault"]}"\n')
    layout.token.write_text(f"{SECRETS['token']}\n")
    layout.journal.write_text("".join(f'{{"line": {n}}}\n' for n in range(100)))
    (tmp_path / "password").write_text(SECRETS["file"] + "\n")
    monkeypatch.setenv("MOSAIC_HOME", str(layout.root))
    monkeypatch.setenv("MOSAIC_ADMIN_PASSWORD", SECRETS["typed"])
    monkeypatch.setenv("MOSAIC_ADMIN_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRETS["provider"])
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:{SECRETS['proxy']}@proxy.example:3128")
    return layout


def test_a_crash_report_has_the_evidence_and_no_secret(home: Layout) -> None:
    path = reported(raised(f"at {' and '.join(SECRETS.values())}"), ["install", "--set"])
    text = path.read_text()
    assert path.parent == home.state
    assert path.stat().st_mode & 0o777 == 0o600
    assert "test_reports.py" in text
    assert f"Bug: at {' and '.join(['«secret»'] * len(SECRETS))}" in text
    assert "arguments: install --set" in text
    assert '{"line": 99}' in text
    assert '{"line": 79}' not in text
    for secret in SECRETS.values():
        assert secret not in text


def test_damaged_secrets_do_not_keep_the_token_in_the_report(home: Layout) -> None:
    home.secrets.write_text("damaged")
    text = reported(raised(SECRETS["token"] + SECRETS["typed"])).read_text()
    assert SECRETS["token"] not in text
    assert SECRETS["typed"] not in text


def test_without_a_home_the_report_is_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = reported(raised("it broke"), ["status"])
    assert "Bug: it broke" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_full_home_does_not_lose_the_report(
    home: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.fsync", full)
    path = reported(raised("it broke"))
    assert "Bug: it broke" in path.read_text()
    assert home.state not in path.parents


def test_a_log_waits_for_its_folder(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "logs", "install")
    log.report(ActionDone(stage="Folders", action="Make the directory"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "logs").mkdir()
    log.report(
        ActionFailed(stage="Gateway", action="Start", id="port-in-use", message="taken", hint="x")
    )
    log.report(Finished(ok=False, changed=1, skipped=0, gateway_url="", id="locked"))
    (path,) = (tmp_path / "logs").iterdir()
    lines = [line.partition(" ")[2] for line in path.read_text().splitlines()]
    assert lines == [
        "action_done Folders Make the directory",
        "action_failed Gateway Start port-in-use taken x",
        "finished False 1 0 locked",
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_oldest_logs_are_forgotten_and_the_gateways_is_not(tmp_path: Path) -> None:
    (tmp_path / "gateway.log").touch()
    for number in range(KEPT + 5):
        (tmp_path / f"install-20260101T0000{number:02}.000000.log").touch()
    RunLog(tmp_path, "doctor").report(Finished(ok=True, changed=0, skipped=0, gateway_url=""))
    names = sorted(path.name for path in tmp_path.glob("*-*.log"))
    assert len(names) == KEPT
    assert names[0].startswith("doctor-")
    assert names[1] == "install-20260101T000006.000000.log"
    assert (tmp_path / "gateway.log").exists()


def test_logs_of_a_machine_lie_in_its_state(home: Layout) -> None:
    assert LocalMachine(home).layout.logs == home.state / "logs"
