"""How the clients of providers come to be there."""

import asyncio
import gc

import pytest

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.models import Models

pytestmark = pytest.mark.unit


def test_what_is_loaded_is_not_looked_through_for_unused_objects() -> None:
    models = Models([ProviderConfig("ollama", "http://any", ("any", "any", "any"))])
    frozen = gc.get_freeze_count()
    try:
        asyncio.run(models._loaded())
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
