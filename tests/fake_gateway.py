"""The gateway of the fake machine: its process, its users and tokens, its admin command."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.agents import Agent
from mosaic_installer.core.machine.api import (
    PROBE_SECONDS,
    Credential,
    Founder,
    Minted,
    TokenRow,
    User,
)
from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError, GatewayUnready, InstallerError

SINCE = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


@dataclass
class FakeClock:
    """Seconds that only waiting adds to."""

    now: float = 0.0


@dataclass
class FakeService:
    """`Service` of one gateway; it dies `lives` seconds after its start."""

    clock: FakeClock
    lives: float = float("inf")
    lines: tuple[str, ...] = ()
    fingerprint: str | None = None
    started_at: float = 0.0
    starts: int = 0
    is_starting: bool = False
    """Whether a Swarm still waits for it, although it answers."""
    keeper: str = ""
    """What keeps it running, where that has been said: `engine`, `systemd` or `daemon`."""

    def process(self) -> RunningGateway | None:
        if self.fingerprint is None or self.clock.now - self.started_at >= self.lives:
            return None
        return RunningGateway(
            pid=4711, since=SINCE, fingerprint=self.fingerprint, is_starting=self.is_starting
        )

    def start(self, fingerprint: str) -> None:
        self.fingerprint, self.started_at = fingerprint, self.clock.now
        self.starts += 1

    def stop(self) -> None:
        self.fingerprint = None

    def remove(self) -> None:
        self.stop()

    def last_lines(self, count: int) -> tuple[str, ...]:
        return self.lines[-count:]


@dataclass
class FakeKeeper:
    """`Service` as one of its forms: it knows nothing of a gateway that another one keeps."""

    service: FakeService
    keeper: str

    def process(self) -> RunningGateway | None:
        is_mine = self.service.keeper in {"", self.keeper}
        return self.service.process() if is_mine else None

    def is_active(self) -> bool:
        return self.process() is not None

    def start(self, fingerprint: str) -> None:
        assert self.service.process() is None, "the other form still has the port"
        self.service.keeper = self.keeper
        self.service.start(fingerprint)

    def stop(self) -> None:
        if self.is_active():
            self.service.stop()

    def remove(self) -> None:
        self.stop()

    def last_lines(self, count: int) -> tuple[str, ...]:
        return self.service.last_lines(count)


@dataclass
class FakeToken:
    """A token as the fake gateway keeps it."""

    id: str
    label: str
    is_used: bool = False
    is_revoked: bool = False


@dataclass
class FakeApi:
    """`GatewayApi` that answers `delay` seconds after the start; users and tokens outlive it."""

    service: FakeService
    delay: float = 0.0
    setup_secret: Secret | None = None
    users: dict[str, tuple[str, Secret]] = field(default_factory=dict)
    tokens_by_text: dict[str, FakeToken] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)

    def version(self, seconds: float = PROBE_SECONDS) -> str | None:
        is_up = self.service.clock.now - self.service.started_at >= self.delay
        return "0.1.0" if is_up and self.service.process() is not None else None

    def database_fault(self) -> str:
        return ""

    def needs_setup(self) -> bool:
        self._answer()
        return not self.users

    def set_up(self, new: Founder) -> Secret:
        self._answer()
        if self.users or (self.setup_secret and new.setup_secret != self.setup_secret):
            raise CredentialError("the gateway answered the setup with status 403")
        self.users[new.email] = (new.name, new.password)
        return self.add_token("Initial setup").token

    def accepts(self, credential: Credential) -> bool:
        self._answer()
        text = credential.secret.reveal()
        if credential.kind == "session":
            return text in self.sessions
        token = self.tokens_by_text.get(text)
        if token is None or token.is_revoked:
            return False
        token.is_used = True
        return True

    def sign_in(self, email: str, password: Secret) -> Secret:
        self._answer()
        if self.users.get(email, ("", None))[1] != password:
            raise CredentialError("the e-mail or the password is wrong")
        session = f"session-{len(self.sessions) + 1}"
        self.sessions.add(session)
        return Secret(session)

    def sign_out(self, session: Secret) -> None:
        self.sessions.discard(session.reveal())

    def mint(self, credential: Credential, label: str, days: int | None) -> Minted:
        self._need(credential)
        return self.add_token(label)

    def tokens(self, credential: Credential) -> tuple[TokenRow, ...]:
        self._need(credential)
        text = credential.secret.reveal()
        owner = next(iter(self.users), "")
        return tuple(_row(token, text == key, owner) for key, token in self.tokens_by_text.items())

    def revoke(self, credential: Credential, token_id: str) -> None:
        self._need(credential)
        for token in self.tokens_by_text.values():
            token.is_revoked = token.is_revoked or token.id == token_id

    def add_token(self, label: str) -> Minted:
        number = len(self.tokens_by_text) + 1
        text = f"token-{number}-for-{label}"
        self.tokens_by_text[text] = FakeToken(id=f"id-{number}", label=label)
        return Minted(id=f"id-{number}", token=Secret(text))

    def working(self) -> list[str]:
        """The texts of all tokens that work."""
        return [text for text, token in self.tokens_by_text.items() if not token.is_revoked]

    def _need(self, credential: Credential) -> None:
        if not self.accepts(credential):
            raise CredentialError("the gateway answered with status 401")

    def _answer(self) -> None:
        if self.version() is None:
            raise GatewayUnready("the gateway does not answer", identifier="gateway-unreachable")


def _row(token: FakeToken, is_current: bool, owner: str) -> TokenRow:  # noqa: FBT001 - one of the row's values
    moment = "2026-11-02T08:30:00Z"
    return TokenRow(
        id=token.id,
        label=token.label,
        created_at=moment,
        last_used_at=moment if token.is_used else None,
        expires_at=None,
        revoked_at=moment if token.is_revoked else None,
        is_current=is_current,
        owner=owner,
    )


@dataclass
class FakeAgents:
    """`AgentApi` that keeps what it is given; it answers nobody without a token that works."""

    gateway_api: FakeApi
    agents: dict[str, Agent] = field(default_factory=dict)
    credential: Credential | None = None

    def all(self) -> tuple[Agent, ...]:
        if self.credential is None or not self.gateway_api.accepts(self.credential):
            raise CredentialError("the gateway answered with status 401")
        return tuple(self.agents.values())

    def create(self, new: Agent) -> Agent:
        made = self.agents[new.name] = replace(new, id=new.name)
        return made

    def change(self, agent: Agent, **changes: Any) -> Agent:
        changed = self.agents[agent.id] = replace(agent, **changes)
        return changed

    def remove(self, agent: Agent) -> None:
        del self.agents[agent.id]


@dataclass
class FakeHost:
    """`HostAuthority` over the fake gateway, whether it runs or not."""

    gateway_api: FakeApi

    def mint(self, label: str, days: int | None) -> Minted:
        if not self.gateway_api.users:
            raise InstallerError("there is no administrator", identifier="program-failed")
        return self.gateway_api.add_token(label)

    def users(self) -> tuple[User, ...]:
        rows = self.gateway_api.users.items()
        return tuple(User(id=email, name=row[0], email=email, role="admin") for email, row in rows)

    def reset_password(self, email: str, password: Secret, *flags: str) -> None:
        self.gateway_api.users[email] = (email, password)
