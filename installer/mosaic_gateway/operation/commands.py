"""What each command does: reads the settings it needs and calls the part that acts."""

import json
import os
from argparse import Namespace
from contextlib import closing
from pathlib import Path

from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.tier_config import TierConfig, read_tier_config


def run(options: Namespace) -> str:
    """Run the command; returns what is to be printed on stdout."""
    match options.command:
        case "serve":
            return _serve(options)
        case "migrate":
            return _migrate(options)
        case "openapi":
            return _openapi()
        case "healthcheck":
            return _healthcheck(options)
        case _:
            return _admin(options)


def _serve(options: Namespace) -> str:
    from mosaic_gateway.configuration.provider_config import read_providers
    from mosaic_gateway.configuration.routing_config import read_rules
    from mosaic_gateway.configuration.settings import read_settings
    from mosaic_gateway.configuration.telemetry_config import read_telemetry
    from mosaic_gateway.operation.log import log_to_stderr
    from mosaic_gateway.operation.serve import serve
    from mosaic_gateway.routing.decision import Routes
    from mosaic_gateway.telemetry.telemetry import Telemetry

    environment = _environment(options)
    config = _config(options)
    settings = read_settings(environment)
    log_to_stderr()
    # Without one, `_config` has not returned.
    file = _path(options.config, "MOSAIC_CONFIG") or Path()
    providers = {each.name: each for each in read_providers(file, environment)}
    routes = Routes(providers, read_rules(file))
    serve(config, settings, routes, Telemetry(read_telemetry(file, environment), settings.runner))
    return ""


def _migrate(options: Namespace) -> str:
    from mosaic_gateway.configuration.settings import DEFAULT_PATIENCE
    from mosaic_gateway.migrations import HEAD
    from mosaic_gateway.migrations.upgrade import prepare
    from mosaic_gateway.storage.opening import open_storage

    config = _config(options).storage
    with closing(open_storage(config, create=True, patience=DEFAULT_PATIENCE)) as storage:
        return f"migrated to {HEAD}" if prepare(storage, config) else "already up to date"


def _openapi() -> str:
    from mosaic_gateway.http.application import make_api

    return json.dumps(make_api().openapi(), indent=2)


def _healthcheck(options: Namespace) -> str:
    from mosaic_gateway.configuration.settings import read_address
    from mosaic_gateway.operation.healthcheck import check_health

    return check_health(read_address(_environment(options)))


def _admin(options: Namespace) -> str:
    from mosaic_gateway.migrations.upgrade import upgrade
    from mosaic_gateway.operation.admin_command import run_admin
    from mosaic_gateway.storage.opening import open_storage

    config = _config(options)
    with closing(open_storage(config.storage, create=False)) as storage:
        upgrade(storage)
        return run_admin(options, storage, config.valkey)


def _config(options: Namespace) -> TierConfig:
    file = _path(options.config, "MOSAIC_CONFIG")
    return read_tier_config(file, lambda: _environment(options))


def _environment(options: Namespace) -> Environment:
    return Environment(os.environ, _path(options.env_file, "MOSAIC_ENV_FILE"))


def _path(given: Path | None, variable: str) -> Path | None:
    named = os.environ.get(variable)
    return given or (Path(named) if named else None)
