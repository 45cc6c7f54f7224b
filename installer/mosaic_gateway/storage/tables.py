"""The tables as the code sees them; `migrations/` is what makes them so.

Digests only: no password, token or session is stored in a form that can be used.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mosaic_gateway.storage.instant import Instant

METADATA = MetaData()


def _owner() -> Column[str]:
    return Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True)


USERS = Table(
    "users",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False),
    # The address as it is compared.
    Column("email_key", String(320), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    # How many passwords there were before this one.
    Column("password_epoch", Integer, nullable=False, server_default="0"),
    # Set to 1 by setup and by nothing else: there can be one founder, however many race to be it.
    Column("founder", Integer, unique=True),
    Column("created_at", Instant, nullable=False),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", String(36), primary_key=True),
    _owner(),
    Column("label", String(200), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    # What it may be used for, between spaces: `admin chat`.
    Column("scopes", String(200), nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("id", String(36), primary_key=True),
    # Who invites; with them goes what they have promised.
    _owner(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    _owner(),
    Column("expires_at", Instant, nullable=False, index=True),
    # That of the password it was opened with; with the next one it is over.
    Column("password_epoch", Integer, nullable=False, server_default="0"),
)

THROTTLES = Table(
    "throttles",
    METADATA,
    Column("subject", String(64), primary_key=True),
    Column("client", String(64), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("closed_until", Instant, nullable=False),
    Column("forgotten_at", Instant, nullable=False, index=True),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(320), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(320), nullable=False),
    Column("client", String(64), nullable=False),
)

SETUPS = Table(
    "setups",
    METADATA,
    # Of a setup secret that has made its founder, and makes no other.
    Column("digest", String(64), primary_key=True),
    Column("spent_at", Instant, nullable=False),
)

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("conversations_of_user", "user_id", "updated_at"),
)

AGENTS = Table(
    "agents",
    METADATA,
    Column("id", String(36), primary_key=True),
    # Whose it is; nobody's is everybody's.
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    Column("name", String(200), nullable=False),
    # The name as it is compared.
    Column("name_key", String(200), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("model", String(300), nullable=False),
    # Names of tools as a JSON list; nothing where it may use all.
    Column("tools", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("user_id", "name_key", name="agents_name_unique"),
)

TURNS = Table(
    "turns",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    # `running`, `done`, `interrupted` or `failed`.
    Column("state", String(20), nullable=False),
    # JSON in ASCII: no database keeps every character that people send, NUL for one.
    Column("question", Text, nullable=False),
    Column("answer", Text),
    Column("model", String(300), nullable=False),
    Column("task", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("finish", String(20)),
    Column("fault", String(40)),
    Column("error", Text),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("cached_tokens", Integer),
    Column("started_at", Instant, nullable=False),
    # When whoever runs it last gave a sign of life.
    Column("heard_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("runner", String(300), nullable=False),
    # Of all that was said up to here, by which a client that sends all of it again is recognised.
    Column("digest", String(64), index=True),
    # The agent on duty, which may be gone by now, and what it was called.
    Column("agent_id", String(36)),
    Column("agent", String(200)),
    UniqueConstraint("conversation_id", "position", name="turns_position_unique"),
)

MEMORIES = Table(
    "memories",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    # Where it was said, as long as that is there.
    Column("conversation_id", ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
    Column("created_at", Instant, nullable=False),
    # When it was said last.
    Column("updated_at", Instant, nullable=False),
    Index("memories_of_user", "user_id", "updated_at"),
)

# A memory or a turn that can be searched: by an index that each database has of its own kind.
PASSAGES = Table(
    "passages",
    METADATA,
    Column("id", Integer, primary_key=True),
    _owner(),
    Column("memory_id", ForeignKey("memories.id", ondelete="CASCADE"), unique=True),
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), unique=True),
    # In lower case, without accents, between single spaces.
    Column("words", Text, nullable=False),
)

# Where PostgreSQL compares vectors itself, a column `embedding` has them, which `vector.py` adds.
MEMORY_VECTORS = Table(
    "memory_vectors",
    METADATA,
    Column("memory_id", ForeignKey("memories.id", ondelete="CASCADE"), primary_key=True),
    _owner(),
    Column("model", String(300), nullable=False),
    Column("dimensions", Integer, nullable=False),
    Column("vector", LargeBinary),
)

USAGE = Table(
    "usage",
    METADATA,
    # One row for each call of a provider: a turn has several where the first ones failed.
    Column("id", String(36), primary_key=True),
    # Whoever is removed leaves what they have cost, and no name with it.
    Column("user_id", ForeignKey("users.id", ondelete="SET NULL")),
    # The conversation and the agent may be gone by now.
    Column("conversation_id", String(36)),
    Column("agent_id", String(36)),
    Column("agent", String(200)),
    Column("provider", String(40), nullable=False),
    Column("model", String(300), nullable=False),
    # `running`, `done`, `interrupted` or `failed`.
    Column("state", String(20), nullable=False),
    Column("runner", String(300), nullable=False),
    # The day it began, in UTC: `2026-11-30`.
    Column("day", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    # 1 where we count characters, since the provider has not said (yet) how many tokens it took.
    Column("estimated", Integer, nullable=False),
    # Millionths of a US dollar; nothing where nobody knows the price.
    Column("cost_micros", BigInteger),
    Index("usage_of_user", "user_id", "day"),
    Index("usage_of_day", "day"),
)

LIMITS = Table(
    "limits",
    METADATA,
    # Whoever has a row has a limit of their own: a month's, or none at all.
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("monthly_micros", BigInteger),
)
