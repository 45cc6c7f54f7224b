"""Everybody with an account, for administrators: list, promote, demote, remove."""

from typing import Annotated

from fastapi import APIRouter, Depends

from mosaic_gateway.accounts.roster import Roster
from mosaic_gateway.http.access import AdminCaller, TheServices
from mosaic_gateway.http.models import RoleRequest, UserRowView

ROUTES = APIRouter(prefix="/api/admin/users", tags=["users"])


def roster_of(caller: AdminCaller, services: TheServices) -> Roster:
    """Everybody, in the hands of whoever asks."""
    return Roster(services.storage, caller)


TheRoster = Annotated[Roster, Depends(roster_of)]


@ROUTES.get("")
def list_users(roster: TheRoster) -> list[UserRowView]:
    """Everybody with an account."""
    return [UserRowView.model_validate(user) for user in roster.all()]


@ROUTES.patch("/{user_id}")
def set_role(user_id: str, body: RoleRequest, roster: TheRoster) -> UserRowView:
    """Make somebody an administrator or a member."""
    return UserRowView.model_validate(roster.set_role(user_id, body.role))


@ROUTES.delete("/{user_id}", status_code=204)
def remove(user_id: str, roster: TheRoster) -> None:
    """Remove an account, and end its sessions and tokens."""
    roster.remove(user_id)
