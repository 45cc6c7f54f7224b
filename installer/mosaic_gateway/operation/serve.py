"""`mosaic-gateway serve`: take the port, bring the schema up to date, answer until told to stop."""

import errno
import gc
import logging
import signal
import socket
import sys
from asyncio import Protocol
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, cast

from mosaic_gateway.configuration.settings import ServeSettings, bracketed
from mosaic_gateway.configuration.tier_config import TierConfig
from mosaic_gateway.errors import GatewayError
from mosaic_gateway.operation.descriptors import Room, make_room
from mosaic_gateway.operation.lifecycle import Lifecycle

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mosaic_gateway.http.services import Services
    from mosaic_gateway.routing.decision import Routes
    from mosaic_gateway.storage.pool import Storage
    from mosaic_gateway.telemetry.telemetry import Telemetry

LONGEST_STOP_SECONDS = 10
# Of those who wait for a database that never answers, nobody waits for longer.
MARGIN_SECONDS = 2
WHILE_SERVING = (700, 10, 10)
"""How often unused objects are looked for: as often as Python does by itself."""

_LOG = logging.getLogger("mosaic_gateway.serve")


def serve(
    config: TierConfig, settings: ServeSettings, routes: "Routes", telemetry: "Telemetry"
) -> None:
    """Serve until SIGTERM or SIGINT; open requests are finished first.

    Raises GatewayError when the port or the database cannot be had.
    """
    _stop_on_signals()
    room = make_room()
    # Closed however it ends, or SQLite leaves its log beside the database: who copies that file
    # alone loses it.
    with _bind(settings) as listener, closing(_open(config, settings)) as storage:
        services = _make_services(storage, config, settings, routes, telemetry)
        app = telemetry.around(_make_application(services, settings))
        _listen(listener, settings, room)
        _LOG.info("listening on http://%s:%d", bracketed(settings.bind), settings.port)

        def begin() -> None:
            telemetry.begin(services.storage)
            services.turns.models.begin()
            services.jobs.begin()

        try:
            _run(app, listener, room, Lifecycle(begin, settings.drain, services.readiness.leave))
        finally:
            services.jobs.close()
            services.turns.close()
            telemetry.close()


def _stop_on_signals() -> None:
    # The server catches both while it runs, ends its work and then raises them again, for us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop())


def _stop() -> None:
    _LOG.info("stopped")
    sys.exit(0)


def _bind(settings: ServeSettings) -> socket.socket:
    """Take the port before anything slow is done; nobody is let in yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.bind, settings.port, type=socket.SOCK_STREAM
        )[0]
        # With its protocol: asyncio sets TCP_NODELAY only on what it knows to be TCP, and an answer
        # in two packets would wait for the other end's delayed acknowledgement, some 40 ms.
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise _unavailable(error, settings) from None
    return listener


def _listen(listener: socket.socket, settings: ServeSettings, room: Room) -> None:
    try:
        # Where two have bound the same port, this is where the second one learns of it.
        listener.listen(room.waiting)
    except OSError as error:
        raise _unavailable(error, settings) from None


def _unavailable(error: OSError, settings: ServeSettings) -> GatewayError:
    where = f"port {settings.port} on {settings.bind}"
    match error.errno:
        case errno.EADDRINUSE:
            hint = "stop the program that listens there, or set `MOSAIC_GATEWAY_PORT`"
            return GatewayError(f"{where} is taken", hint)
        case errno.EACCES:
            return GatewayError(f"{where} is not allowed for this user", "use a port above 1023")
        case _:
            hint = "set `MOSAIC_GATEWAY_BIND` to an address of this host"
            return GatewayError(f"{where} cannot be used: {error.strerror}", hint)


def _open(config: TierConfig, settings: ServeSettings) -> "Storage":
    from mosaic_gateway.storage.opening import open_storage

    # A file that is missing was lost: to begin anew without a word would hide that.
    return open_storage(config.storage, create=False, patience=settings.patience)


def _make_services(
    storage: "Storage",
    config: TierConfig,
    settings: ServeSettings,
    routes: "Routes",
    telemetry: "Telemetry",
) -> "Services":
    from mosaic_gateway.migrations import HEAD
    from mosaic_gateway.migrations.upgrade import prepare

    if prepare(storage, config.storage):
        _LOG.info("migrated the database to %s", HEAD)

    from mosaic_gateway.operation.services import make_services

    return make_services(storage, config, settings, routes, telemetry)


def _make_application(services: "Services", settings: ServeSettings) -> "ASGIApp":
    from mosaic_gateway.http.application import make_application

    return make_application(services, settings.origins)


def _run(app: "ASGIApp", listener: socket.socket, room: Room, lifecycle: Lifecycle) -> None:
    from uvicorn import Config

    from mosaic_gateway.operation.connections import TimedProtocol
    from mosaic_gateway.operation.stopping import StoppingServer

    protocol = partial(TimedProtocol, most=room.connections)

    config = Config(
        app,
        loop="asyncio",
        http=cast("type[Protocol]", protocol),  # called as a class is
        backlog=room.waiting,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Nobody may tell us their address in a header: the throttle counts by it.
        proxy_headers=False,
        timeout_graceful_shutdown=LONGEST_STOP_SECONDS,
    )
    # What is there by now stays for as long as we serve: nobody needs to look through it again.
    gc.freeze()
    gc.set_threshold(*WHILE_SERVING)
    grace = LONGEST_STOP_SECONDS + MARGIN_SECONDS
    StoppingServer(config, grace, lifecycle).run(sockets=[listener])
