"""What a check must find, and where it must find nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Found:
    """What a check must find, and the facts and answers that it finds it in."""

    level: str
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    """Some words of the hint, where they depend on the facts."""


@dataclass(frozen=True)
class Silent:
    """Facts and answers close to the edge, in which a check finds nothing."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
