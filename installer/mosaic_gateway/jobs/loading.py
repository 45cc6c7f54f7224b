"""Imports huey without what it would load for storages that are not used."""

import sys

CLIENTS = ("redis", "psycopg")


def load_huey() -> None:
    """Import huey, without clients of servers that nothing else has imported yet.

    It imports each client that is installed, whichever storage is wanted: 17 MB and a seventh of a
    second for a gateway whose queue is a file.
    """
    absent = [name for name in CLIENTS if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment] # as Python says that it is not there
    try:
        import huey  # type: ignore[import-untyped] # noqa: F401 - for those who import it next
    finally:
        for name in absent:
            del sys.modules[name]
