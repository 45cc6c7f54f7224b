"""The administrator's tokens: mint, list, revoke."""

from fastapi import APIRouter

from mosaic_gateway import audit
from mosaic_gateway.http.access import Admin, Bearer, Client, TheServices
from mosaic_gateway.http.models import MintedTokenView, MintRequest, TokenView
from mosaic_gateway.tokens import list_tokens, mint_token, revoke_token, token_id_of

ROUTES = APIRouter(prefix="/api/admin/tokens", tags=["tokens"])


@ROUTES.post("", status_code=201)
def mint(body: MintRequest, admin: Admin, services: TheServices, client: Client) -> MintedTokenView:
    """Make a token; this answer is the only place its plaintext appears."""
    with services.storage.writing() as connection:
        token = mint_token(connection, admin, body.label, body.expires_in_days)
        entry = audit.Entry(f"user:{admin.id}", "token-minted", token.id, client)
        audit.record(connection, entry)
    return MintedTokenView.model_validate(token)


@ROUTES.get("")
def tokens(_: Admin, services: TheServices, bearer: Bearer) -> list[TokenView]:
    """Every token that was ever minted, without its plaintext."""
    with services.storage.reading() as connection:
        current = token_id_of(connection, bearer.credentials) if bearer else None
        views = [TokenView.model_validate(token) for token in list_tokens(connection)]
    return [view.model_copy(update={"is_current": view.id == current}) for view in views]


@ROUTES.delete("/{token_id}", status_code=204)
def revoke(token_id: str, admin: Admin, services: TheServices, client: Client) -> None:
    """Make a token useless from now on."""
    with services.storage.writing() as connection:
        token = revoke_token(connection, token_id)
        entry = audit.Entry(f"user:{admin.id}", "token-revoked", token.id, client)
        audit.record(connection, entry)
