"""The time, as it is written down."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def time_now() -> str:
    """Return the time as ISO 8601 in UTC, to the second; where a clock is beyond the year 9999, its seconds since 1970.

    A clock that is wrong must not cost an evaluation.
    """
    seconds = time.time()
    when = date_of(seconds)
    return f"{seconds:.0f} s after 1970" if when is None else when.isoformat(timespec="seconds")


def date_of(seconds: float) -> datetime | None:
    """Return a moment as a date in UTC; None where it lies outside the years 1 to 9999, or is no number.

    Files of strangers, and clocks that are wrong, may say any moment.

    Args:
        seconds: since 1970 (UTC).
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
