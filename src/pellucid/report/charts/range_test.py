"""The short probe of the learning rate: loss over rates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, number, text

WIDTH, HEIGHT = 420.0, 170.0


def range_test_chart(
    rates: Sequence[float], losses: Sequence[float], *, chosen: float, words: str = "chosen"
) -> Markup:
    """Return the smoothed loss over learning rates, the chosen one marked.

    Args:
        rates: ascending, above 0.
        losses: one each, finite.
        chosen: the learning rate that was taken.
        words: what it is called, "chosen" or, where the probe found none, "the default".
    """
    across = Scale(min(rates[0], chosen), max(rates[-1], chosen), LEFT + 6, WIDTH - RIGHT - 6, log=True)
    # Where the loss explodes is not where one looks: the view ends a little above where it began.
    ceiling = min(max(losses), 1.25 * losses[0])
    up = Scale(*padded([min(losses), ceiling]), HEIGHT - BOTTOM, TOP)
    shown = [(across(rate), up(loss)) for rate, loss in zip(rates, losses, strict=True) if loss <= ceiling]
    path = " ".join(f"{'L' if index else 'M'}{number(x)} {number(y)}" for index, (x, y) in enumerate(shown))
    bottom = HEIGHT - BOTTOM
    parts = [
        vertical_axis(up, LEFT, WIDTH - RIGHT),
        line(across.start, bottom, across.end, bottom, class_="axis"),
        *(_tick(across, power, bottom) for power in _powers(across)),
        text((across.start + across.end) / 2, bottom + 34, "learning rate", anchor="middle", class_="axis-title"),
        element("path", d=path, class_="curve rate"),
        line(across(chosen), TOP, across(chosen), bottom, class_="best"),
        text(across(chosen) - 6, TOP + 10, f"{words}: {chosen:g}", anchor="end", class_="key"),
    ]
    label = f"Training loss over learning rates in a short probe; {words}: {chosen:g}"
    return drawing(*parts, width=WIDTH, height=HEIGHT, label=label)


def _powers(scale: Scale) -> range:
    return range(math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9) + 1)


def _tick(scale: Scale, power: int, y: float) -> Markup:
    words = f"{10.0**power:g}"
    return text(scale(10.0**power), y + 16, words, anchor="middle", class_="tick")
