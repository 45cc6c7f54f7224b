"""answers.toml was lost: what the other files still say of what was chosen."""

import re
from collections.abc import Mapping

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.config_sections import answers_in
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.interview import Given, Layer

ORIGIN = re.compile(r"^MOSAIC_CORS_ORIGIN='(.*)'$", re.MULTILINE)
HOST = re.compile(r"http://([^:/]+):3000")


def rebuilt_layer(meta: Meta, environment: str, config: Mapping[str, object]) -> Layer:
    """Return the answers that meta.json, the gateway's .env and mosaic.config.json still show.

    Only what differs from a default counts as chosen; the rest follows the defaults again.
    """
    values = {
        "tier": Given(text=meta.tier, source="meta.json"),
        "gateway.port": Given(text=str(meta.port), source="meta.json"),
        "gateway.bind": Given(text=meta.host, source="meta.json"),
    }
    origin = ORIGIN.search(environment)
    if origin is not None:
        host = HOST.fullmatch(origin[1])
        key = "gateway.hostname" if host else "gateway.cors_origin"
        values[key] = Given(text=host[1] if host else origin[1], source=".env")
    shown = answers_in(config)
    values |= {key: Given(text=shown[key], source="mosaic.config.json") for key in shown}
    chosen = {key: given for key, given in values.items() if CATALOGUE[key].default != given.text}
    return Layer(values=chosen)
