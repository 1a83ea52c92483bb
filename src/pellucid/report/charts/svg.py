"""SVG elements as escaped markup, and the scales that place them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from pellucid.report.wording import SPACE, typeset
from pellucid.words import visible_lines

LONG, LONGER = 1350.0, 1900.0
"""Widths from which on a drawing of fixed size may shrink less, so that its words stay legible."""

Value = str | float | int | None
MOST_POWERS = 7
"""Powers of ten that are named along an axis."""


def element(tag: str, /, *children: str, **attributes: Value) -> Markup:
    """Return one element; children that are not Markup, and every attribute, are escaped.

    Args:
        tag: e.g. "circle".
        children: text or elements.
        attributes: "_" stands for "-", a last "_" is dropped (`class_`), None leaves the attribute out.
    """
    # Plain strings of escaped parts: a page has thousands of elements, and Markup's own methods escape step by step.
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_words(number(value) if isinstance(value, float) else value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{''.join(map(_words, children))}</{tag}>")


def _words(value: str | int) -> Markup:
    """Return words as markup. XML has no control characters at all: one in a class's name would break the drawing."""
    if isinstance(value, Markup) or not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return escape(value)
    return escape(visible_lines(value))


def drawing(
    *children: str, width: float, height: float, label: str, class_: str = "", is_fixed: bool = False
) -> Markup:
    """Return a whole picture that says what it shows to those who do not see it.

    It scales with its box; where it `is_fixed`, never above its own size nor so far below it that its words could not
    be read: then the box scrolls.
    """
    return element(
        "svg",
        *children,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=label,
        class_=f"chart {class_}{_length(width) if is_fixed else ''}".strip(),
        width=width if is_fixed else None,
        height=height if is_fixed else None,
    )


def _length(width: float) -> str:
    return " longer" if width > LONGER else " long" if width > LONG else ""


def text(x: float, y: float, words: str, *, anchor: str = "start", class_: str | None = None) -> Markup:
    """Return words at a place."""
    return element("text", words, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, *, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def number(value: float) -> str:
    """Return a coordinate, short."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"


@dataclass(frozen=True)
class Scale:
    """A straight map from data to places.

    Attributes:
        low, high: the ends in data; equal ends are drawn apart.
        start, end: the ends on the drawing.
        log: whether steps are ratios; needs low > 0.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value; values outside stay at the ends."""
        low, high, at = (math.log(max(x, 1e-300)) if self.log else x for x in (self.low, self.high, value))
        share = (at - low) / (high - low) if high != low else 0.5
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers in [low, high], steps of 1, 2 or 5 times a power of ten."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low]
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Return 1, 2, 5 times powers of ten in [low, high]; when that would be many, every power of ten, or every n-th."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if len(powers) <= 3 else (1,)
    apart = 1 + len(powers) // MOST_POWERS
    return [
        factor * 10.0**power
        for power in powers
        if power % apart == 0
        for factor in factors
        if low <= factor * 10.0**power <= high
    ]


def tick_label(value: float, *, is_share: bool, step: float) -> str:
    """Return a tick's words, as fine as the step between ticks needs."""
    if is_share:
        value, step = value * 100, step * 100
    if value == 0:
        return "0 %" if is_share else "0"
    # Ticks of one axis are written alike: 0.0005 beside 0.0010. Only steps too fine for that are powers of ten.
    if not is_share and (abs(value) >= 1e6 or (abs(value) < 1e-3 and step < 0.99e-4)):
        return typeset(f"{value:.1e}".replace(".0e", "e")).replace(SPACE, "")
    places = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 2
    return f"{value:,.{places}f}".replace("-", "−") + (" %" if is_share else "")


def step_of(places: Sequence[float]) -> float:
    """Return the smallest distance between neighbours of a list of ticks, or the size of its only one."""
    if len(places) < 2:
        return abs(places[0]) / 10 if places and places[0] else 0.1
    return min(b - a for a, b in pairwise(places))
