"""Measure what an earlier run left: files, containers, and whether the gateway has users."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.facts.installation import Installation, Supervisor
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.settling.rebuilt import tier_of_parts
from mosaic_installer.machine.edits import (
    damaged_files,
    edited_files,
    exposed_paths,
    files_with_crlf,
    secret_files,
)
from mosaic_installer.machine.installed import gateway_as_installed, read_config
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import is_locked
from mosaic_installer.machine.processes import systemd


def probe_installation(
    machine: LocalMachine, meta: Meta | None, *, is_writable: bool
) -> Installation:
    """Return what is there already; `is_writable`: whether files can be made in its place."""
    layout = machine.layout
    gateway = None if meta is None else gateway_as_installed(layout, meta)
    lost = machine.lost_parts
    config = read_config(machine)
    # No database can be opened where nothing can be written; a check refuses that place.
    users = machine.users(gateway, meta) if is_writable else "some"
    fault = machine.database_fault(gateway, meta)
    is_database_lost = not fault and _is_database_lost(machine, meta)
    return Installation(
        is_present=meta is not None or bool(lost),
        has_answers=layout.answers.exists(),
        project=meta.project if meta else next((part.project for part in lost), ""),
        tier=meta.tier if meta else _lost_tier(layout, config, lost),
        version=meta.version if meta else "",
        installed_at=meta.installed_at if meta else "",
        services=meta.services if meta else (),
        database_url=_configured(config, "storage", "url"),
        database_fault=fault,
        is_database_lost=is_database_lost,
        queue_url=_configured(config, "queue", "url"),
        has_containers=bool(lost or (meta and meta.services))
        or layout.compose_environment.exists(),
        supervisors=tuple(_supervisors(layout)),
        needs_setup=users == "none" and not is_database_lost,
        may_have_users=users == "unknown" or is_database_lost,
        edited=edited_files(machine.files, layout),
        damaged=damaged_files(machine.files, layout) | _damaged_secrets(machine),
        secret_files=secret_files(layout),
        embeddings_model=_configured(config, "embeddings", "model"),
        exposed=exposed_paths(layout),
        dos_files=files_with_crlf(layout),
    )


def _lost_tier(layout: Layout, config: Mapping[str, object], lost: Sequence[Part]) -> str:
    """Return the tier of an installation without meta.json; kept data alone is none."""
    # An uninstall takes the token, and every container; an edited file or a volume may stay.
    configured = str(config.get("tier", "")) if layout.token.exists() else ""
    return configured or tier_of_parts([part for part in lost if part.kind == "container"])


def _is_database_lost(machine: LocalMachine, meta: Meta | None) -> bool:
    layout = machine.layout
    # An uninstall that leaves the data takes the token.
    if meta is None or meta.tier != "local" or not layout.token.exists():
        return False
    return not layout.database.exists() or machine.files.is_empty(layout.database)


def _damaged_secrets(machine: LocalMachine) -> dict[Path, str]:
    return {machine.layout.secrets: "not valid TOML"} if machine.vault.is_damaged() else {}


def _configured(config: Mapping[str, object], section: str, name: str) -> str:
    found = config.get(section)
    return str(found.get(name, "")) if isinstance(found, dict) else ""


def _supervisors(layout: Layout) -> Iterator[Supervisor]:
    if (systemd.unit_folder() / layout.unit).exists():
        yield "systemd"
    if is_locked(layout.pid):
        yield "daemon"
