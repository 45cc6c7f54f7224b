"""DECIDE: one file per part of the installation; `STAGES` is the table of contents."""

from mosaic_installer.core.plan import Stage
from mosaic_installer.stages import (
    administrator,
    agent,
    authority,
    configuration,
    database,
    directories,
    gateway,
    health,
    images,
    leftovers,
    models,
    portainer,
    secrets,
    servers,
    token,
    verification,
    watch,
)

STAGES: tuple[Stage, ...] = (
    directories,
    database,
    secrets,
    configuration,
    images,
    leftovers,
    servers,
    authority,
    gateway,
    health,
    administrator,
    token,
    agent,
    verification,
    models,
    portainer,
    watch,
)
