"""The probe: look at the machine once, change nothing, and return what it is like."""

import sys
from pathlib import Path

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.facts.installation import Supervisor
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Meta
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.listeners import find_listeners
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe.disk import probe_disk
from mosaic_installer.machine.probe.installation import probe_installation
from mosaic_installer.machine.probe.person import probe_person
from mosaic_installer.machine.probe.system import lowest_port, probe_system
from mosaic_installer.machine.processes import systemd


def probe_host(machine: LocalMachine) -> Host:
    """Return what the machine is like before anything is answered, for its installation."""
    layout = machine.layout
    meta = read_meta(machine)
    disk = probe_disk(layout.root)
    person = probe_person()
    return Host(
        layout=layout,
        system=probe_system(),
        person=person,
        disk=disk,
        installation=probe_installation(machine, meta, is_writable=disk.is_writable),
        supervisor=_supervisor(meta),
        lingers=systemd.lingers(person.name),
        unit_folder=systemd.unit_folder(),
        python=Path(sys.executable),
        lowest_port=lowest_port(),
        listeners=find_listeners(str(layout.gateway_config)),
    )


def look_at_ports(host: Host) -> Host:
    """Return the host with the ports that are taken now: people think for a while."""
    return replace(host, listeners=find_listeners(str(host.layout.gateway_config)))


def _supervisor(meta: Meta | None) -> Supervisor:
    # What an installation started with stays, as long as it can.
    if not systemd.serves_this_user():
        return "daemon"
    return meta.supervisor if meta else "systemd"
