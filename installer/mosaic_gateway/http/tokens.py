"""Tokens: everybody's own, and for administrators all there are."""

from typing import Annotated

from fastapi import APIRouter, Depends

from mosaic_gateway.accounts.callers import EVERY_SCOPE, Scope
from mosaic_gateway.accounts.tokens import EverybodysTokens, NewToken, Tokens
from mosaic_gateway.http.access import AdminCaller, AnyCaller, OwnCaller, TheServices
from mosaic_gateway.http.models import (
    AnyTokenView,
    CallerView,
    MintedTokenView,
    MintRequest,
    TokenView,
    UserView,
)

ROUTES = APIRouter(tags=["tokens"])
OWN, ALL = "/api/tokens", "/api/admin/tokens"


def own_tokens(caller: OwnCaller, services: TheServices) -> Tokens:
    """Those of whoever asks."""
    return Tokens(services.storage, caller)


def all_tokens(caller: AdminCaller, services: TheServices) -> EverybodysTokens:
    """Everybody's, in the hands of an administrator."""
    return EverybodysTokens(services.storage, caller)


OwnTokens = Annotated[Tokens, Depends(own_tokens)]
AllTokens = Annotated[EverybodysTokens, Depends(all_tokens)]


@ROUTES.get("/api/me", tags=["auth"])
def me(caller: AnyCaller) -> CallerView:
    """Whom these credentials speak for, and what they may be used for."""
    return CallerView(user=UserView.model_validate(caller.user), scopes=sorted(caller.scopes))


@ROUTES.post(OWN, status_code=201)
def mint(body: MintRequest, tokens: OwnTokens) -> MintedTokenView:
    """Make a token of one's own, for chats unless `scopes` says more."""
    return _minted(body, tokens, frozenset({Scope.CHAT}))


@ROUTES.get(OWN)
def list_own(tokens: OwnTokens, caller: OwnCaller) -> list[TokenView]:
    """One's own tokens that were ever minted, without their plaintext."""
    return [
        TokenView.model_validate(token).model_copy(update=_marks(token.id, caller.token_id))
        for token in tokens.all()
    ]


@ROUTES.delete(f"{OWN}/{{token_id}}", status_code=204)
def revoke(token_id: str, tokens: OwnTokens) -> None:
    """Make a token of one's own useless from now on."""
    tokens.revoke(token_id)


@ROUTES.post(ALL, status_code=201)
def mint_administrators(
    body: MintRequest, caller: AdminCaller, services: TheServices
) -> MintedTokenView:
    """Make a token of one's own, for everything unless `scopes` says less."""
    return _minted(body, Tokens(services.storage, caller), EVERY_SCOPE)


@ROUTES.get(ALL)
def list_all(tokens: AllTokens, caller: AdminCaller) -> list[AnyTokenView]:
    """Every token that was ever minted, without its plaintext."""
    return [
        AnyTokenView.model_validate(token).model_copy(update=_marks(token.id, caller.token_id))
        for token in tokens.all()
    ]


@ROUTES.delete(f"{ALL}/{{token_id}}", status_code=204)
def revoke_anybodys(token_id: str, tokens: AllTokens) -> None:
    """Make a token useless from now on, whosever it is."""
    tokens.revoke(token_id)


def _minted(body: MintRequest, tokens: Tokens, usual: frozenset[Scope]) -> MintedTokenView:
    scopes = usual if body.scopes is None else frozenset(body.scopes)
    minted = tokens.mint(NewToken(body.label, scopes, body.expires_in_days))
    return MintedTokenView.model_validate(minted)


def _marks(token_id: str, asked_with: str | None) -> dict[str, bool]:
    return {"is_current": token_id == asked_with}
