"""Where in time the steps of a series lie, and how that is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from pellucid.records import Record

TimeUnit = Literal["second", "minute", "hour", "day", "month", "year", "row"]
"""What steps are counted in; "row": nothing is known but their order."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class TimeAxis(Record):
    """Steps of one length, counted from the first; all series of a dataset share it. Zones of time are in UTC."""

    unit: TimeUnit = "row"
    every: Annotated[int, Field(ge=1)] = 1
    """How many units a step is long."""
    first: datetime | None = None
    """The stamp of place 0; None of rows."""
    pattern: str = "%Y-%m-%d"
    """How the file writes its stamps."""

    @property
    def words(self) -> str:
        """How far apart two steps are, e.g. "1 month"."""
        return f"{self.every} {self.unit}{'' if self.every == 1 else 's'}"

    @property
    def is_known(self) -> bool:
        """Whether steps have stamps."""
        return self.first is not None and self.unit != "row"

    def at(self, place: int) -> datetime | None:
        """Return when a place is; None where only the order is known, or the calendar ends before."""
        if self.first is None or self.unit == "row":
            return None
        try:
            if self.unit in ("month", "year"):
                months = self.first.month - 1 + place * self.every * (12 if self.unit == "year" else 1)
                year, month = self.first.year + months // 12, months % 12 + 1
                # From the first stamp each time: steps from one month to the next would lose the 31st at the first
                # short month.
                return self.first.replace(year=year, month=month, day=min(self.first.day, _days_of(year, month)))
            return self.first + timedelta(seconds=place * self.every * _SECONDS[self.unit])
        except (ValueError, OverflowError):
            return None

    def stamp(self, place: int) -> str:
        """Return a place as the file would write it; "row 12" where it has no stamps."""
        when = self.at(place)
        return f"row {place + 1:,}" if when is None else when.replace(tzinfo=UTC).strftime(self.pattern)


def _days_of(year: int, month: int) -> int:
    """Return how many days a month has."""
    following = datetime(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
