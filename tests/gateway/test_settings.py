import json
from pathlib import Path

import pytest

from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.settings import read_settings
from mosaic_gateway.configuration.tier_config import read_tier_config
from mosaic_gateway.errors import SettingsError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "oracle"}, "`storage.type`"),
        ({"type": None}, "`storage.type`"),
        ({"path": "relative.db"}, "is not an absolute path"),
        ({"path": ""}, "`storage.path`"),
        ({"enableVector": True}, "SQLite has no vectors"),
        ({"enableVector": "no"}, "is not true or false"),
    ],
)
def test_a_wrong_configuration_is_explained(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    storage = {"type": "sqlite", "path": "/mosaic.db", **change}
    kinds = {"queue": {"type": "database"}, "memory": {"type": "keyword"}}
    file = tmp_path / "mosaic.config.json"
    file.write_text(json.dumps({"tier": "local", "storage": storage, **kinds}))
    with pytest.raises(SettingsError) as caught:
        read_tier_config(file, lambda: Environment({}, None))
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("amount", [0, 1.5, "5", True, 10**9])
def test_a_wrong_limit_is_explained(tmp_path: Path, amount: object) -> None:
    rest = {"queue": {"type": "database"}, "memory": {"type": "keyword"}}
    storage = {"type": "sqlite", "path": "/mosaic.db"}
    file = tmp_path / "mosaic.config.json"
    config = {"tier": "local", "storage": storage, **rest, "limits": {"monthlyDollars": amount}}
    file.write_text(json.dumps(config))
    with pytest.raises(SettingsError, match=r"`limits\.monthlyDollars`.* from 1 to 1000000"):
        read_tier_config(file, lambda: Environment({}, None))
    file.write_text(json.dumps({**config, "limits": {"monthlyDollars": 7}}))
    assert read_tier_config(file, lambda: Environment({}, None)).monthly_limit == 7_000_000


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"MOSAIC_SESSION_SECRET": ""}, "`MOSAIC_SESSION_SECRET` is not set"),
        ({"MOSAIC_SESSION_SECRET": "x" * 31}, "has 31 characters"),
        ({"MOSAIC_SESSION_SECRET_FILE": "/dev/null"}, "both `MOSAIC_SESSION_SECRET` and"),
        ({"MOSAIC_GATEWAY_PORT": "99999"}, "is not a port"),
        ({"MOSAIC_GATEWAY_PORT": "web"}, "is not a port"),
        ({"MOSAIC_CORS_ORIGIN": "*"}, "is not an origin"),
        ({"MOSAIC_CORS_ORIGIN": "https://a.example/path"}, "is not an origin"),
    ],
)
def test_a_wrong_environment_is_explained(env: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(Environment({"MOSAIC_SESSION_SECRET": "s" * 32, **env}, None))
    assert message in caught.value.message
    assert caught.value.hint


def test_the_process_wins_over_the_environment_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=file\nB='file ${A}'\nEMPTY=\n")
    environment = Environment({"A": "process"}, file)
    assert environment.get("A") == "process"
    assert environment.get("B") == "file ${A}"
    assert environment.get("EMPTY") is None


def test_a_missing_environment_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        Environment({}, tmp_path / "gone")


def test_a_value_file_loses_one_newline_only(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("value \n\n")
    assert Environment({"A_FILE": str(file)}, None).get("A") == "value \n"


def test_defaults_listen_on_loopback_only() -> None:
    settings = read_settings(Environment({"MOSAIC_SESSION_SECRET": "s" * 32}, None))
    assert (settings.bind, settings.port) == ("127.0.0.1", 14242)
    assert settings.origins == ()
