"""A gateway as journals before `runtime` wrote it: as flat fields beside each other."""

from typing import Any


def as_now(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a gateway with what it runs as in one field."""
    if "runtime" in row:
        return row
    if row.get("stack"):
        return {**row, "runtime": {"stack": row["stack"]}}
    process = {"supervisor": row["supervisor"], "unit_folder": row["unit_folder"]}
    return {**row, "runtime": process}
