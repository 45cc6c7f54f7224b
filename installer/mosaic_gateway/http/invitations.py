"""Invitations: administrators make and withdraw them, strangers who have the code accept them."""

from typing import Annotated

from fastapi import APIRouter, Depends

from mosaic_gateway.accounts.acceptance import Guest
from mosaic_gateway.accounts.invitations import Invitations, NewInvitation
from mosaic_gateway.http.access import AdminCaller, Client, TheServices, TrustedOrigin
from mosaic_gateway.http.models import (
    AcceptRequest,
    InvitationView,
    InvitedView,
    InviteRequest,
    NewUserView,
    PlainTokenView,
    UserView,
)

ROUTES = APIRouter(tags=["invitations"])
ALL = "/api/admin/invitations"


def invitations_of(caller: AdminCaller, services: TheServices) -> Invitations:
    """All that are open, in the hands of whoever asks."""
    return Invitations(services.storage, caller)


TheInvitations = Annotated[Invitations, Depends(invitations_of)]


@ROUTES.post(ALL, status_code=201)
def invite(body: InviteRequest, invitations: TheInvitations) -> InvitedView:
    """Invite somebody; this answer is the only place the code appears."""
    invited = invitations.invite(NewInvitation(body.email, body.role, body.expires_in_days))
    shown = InvitationView.model_validate(invited.invitation).model_dump()
    return InvitedView(**shown, code=invited.code)


@ROUTES.get(ALL)
def list_invitations(invitations: TheInvitations) -> list[InvitationView]:
    """Every invitation that can still be accepted, without its code."""
    return [InvitationView.model_validate(each) for each in invitations.all()]


@ROUTES.delete(f"{ALL}/{{invitation_id}}", status_code=204)
def withdraw(invitation_id: str, invitations: TheInvitations) -> None:
    """Make an invitation useless from now on."""
    invitations.withdraw(invitation_id)


@ROUTES.post("/api/invitations/accept", status_code=201, dependencies=[TrustedOrigin])
def accept(body: AcceptRequest, services: TheServices, client: Client) -> NewUserView:
    """Create the account that an invitation promises, and a token for chats, once."""
    guest = Guest(client, body.name, body.code, body.password)
    user, token = services.acceptance.accept(guest)
    return NewUserView(
        user=UserView.model_validate(user), token=PlainTokenView.model_validate(token)
    )
