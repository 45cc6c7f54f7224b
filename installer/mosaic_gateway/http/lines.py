"""JSON and server-sent events in bytes that every client can read."""

import json
from collections.abc import Mapping
from typing import Any


def in_ascii(value: Mapping[str, Any]) -> bytes:
    """As JSON: half a character, which a provider may send, has no bytes in UTF-8."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def data_line(value: Mapping[str, Any]) -> bytes:
    """An event without a name."""
    return b"data: " + in_ascii(value) + b"\n\n"


def event_line(value: Mapping[str, Any]) -> bytes:
    """An event named for the `type` of its value."""
    return b"event: " + str(value["type"]).encode("ascii") + b"\n" + data_line(value)
