"""The files of an installation that its services read."""

from collections.abc import Iterable
from pathlib import Path

from mosaic_installer.core.containers.service import File, Service
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.layout import Layout


def files_of(services: Iterable[str], layout: Layout) -> tuple[Path, ...]:
    """Return the files, besides their volumes, that these services read."""
    rows = (BY_NAME[name] for name in services if name in BY_NAME)
    return tuple(layout.config / file.path for service in rows for file in service.files)


def rendered_files(services: Iterable[str]) -> tuple[File, ...]:
    """Return those files of services that are rendered from templates."""
    rows = (BY_NAME[name] for name in services)
    return tuple(file for service in rows for file in service.files if not file.secret)


def secret_files_of(service: Service, layout: Layout) -> tuple[Path, ...]:
    """Return the files that may hold the secret that a service was made with."""
    own = (file for file in service.files if file.secret and file.form == "plain")
    return (layout.gateway_secret(service.secret), *(layout.config / file.path for file in own))


def directories_of_services(services: Iterable[Service], layout: Layout) -> tuple[Path, ...]:
    """Return the folders below that of Compose in which the files of these services lie."""
    files = (file for service in services for file in service.files)
    paths = (layout.config / file.path for file in files)
    return tuple(dict.fromkeys(path.parent for path in paths if layout.compose in path.parents))
