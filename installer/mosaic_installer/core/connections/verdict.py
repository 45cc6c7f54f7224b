"""What trying a service came to: one of five results, in two lines, without any secret."""

from typing import Literal

from mosaic_installer.core.connections.call import Cause
from mosaic_installer.core.frozen import frozen

EndpointKind = Literal["provider", "channel", "sign-on", "telemetry"]
Result = Literal["accepted", "refused", "no-credit", "unreachable", "unexpected"]


@frozen
class Verdict:
    """The result of trying the service `name`."""

    name: str
    kind: EndpointKind
    result: Result
    message: str
    hint: str = ""
    cause: Cause | None = None
    """Why it is unreachable."""
    models: tuple[str, ...] = ()
    missing_models: tuple[str, ...] = ()
    """The models that are wanted and not in the service's list."""
    ending_models: tuple[tuple[str, str], ...] = ()
    """The wanted models that the service is going to shut down, each with the day."""
    limit: str = ""
    """What a service that accepted us holds back all the same; `hint` says how to get it."""
    is_kept: bool = False
    """Whether the person keeps the secret although it was refused."""
