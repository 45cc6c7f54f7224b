"""The JSON that goes in and out: camelCase on the wire, checked by the rules of the domain."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mosaic_gateway.accounts import invitations
from mosaic_gateway.accounts.callers import Scope
from mosaic_gateway.accounts.invitations import USUAL_LIFE_DAYS
from mosaic_gateway.accounts.passwords import LONGEST, SHORTEST, parse_password
from mosaic_gateway.accounts.tokens import LONGEST_LIFE_DAYS, parse_label
from mosaic_gateway.accounts.users import parse_email, parse_name

Name = Annotated[str, AfterValidator(parse_name)]
Email = Annotated[str, AfterValidator(parse_email), Field(json_schema_extra={"format": "email"})]
Label = Annotated[str, AfterValidator(parse_label)]
Password = Annotated[
    str,
    AfterValidator(parse_password),
    Field(json_schema_extra={"minLength": SHORTEST, "maxLength": LONGEST, "format": "password"}),
]
# In order and without repetition, however they were kept or sent.
Scopes = Annotated[
    list[Annotated[Scope, Field(strict=False)]],
    BeforeValidator(lambda given: sorted(given) if isinstance(given, frozenset) else given),
]
Days = Annotated[int, Field(ge=1, le=LONGEST_LIFE_DAYS)]
InvitationDays = Annotated[int, Field(ge=1, le=invitations.LONGEST_LIFE_DAYS)]
Role = Literal["admin", "member"]


class Wire(BaseModel):
    """What all of them have in common."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        strict=True,
        from_attributes=True,
        hide_input_in_errors=True,
    )


class SetupRequest(Wire):
    """The first administrator."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    email: Email
    password: Password


class SignInRequest(Wire):
    """Credentials. Unknown properties are tolerated: browsers' auth libraries add their own."""

    email: Email
    password: Password


class MintRequest(Wire):
    """A token to make; without `expiresInDays` it lives until it is revoked."""

    model_config = ConfigDict(extra="forbid")

    label: Label
    expires_in_days: Days | None = None
    scopes: Annotated[Scopes, Field(min_length=1, max_length=len(Scope))] | None = None


class RoleRequest(Wire):
    """What somebody is to be."""

    model_config = ConfigDict(extra="forbid")

    role: Role


class InviteRequest(Wire):
    """Whom to invite, as what, and how many days the invitation is good for."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    role: Role = "member"
    expires_in_days: InvitationDays = USUAL_LIFE_DAYS


class AcceptRequest(Wire):
    """The code of an invitation, and what the new account is to have."""

    model_config = ConfigDict(extra="forbid")

    code: str
    password: Password
    name: Name | None = None


class UserView(Wire):
    """An account."""

    id: str
    name: str
    email: str
    role: str


class UserRowView(UserView):
    """An account in the list of all."""

    created_at: datetime


class InvitationView(Wire):
    """An invitation that can still be accepted; `invited_by` is an e-mail address."""

    id: str
    email: str
    role: str
    invited_by: str
    created_at: datetime
    expires_at: datetime


class InvitedView(InvitationView):
    """A new invitation, the only time its code is shown."""

    code: str


class CallerView(Wire):
    """Whom credentials speak for, and what they may be used for."""

    user: UserView
    scopes: Scopes


class PlainTokenView(Wire):
    """The setup token, the only time its plaintext is shown."""

    id: str
    label: str
    plaintext: str
    scopes: Scopes


class MintedTokenView(PlainTokenView):
    """A minted token, the only time its plaintext is shown."""

    expires_at: datetime | None


class TokenView(Wire):
    """A token in the list; `is_current` marks the one that the list was asked with."""

    id: str
    label: str
    scopes: Scopes
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    is_current: bool = False


class AnyTokenView(TokenView):
    """A token in the list of all; `owner` is the e-mail address of whom it speaks for."""

    owner: str


class NewUserView(Wire):
    """What setup, or the acceptance of an invitation, made."""

    user: UserView
    token: PlainTokenView


class SetupStatusView(Wire):
    """Whether setup is possible."""

    needs_setup: bool


class SignedInView(Wire):
    """Who has signed in; the session is in the cookie."""

    user: UserView


class SignedOutView(Wire):
    """That nobody is signed in any more."""

    success: bool


class SessionTimeView(Wire):
    """The session itself."""

    expires_at: datetime


class SessionView(Wire):
    """Who is signed in, and until when."""

    user: UserView
    session: SessionTimeView


class HealthView(Wire):
    """That the process answers."""

    status: str
    version: str


class CheckView(Wire):
    """One dependency: whether it works, how many milliseconds it took to find out, and why not."""

    ok: bool
    ms: float
    error: str | None = None


class ReadinessView(Wire):
    """Every dependency of the tier."""

    status: str
    checks: dict[str, CheckView]


class ErrorDetail(Wire):
    """A stable id for programs and a sentence for people."""

    id: str
    message: str


class ErrorView(Wire):
    """The body of every answer that is not a success."""

    error: ErrorDetail
