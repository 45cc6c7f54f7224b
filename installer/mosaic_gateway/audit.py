"""Who did what, when and from where: kept in the database, and told to the log without names."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from mosaic_gateway.storage.tables import AUDIT

HOST = "host"

_LOG = logging.getLogger("mosaic_gateway.audit")


@dataclass(frozen=True)
class Entry:
    """One thing somebody did.

    `actor` is `user:<id>`, `host:<unix user>` or `anonymous`; `subject` is what it was done to;
    `client` is the network address, or `host` for the admin command.
    """

    actor: str
    action: str
    subject: str
    client: str


def record(connection: Connection, entry: Entry) -> None:
    """Keep the entry, in the transaction of what it tells about."""
    connection.execute(
        AUDIT.insert().values(
            at=datetime.now(UTC),
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            client=entry.client,
        )
    )
    _LOG.info("%s by %s from %s", entry.action, entry.actor, entry.client)
