"""Lengths of time, as people say them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return seconds as "12 s", "3 min 04 s" or "2 h 10 min"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
