"""Which sizes of pictures a model wishes for, and how that is said."""

from __future__ import annotations

from pellucid.kinds import Wishes


def fits(wishes: Wishes, height: int, width: int) -> bool:
    """Return whether pictures of a size in pixels are as a model wishes them."""
    if wishes.sizes is not None:
        is_large_enough = height == width and height in wishes.sizes
    else:
        is_large_enough = min(height, width) >= wishes.min_size
    return is_large_enough and height % wishes.multiple_of == width % wishes.multiple_of == 0


def sizes_in_words(wishes: Wishes) -> str:
    """Return what a model takes as a person would say it: sizes ("28 x 28 or 32 x 32"), or kinds where it has none."""
    if wishes.kinds == "any":
        return "any input, flattened"
    if wishes.sizes is None and wishes.min_size == wishes.multiple_of == 1:
        return wishes.kinds_in_words()
    if wishes.sizes is not None:
        return either([f"{size} x {size}" for size in wishes.sizes])
    words = f"{wishes.min_size} x {wishes.min_size} or larger"
    return words if wishes.multiple_of == 1 else f"{words}, sides a multiple of {wishes.multiple_of}"


def nearest_size(wishes: Wishes, size: int) -> int:
    """Return the size that a model takes and that lies nearest to another, in pixels."""
    if wishes.sizes is not None:
        return min(wishes.sizes, key=lambda choice: abs(choice - size))
    step = wishes.multiple_of
    return -(-max(size, wishes.min_size) // step) * step


def either(words: list[str]) -> str:
    """Return words as alternatives: "a", "a or b", "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
