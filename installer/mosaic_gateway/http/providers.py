"""`/api/admin/providers`: which model providers are on, and how they are, for administrators."""

from fastapi import APIRouter, Depends

from mosaic_gateway.http.access import TheServices, require_admin
from mosaic_gateway.http.models import Wire
from mosaic_gateway.models.pieces import Fault

ROUTES = APIRouter(prefix="/api/admin/providers", tags=["models"])


class RestView(Wire):
    """A provider or one of its models that failed, and is asked last for so many seconds more."""

    name: str
    fault: Fault
    seconds: float


class ProviderView(Wire):
    """A provider that is on: its standard, large and small model, each once.

    `listed` counts the models in its own list; None where it gave us none.
    """

    name: str
    models: list[str]
    listed: int | None
    resting: list[RestView]


@ROUTES.get("", dependencies=[Depends(require_admin)])
async def list_providers(services: TheServices) -> list[ProviderView]:
    """Providers that are on, the one that is asked first at the top."""
    known = services.turns.known
    await known.catalogue.refresh()
    found: list[ProviderView] = []
    for each in known.routes.providers.values():
        listed = known.catalogue.models(each.name)
        view = ProviderView(
            name=each.name,
            models=list(each.distinct_models),
            listed=None if listed is None else len(listed),
            resting=[RestView.model_validate(rest) for rest in known.health.resting(each.name)],
        )
        found.append(view)
    return found
