"""Choices of a recipe that a terminal can only type as text: widths, bounds, a batch, a rate, a duration."""

from __future__ import annotations

import re

from pellucid.errors import RecipeError
from pellucid.typed_numbers import WIDEST, read_numbers, read_wholes


def parse_widths(text: str) -> tuple[int, ...]:
    """Read "256,128" as (256, 128); "" or "none" as ().

    Raises:
        RecipeError: a part is not a whole number above 0.
    """
    if text.strip().lower() in ("", "none"):
        return ()
    parts = ",".join(part for part in text.replace("x", ",").split(",") if part.strip())
    expected = "Whole numbers above 0, separated by commas, e.g. 256,128."
    return read_wholes(parts, "--hidden", expected=expected, least=1, most=WIDEST)


def parse_bounds(text: str) -> tuple[float, float]:
    """Read "0,1" as (0.0, 1.0).

    Raises:
        RecipeError: anything but two numbers.
    """
    low, high = read_numbers(text, "--bounds", expected="Two numbers, smaller first, e.g. 0,1.", count=2)
    return low, high


def parse_batch(text: str) -> int | str:
    """Read "64" as 64; "full" stays.

    Raises:
        RecipeError: anything else.
    """
    if text.strip() == "full":
        return "full"
    return read_wholes(text, "--batch", expected="A whole number above 0, or 'full'.", least=1, count=1)[0]


def parse_rate(text: str) -> float | str:
    """Read "0.01" as 0.01; "auto" stays.

    Raises:
        RecipeError: anything else.
    """
    if text.strip().lower() == "auto":
        return "auto"
    return read_numbers(text, "--lr", expected="A number above 0, or 'auto'.", count=1)[0]


def parse_duration(text: str) -> float:
    """Read "90s", "10m", "1.5h" or "1h30m" as seconds; a bare number is seconds.

    Raises:
        RecipeError: anything else.
    """
    found = re.fullmatch(r"(?:([\d.]+)h)?(?:([\d.]+)m(?:in)?)?(?:([\d.]+)s?)?", text.strip().lower().replace(" ", ""))
    try:
        parts = [float(part or 0) for part in found.groups()] if found and text.strip() else None
    except ValueError:
        parts = None
    if parts is None:
        raise RecipeError(f"--time is '{text:.60}'.", expected="A time such as 90s, 10m or 1.5h.")
    hours, minutes, seconds = parts
    return hours * 3600 + minutes * 60 + seconds
