"""Measure what an earlier run left: files, containers, and whether the gateway has users."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.stack import Orchestrator
from mosaic_installer.core.facts.installation import Installation, Supervisor
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.settling.answers_file import plain_rows
from mosaic_installer.core.settling.rebuilt import tier_of_parts
from mosaic_installer.machine.edits import (
    damaged_files,
    edited_files,
    exposed_paths,
    files_with_crlf,
    secret_files,
)
from mosaic_installer.machine.installed import gateway_as_installed, read_config
from mosaic_installer.machine.local import LocalMachine, Users
from mosaic_installer.machine.lock import is_locked
from mosaic_installer.machine.probe.database import probe_database
from mosaic_installer.machine.processes import systemd


def probe_installation(
    machine: LocalMachine, meta: Meta | None, *, is_writable: bool
) -> Installation:
    """Return what is there already; `is_writable`: whether files can be made in its place."""
    layout = machine.layout
    gateway = None if meta is None else gateway_as_installed(layout, meta)
    lost = machine.lost_parts
    config = read_config(machine)
    database = probe_database(machine, gateway, meta)
    users: Users = "unknown"
    if database.can_be_asked:
        # Where nothing can be written, none can be opened; a check refuses that place.
        users = machine.users(gateway, meta) if is_writable else "some"
    return Installation(
        is_present=meta is not None or bool(lost),
        has_answers=layout.answers.exists(),
        project=meta.project if meta else next((part.project for part in lost), ""),
        tier=meta.tier if meta else _lost_tier(layout, config, lost),
        version=meta.version if meta else "",
        runtime=meta.runtime if meta else "",
        installed_at=meta.installed_at if meta else "",
        services=meta.services if meta else (),
        database_url=_configured(config, "storage", "url"),
        database_fault=database.fault,
        database_keeper=database.keeper,
        database_damage=database.damage,
        database_copies=database.copies,
        is_database_lost=database.is_lost,
        suspended=() if database.is_ready else _suspended(machine, gateway),
        queue_url=_configured(config, "queue", "url"),
        has_containers=bool(lost or (meta and meta.services))
        or layout.compose_environment.exists(),
        definitions=tuple(_definitions(layout)),
        supervisors=tuple(_supervisors(layout)),
        needs_setup=users == "none",
        may_have_users=users == "unknown",
        admin_email=_saved_email(machine) if meta is not None else "",
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
    return configured or tier_of_parts([part for part in lost if part.kind != "volume"])


def _saved_email(machine: LocalMachine) -> str:
    try:
        rows = plain_rows(machine.read_text(machine.layout.answers) or "")
    except (ValueError, RecursionError):
        return ""  # no TOML: who settles the answers says so
    return str(rows.get("admin.email", ""))


def _suspended(machine: LocalMachine, gateway: Gateway | None) -> tuple[int, ...]:
    if gateway is None or gateway.runtime.is_contained:
        return ()
    process = machine.service(gateway).process()
    return process.suspended if process is not None else ()


def _damaged_secrets(machine: LocalMachine) -> dict[Path, str]:
    return {machine.layout.secrets: "not valid TOML"} if machine.vault.is_damaged() else {}


def _configured(config: Mapping[str, object], section: str, name: str) -> str:
    found = config.get(section)
    return str(found.get(name, "")) if isinstance(found, dict) else ""


def _definitions(layout: Layout) -> Iterator[Orchestrator]:
    if layout.compose_file.exists() or layout.compose_environment.exists():
        yield "compose"
    if layout.swarm_file.exists():
        yield "swarm"


def _supervisors(layout: Layout) -> Iterator[Supervisor]:
    if (systemd.unit_folder() / layout.unit).exists():
        yield "systemd"
    if is_locked(layout.pid):
        yield "daemon"
