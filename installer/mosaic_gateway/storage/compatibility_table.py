"""The table of one row that says who may use the schema; `tables.py` says what holds of all."""

from sqlalchemy import Column, String, Table

from mosaic_gateway.storage.tables import METADATA

COMPATIBILITY = Table(
    "compatibility",
    METADATA,
    # The HEAD of the oldest gateways that can use the schema, however new it is.
    Column("compatible_from", String(32), primary_key=True),
)
