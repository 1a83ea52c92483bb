"""How much room words take in a drawing, whose boxes cannot grow with them."""

from __future__ import annotations

_WIDTHS = {
    0.28: "ijl|'",
    0.32: "I .,:; \u00a0",
    0.35: "f/\\!-",
    0.4: "rt()[]",
    0.52: "ckszJ",
    0.6: "avxyeLTFghnouEbdpq",
    0.64: "0123456789ABCDGHKNOPQRSUVXYZ",
    0.84: "w+×−=<>~&",
    0.98: "mMW%@…",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
"""In units of the font's size, rounded up from DejaVu Sans, the widest of the faces that pages ask for."""
OTHER, BOLD = 0.7, 1.13


def text_width(words: str, size: float, *, is_bold: bool = False) -> float:
    """Return about how wide words are, rather too wide than too narrow, in the unit of `size`."""
    return sum(_WIDTH_OF.get(letter, OTHER) for letter in words) * size * (BOLD if is_bold else 1.0)
