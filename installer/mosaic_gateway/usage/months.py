"""A month of the calendar in UTC: what limits are for."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @classmethod
    def now(cls) -> "Month":
        """The present one."""
        today = datetime.now(UTC)
        return cls(today.year, today.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `2026-11`; raises ValueError."""
        found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text, re.ASCII)
        if found is None or not date.min.year <= int(found[1]) < date.max.year:
            raise ValueError("expected a month such as `2026-11`")
        return cls(int(found[1]), int(found[2]))

    @property
    def next(self) -> "Month":
        """The one after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def first(self) -> str:
        """Its first day."""
        return f"{self}-01"

    @property
    def end(self) -> datetime:
        """The moment when the next one begins."""
        return datetime(self.next.year, self.next.number, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"
