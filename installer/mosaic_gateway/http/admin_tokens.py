"""The administrator's tokens: mint, list, revoke."""

from typing import Annotated

from fastapi import APIRouter, Depends

from mosaic_gateway.accounts.tokens import Tokens
from mosaic_gateway.http.access import Admin, Bearer, Client, TheServices
from mosaic_gateway.http.models import MintedTokenView, MintRequest, TokenView

ROUTES = APIRouter(prefix="/api/admin/tokens", tags=["tokens"])


def tokens_of(admin: Admin, services: TheServices, client: Client) -> Tokens:
    """The tokens, in the hands of whoever asks."""
    return Tokens(services.storage, admin, client)


TheTokens = Annotated[Tokens, Depends(tokens_of)]


@ROUTES.post("", status_code=201)
def mint(body: MintRequest, tokens: TheTokens) -> MintedTokenView:
    """Make a token; this answer is the only place its plaintext appears."""
    return MintedTokenView.model_validate(tokens.mint(body.label, body.expires_in_days))


@ROUTES.get("")
def tokens(tokens: TheTokens, bearer: Bearer) -> list[TokenView]:
    """Every token that was ever minted, without its plaintext."""
    current = tokens.id_of(bearer.credentials) if bearer else None
    views = [TokenView.model_validate(token) for token in tokens.all()]
    return [view.model_copy(update={"is_current": view.id == current}) for view in views]


@ROUTES.delete("/{token_id}", status_code=204)
def revoke(token_id: str, tokens: TheTokens) -> None:
    """Make a token useless from now on."""
    tokens.revoke(token_id)
