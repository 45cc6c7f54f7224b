"""What each command does: reads the settings it needs and calls the part that acts."""

import json
import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mosaic_gateway.environment import Environment
from mosaic_gateway.tier_config import TierConfig, read_tier_config

if TYPE_CHECKING:
    from mosaic_gateway.storage.engine import Storage


def run(options: Namespace) -> str:
    """Run the command; returns what is to be printed on stdout."""
    match options.command:
        case "serve":
            return _serve(options)
        case "migrate":
            return _migrate(options)
        case "openapi":
            return _openapi()
        case _:
            from mosaic_gateway.admin_command import run_admin

            return run_admin(options, _existing_storage(options))


def _serve(options: Namespace) -> str:
    from mosaic_gateway.log import log_to_stderr
    from mosaic_gateway.serve import serve
    from mosaic_gateway.settings import read_settings

    config = _config(options)
    settings = read_settings(Environment(os.environ, _path(options.env_file, "MOSAIC_ENV_FILE")))
    log_to_stderr()
    serve(config, settings)
    return ""


def _migrate(options: Namespace) -> str:
    from mosaic_gateway.migrations import HEAD
    from mosaic_gateway.migrations.upgrade import upgrade
    from mosaic_gateway.storage.engine import open_storage

    storage = open_storage(_config(options).storage, create=True)
    return f"migrated to {HEAD}" if upgrade(storage) else f"already at {HEAD}"


def _openapi() -> str:
    from mosaic_gateway.http.application import make_api

    return json.dumps(make_api().openapi(), indent=2)


def _existing_storage(options: Namespace) -> "Storage":
    from mosaic_gateway.migrations.upgrade import upgrade
    from mosaic_gateway.storage.engine import open_storage

    storage = open_storage(_config(options).storage, create=False)
    upgrade(storage)
    return storage


def _config(options: Namespace) -> TierConfig:
    return read_tier_config(_path(options.config, "MOSAIC_CONFIG"))


def _path(given: Path | None, variable: str) -> Path | None:
    named = os.environ.get(variable)
    return given or (Path(named) if named else None)
