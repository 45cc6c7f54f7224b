"""Measure what an earlier run left: files, containers, and whether the gateway has users."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.stack import Orchestrator
from mosaic_installer.core.facts.installation import Installation, Supervisor
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.settling.answers_file import plain_rows
from mosaic_installer.machine.edits import (
    damaged_files,
    edited_files,
    exposed_paths,
    files_with_crlf,
    port_in,
    secret_files,
)
from mosaic_installer.machine.installed import gateway_as_installed, read_config
from mosaic_installer.machine.local import LocalMachine, Users
from mosaic_installer.machine.lock import holder_of, is_locked
from mosaic_installer.machine.probe.database import probe_database
from mosaic_installer.machine.processes import systemd


def probe_installation(
    machine: LocalMachine, meta: Meta | None, *, is_writable: bool
) -> Installation:
    """Return what is there already; `is_writable`: whether files can be made in its place."""
    recorded = _with_configuration(_recorded(machine, meta), machine)
    return _with_files(_with_data(recorded, machine, meta, is_writable=is_writable), machine)


def _recorded(machine: LocalMachine, meta: Meta | None) -> Installation:
    """Return what meta.json says, or, where that is lost, what is left of containers."""
    lost = machine.lost_parts
    has_containers = bool(lost) or machine.layout.compose_environment.exists()
    if meta is None:
        return Installation(
            is_present=bool(lost),
            project=next((part.project for part in lost), ""),
            has_containers=has_containers,
        )
    return Installation(
        is_present=True,
        project=meta.project,
        tier=meta.tier,
        version=meta.version,
        runtime=meta.runtime,
        installed_at=meta.installed_at,
        services=meta.services,
        has_containers=has_containers or bool(meta.services),
        admin_email=_saved_email(machine),
    )


def _with_configuration(found: Installation, machine: LocalMachine) -> Installation:
    """Add what mosaic.config.json says that nothing else does."""
    config = read_config(machine)
    return replace(
        found,
        tier=found.tier or _lost_tier(machine.layout, config, machine.lost_parts),
        database_url=_configured(config, "storage", "url"),
        queue_url=_configured(config, "queue", "url"),
        embeddings_model=_configured(config, "embeddings", "model"),
    )


def _with_data(
    found: Installation, machine: LocalMachine, meta: Meta | None, *, is_writable: bool
) -> Installation:
    """Add how the database is, who has it open, and whether anybody has an account in it."""
    gateway = None if meta is None else gateway_as_installed(machine.layout, meta)
    database = probe_database(machine, gateway, meta)
    users: Users = "unknown"
    if database.can_be_asked:
        # Where nothing can be written, none can be opened; a check refuses that place.
        users = machine.users(gateway, meta) if is_writable else "some"
    return replace(
        found,
        database_fault=database.fault,
        database_keeper=database.keeper,
        database_damage=database.damage,
        database_copies=database.copies,
        is_database_lost=database.is_lost,
        suspended=() if database.is_ready else _suspended(machine, gateway),
        needs_setup=users == "none",
        may_have_users=users == "unknown",
    )


def _with_files(found: Installation, machine: LocalMachine) -> Installation:
    """Add what became of the files that an earlier run wrote."""
    layout, edited = machine.layout, edited_files(machine.files, machine.layout)
    environment = layout.gateway_environment
    has_edited = environment in edited
    return replace(
        found,
        has_answers=layout.answers.exists(),
        changed_by=_other_run(layout),
        definitions=tuple(_definitions(layout)),
        supervisors=tuple(_supervisors(layout)),
        edited=edited,
        edited_port=port_in(machine.files.read(environment) or b"") if has_edited else None,
        damaged=damaged_files(machine.files, layout) | _damaged_secrets(machine),
        secret_files=secret_files(layout),
        exposed=exposed_paths(layout),
        dos_files=files_with_crlf(layout),
    )


def _other_run(layout: Layout) -> int | None:
    holder = holder_of(layout.lock)
    return None if holder == os.getpid() else holder


def _lost_tier(layout: Layout, config: Mapping[str, object], lost: Sequence[Part]) -> str:
    """Return the tier of an installation without meta.json; kept data alone is none."""
    # An uninstall takes the token, and every container; an edited file or a volume may stay.
    configured = str(config.get("tier", "")) if layout.token.exists() else ""
    kept = [part for part in lost if part.kind != "volume"]
    if configured or not kept:
        return configured
    from mosaic_installer.core.settling.rebuilt import tier_of_parts

    return tier_of_parts(kept)


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
