"""Failures we expect and can explain: on the host in two lines, over HTTP as a status and an id.

Nothing here holds a secret or what somebody typed.
"""


class GatewayError(Exception):
    """An expected failure on the host: one sentence fragment, and what the reader can do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(GatewayError):
    """The configuration, the environment or an argument is missing or wrong."""


class ServiceError(GatewayError):
    """Something the gateway depends on cannot be used.

    `brief` may be shown to anyone: it names no host and no file. `is_passing` is true where the
    same may work in a moment.
    """

    def __init__(
        self, message: str, hint: str, *, brief: str = "cannot be used", is_passing: bool = False
    ) -> None:
        super().__init__(message, hint)
        self.brief = brief
        self.is_passing = is_passing


class StorageError(ServiceError):
    """The database is missing, busy, damaged or newer than this program."""


class StatementError(StorageError):
    """A statement does not fit the tables that are there, however well the database is."""


class MigrationError(StorageError):
    """The schema could not be brought up to date; the database is as it was before."""

    def __init__(self, why: str, hint: str, *, is_passing: bool = False) -> None:
        what = f"the database could not be migrated: {why}"
        super().__init__(what, hint, brief="could not be migrated", is_passing=is_passing)


class NewerSchemaError(MigrationError):
    """A newer program than this one has migrated the database."""


class QueueError(ServiceError):
    """The queue server cannot be reached, refuses us or cannot keep more."""


class AuthorityError(ServiceError):
    """The certificate authority cannot be reached, or is not the one that was agreed on."""


class RefusedError(Exception):
    """A request we understood and decline; `id` is stable, `message` may be shown to anyone."""

    id = "refused"
    message = "the request was refused"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)


class AlreadySetUpError(RefusedError):
    """Somebody has an account already, so nobody becomes the founder any more."""

    id = "already-set-up"
    message = "this gateway already has a user"


class NoSetupError(RefusedError):
    """No setup secret is configured here, or this request does not know it."""

    id = "not-found"
    message = "not found"


class SetupSpentError(RefusedError):
    """The setup secret has made its founder, who is gone."""

    id = "setup-spent"
    message = "this setup secret has been used; whoever controls the host can create a user"


class WrongCredentialsError(RefusedError):
    """E-mail and password do not belong together; which of them is wrong is not told."""

    id = "wrong-credentials"
    message = "the e-mail address or the password is wrong"


class TooManyAttemptsError(RefusedError):
    """Signing in is closed for this e-mail address and client for `seconds` more seconds."""

    id = "too-many-attempts"
    message = "too many failed attempts; wait before trying again"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class UntrustedOriginError(RefusedError):
    """The page that sent this request is not one of ours."""

    id = "untrusted-origin"
    message = "the origin of this request is not trusted"


class UnauthenticatedError(RefusedError):
    """No credentials, or none that are valid any more."""

    id = "unauthenticated"
    message = "a valid token or session is required"


class NotAdministratorError(RefusedError):
    """Valid credentials of somebody who is not an administrator."""

    id = "not-administrator"
    message = "only an administrator may do this"


class MissingScopeError(RefusedError):
    """Valid credentials of somebody who may do this, in a token that may not."""

    id = "missing-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"this token does not have the scope `{scope}`")


class NoSuchTokenError(RefusedError):
    """No token has this id."""

    id = "no-such-token"
    message = "there is no token with this id"


class NoSuchConversationError(RefusedError):
    """None of whoever asks has this id; whether somebody else's does is not told."""

    id = "no-such-conversation"
    message = "there is no conversation with this id"


class ConversationBusyError(RefusedError):
    """Another turn of this conversation is being answered."""

    id = "conversation-busy"
    message = "this conversation is being answered; wait for that, or end it"


class NoSuchModelError(RefusedError):
    """Neither a provider that is on nor we have a model of this name."""

    id = "no-such-model"


class NoSuchAgentError(RefusedError):
    """Neither whoever asks nor everybody has this agent; whether somebody else does is not told."""

    id = "no-such-agent"
    message = "there is no agent with this name or id"


class AgentExistsError(RefusedError):
    """Whoever asks, or everybody, has an agent of this name already."""

    id = "agent-exists"
    message = "there is already an agent with this name"


class TooManyAgentsError(RefusedError):
    """Whoever asks, or everybody, has as many agents as there may be."""

    id = "too-many-agents"
    message = "there are already as many agents as there may be; remove one first"


class NoProviderError(RefusedError):
    """No model provider is on, so nobody can answer."""

    id = "no-provider"
    message = "no model provider is on; `mosaic install --ask providers` adds one"


class NoCapableModelError(RefusedError):
    """Of the models that may answer, none can do what the question needs."""

    id = "no-capable-model"


class TooLongError(NoCapableModelError):
    """The question, with what was said before, is longer than any model reads."""

    id = "too-long"


class NoSuchUserError(RefusedError):
    """No account has this id."""

    id = "no-such-user"
    message = "there is no user with this id"


class UserExistsError(RefusedError):
    """Somebody has an account with this e-mail address already."""

    id = "user-exists"
    message = "somebody already has an account with this e-mail address"


class LastAdministratorError(RefusedError):
    """Without this one, nobody could administrate the gateway."""

    id = "last-administrator"
    message = "this is the only administrator; promote another user first"


class NoSuchInvitationError(RefusedError):
    """No invitation that can still be accepted has this id."""

    id = "no-such-invitation"
    message = "there is no open invitation with this id"


class InvitationRefusedError(RefusedError):
    """The code opens nothing; whether it ever did is not told."""

    id = "invitation-refused"
    message = "this invitation is not valid, has expired or was already used"


class BusyError(RefusedError):
    """So much password work is waiting that this request would have waited too long."""

    id = "busy"
    message = "the gateway is busy; try again in a moment"
