"""The weights of a filter that slides along one axis, as lines over the steps that it sees."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.svg import Scale, drawing, element, line, number

WIDTH, HEIGHT, MARGIN = 160.0, 100.0, 7.0


def filter_lines(weights: NDArray[np.floating], limit: float, *, label: str) -> Markup:
    """Return the weights of one filter, a line for each channel that it reads, without words: it is shown small.

    Args:
        weights: [C, K], C of at most 5.
        limit: weight at the upper edge; at the lower one it is as far below 0. What is beyond stands at the edge.
        label: what the drawing shows, for those who do not see it.
    """
    steps = weights.shape[1]
    across = Scale(0.0, float(max(steps - 1, 1)), MARGIN, WIDTH - MARGIN)
    up = Scale(-limit, limit, HEIGHT - MARGIN, MARGIN)
    parts = [
        element("rect", x=0.0, y=0.0, width=WIDTH, height=HEIGHT, rx=4.0, class_="field"),
        line(MARGIN, up(0.0), WIDTH - MARGIN, up(0.0), class_="axis"),
    ]
    for look, row in enumerate(np.clip(weights, -limit, limit).tolist()):
        places = [(across(float(step)), up(weight)) for step, weight in enumerate(row)]
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places)
        parts.append(element("path", d=path, class_=f"walk walk-{look}"))
        parts += [element("circle", cx=x, cy=y, r=2.6, class_=f"walk-mark walk-mark-{look}") for x, y in places]
    return drawing(*parts, width=WIDTH, height=HEIGHT, label=label, class_="walks")
