"""Whether this node reaches the ports of the others, over TCP; UDP gives no answer to see."""

from concurrent.futures import ThreadPoolExecutor

from mosaic_installer.core.cluster.seen import Unreached
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.addresses import GOSSIP, parted, why_closed
from mosaic_installer.machine.engine.swarm.bound import bound_to
from mosaic_installer.machine.engine.swarm.membership import all_nodes, swarm_of_this_machine


def unreached_ports() -> tuple[Unreached, ...]:
    """Return the ports of other nodes that do not answer, of nodes that are up; all at once."""
    here = swarm_of_this_machine()["NodeID"]
    rows = [row for row in all_nodes() if row["ID"] != here and row["Status"]["State"] == "ready"]
    asked = [(row, host, port) for row in rows for host, port in ports_of(row)]
    if not asked:
        return ()
    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        reasons = list(pool.map(lambda each: why_closed(each[1], each[2]), asked))
    return tuple(
        Unreached(node=str(row["Description"]["Hostname"]), port=port, reason=reason)
        for (row, _host, port), reason in zip(asked, reasons, strict=True)
        if reason is not None
    )


def ports_of(row: Document) -> tuple[tuple[str, int], ...]:
    """Return host and number of the ports that a node must open to the others, over TCP."""
    host = str(row["Status"]["Addr"])
    managed = str((row.get("ManagerStatus") or {}).get("Addr", ""))
    if not managed:
        return ((host, GOSSIP),)
    return ((host, GOSSIP), parted(managed))


def node_names() -> dict[str, str]:
    """Return the names of all nodes by their identifiers."""
    return {str(row["ID"]): str(row["Description"]["Hostname"]) for row in all_nodes()}


def data_by_node() -> dict[str, tuple[str, ...]]:
    """Return the services whose data is on one node alone, by the name of that node."""
    rows = all_nodes()
    return {
        str(row["Description"]["Hostname"]): tuple(
            each.service for each in bound_to(row, rows) if each.has_data
        )
        for row in rows
    }
