"""A call to a service on the web as a value, and what came of it. Nothing is sent here."""

from collections.abc import Mapping
from typing import Any, Literal

from mosaic_installer.core.frozen import field, frozen

Cause = Literal["dns", "tls", "proxy", "timeout", "connection"]


@frozen
class Call:
    """One request. The address may hold a secret, and so do the headers: neither is ever shown."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: object = None
    """What is posted, as JSON."""
    form: Mapping[str, str] | None = field(default=None, repr=False)
    """What is posted as a web form; with neither of the two it is a GET."""
    method: str = ""
    """What is neither posted nor a GET: `PUT`, `DELETE`."""


@frozen
class Reply:
    """What a server answered; `body` is decoded JSON, None when it is something else."""

    status: int
    body: Any = None
    content: str = ""
    """The media type, such as `text/html`."""
    leads_to: str = ""
    """The host that a redirect names."""


@frozen
class Lost:
    """Why there is no answer at all."""

    cause: Cause
    reason: str
    """A fragment without the address, such as `connection refused`."""
