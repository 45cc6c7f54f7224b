"""Who is in a database that lies here, while no gateway runs with it."""

import json
import sys
from pathlib import Path

from mosaic_installer.core.gateway import PROGRAM, module_of
from mosaic_installer.machine.processes.programs import run


def users_on_disk(database: Path) -> list[object]:
    """Return the users in a file of SQLite, as the gateway's own program lists them.

    Raises `InstallerError` where it cannot be read.
    """
    # Of the database that lies here: a configuration may be lost, or name the place that this
    # installation was moved or copied from.
    storage = {"type": "sqlite", "path": str(database), "enableVector": False}
    config = {
        "tier": "local",
        "storage": storage,
        "queue": {"type": "database"},
        "memory": {"type": "keyword"},
    }
    command = (*module_of(Path(sys.executable), PROGRAM), "--config", "/dev/stdin")
    found: list[object] = json.loads(run((*command, "admin", "list"), stdin=json.dumps(config)))
    return found
