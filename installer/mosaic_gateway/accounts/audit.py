"""Who did what, when and from where: kept in the database, and told to the log without names."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from mosaic_gateway.storage.sweeping import sweep
from mosaic_gateway.storage.tables import AUDIT

KEPT = timedelta(days=400)

_LOG = logging.getLogger("mosaic_gateway.audit")


@dataclass(frozen=True)
class Actor:
    """Who does something: `user:<id>`, `host:<unix user>` or `anonymous`.

    `client` is the network address they do it from, or `host` for the admin command.
    """

    name: str
    client: str


def user_actor(user_id: str, client: str) -> Actor:
    """Somebody with an account."""
    return Actor(f"user:{user_id}", client)


def host_actor(unix_user: str) -> Actor:
    """Whoever controls this host."""
    return Actor(f"host:{unix_user}", "host")


def anonymous(client: str) -> Actor:
    """Somebody who has not proved who they are."""
    return Actor("anonymous", client)


def unproven(text: str) -> str:
    """What is kept of a subject that nobody vouches for: people type passwords into any field."""
    if not text:
        return ""
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def record(connection: Connection, actor: Actor, action: str, subject: str) -> None:
    """Keep what was done to `subject`, in the transaction that does it."""
    connection.execute(
        AUDIT.insert().values(
            at=datetime.now(UTC),
            actor=actor.name,
            action=action,
            subject=subject,
            client=actor.client,
        )
    )
    _LOG.info("%s by %s from %s", action, actor.name, actor.client)


def sweep_old(connection: Connection) -> bool:
    """Remove some of what nobody asks about any more; returns whether there may be more."""
    return sweep(connection, AUDIT, AUDIT.c.at < datetime.now(UTC) - KEPT)
