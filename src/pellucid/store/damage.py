"""What of the cache was found damaged: it counts as absent, is made anew, and is said once, at the end of a command."""

from __future__ import annotations

from collections import Counter

_found: Counter[str] = Counter()


def note_damage(what: str, count: int = 1) -> None:
    """Note that so many of something in the cache were found damaged, e.g. "entry of the shelf facts"."""
    if count:
        _found[what] += count


def tell_damage() -> str:
    """Return one line about what was found damaged since the last call; "" for nothing."""
    if not _found:
        return ""
    words = ", ".join(f"{count:,} x {what}" for what, count in sorted(_found.items()))
    _found.clear()
    return f"The cache was damaged ({words}): what was lost was made anew, and no result depends on it."
