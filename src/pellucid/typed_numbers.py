"""Numbers as people type them into flags: one way to read them, within bounds, and one voice where one is none."""

from __future__ import annotations

import math

from pellucid.errors import RecipeError

LARGEST = 2**32 - 1
"""Largest whole number that any flag takes, seeds included: more than a machine can count through or hold."""
WIDEST = 2**20
"""Most units of a layer that is named by a number: about a million."""
_DIGITS = len(str(LARGEST))


def read_wholes(
    text: str, flag: str, *, expected: str, least: int = 0, most: int = LARGEST, count: int | None = None
) -> tuple[int, ...]:
    """Read whole numbers with commas between them.

    Args:
        text: what was typed.
        flag: for the message, e.g. "--hidden".
        expected: what would be right, with an example.
        least, most: bounds of each number.
        count: how many there have to be; None for one or more.

    Raises:
        RecipeError: a part is no whole number in plain digits or out of bounds, or there are more or fewer.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() for part in parts) or count not in (None, len(parts)):
        raise RecipeError(f"{flag} is '{text:.60}'.", expected=expected)
    digits = [part.lstrip("0") or "0" for part in parts]
    numbers = tuple(int(part) if len(part) <= _DIGITS else LARGEST + 1 for part in digits)
    wrong = [part for part, number in zip(digits, numbers, strict=True) if not least <= number <= most]
    if wrong:
        raise RecipeError(f"{flag} is '{text:.60}'.", expected=f"{expected} Each from {least:,} to {most:,}.")
    return numbers


def read_numbers(text: str, flag: str, *, expected: str, count: int) -> tuple[float, ...]:
    """Read so many finite numbers with commas between them.

    Raises:
        RecipeError: a part is no number, not finite, or there are more or fewer.
    """
    try:
        numbers = tuple(float(part) for part in text.split(",") if "_" not in part)
    except ValueError:
        numbers = ()
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise RecipeError(f"{flag} is '{text:.60}'.", expected=expected)
    return numbers


def check_number(value: object, flag: str) -> None:
    """Look whether a number that was typed can be worked with at all: a flag's own bounds are its own matter.

    Raises:
        RecipeError: it is not finite, or a whole number beyond `LARGEST`.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise RecipeError(f"{flag} is {value}.", expected="A finite number.")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise RecipeError(f"{flag} is out of range.", expected=f"A whole number up to {LARGEST:,}.")
