"""The two checks of a heat map: curves of deletion and insertion, and what is left when weights are shuffled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.axes import BOTTOM, LEFT, TOP, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, number, text

if TYPE_CHECKING:
    from pellucid.attribution import DeletionCheck, RandomisationCheck

WIDTH, HEIGHT = 320.0, 230.0
RIGHT = 20.0
"""Room for the half of "100 %" beyond the axis' end."""


def deletion_chart(check: DeletionCheck, *, answered: str) -> Markup:
    """Return the answer while parts are taken away (solid) and put back (dashed), over the range of random orders.

    Args:
        check: of the map.
        answered: what the answer is, for who does not see it, e.g. "probability of 'ants'".
    """
    curves = [check.deletion, check.insertion, *check.random_deletion, *check.random_insertion]
    everything = np.concatenate(curves)
    low, high = (0.0, 1.0) if everything.min() >= 0 and everything.max() <= 1 else padded(everything.tolist())
    across = Scale(0.0, 1.0, LEFT, WIDTH - RIGHT - 8)  # the last label, 100 %, stands half beyond
    up = Scale(low, high, HEIGHT - BOTTOM, TOP + 34)
    is_share = (low, high) == (0.0, 1.0)
    parts = [
        vertical_axis(up, LEFT, WIDTH - RIGHT, is_share=is_share),
        horizontal_axis(across, HEIGHT - BOTTOM, title="parts removed or put back", is_share=True),
        _band(check.shares, check.random_deletion, across, up),
        _band(check.shares, check.random_insertion, across, up),
        _line(check.shares, check.deletion, across, up, "curve"),
        _line(check.shares, check.insertion, across, up, "curve train"),
        *_legend(),
    ]
    label = f"The {answered} while parts of the input are taken away and put back in the order of the map"
    return drawing(*parts, width=WIDTH, height=HEIGHT, label=label)


def randomisation_chart(check: RandomisationCheck) -> Markup:
    """Return how alike the map stays while the weights are shuffled from the output down."""
    stages = [1.0, *check.similarities]
    across = Scale(0.0, float(len(stages) - 1), LEFT, WIDTH - RIGHT)
    up = Scale(min(-0.25, min(stages)), 1.0, HEIGHT - BOTTOM, TOP + 20)
    places = [float(place) for place in range(len(stages))]
    parts = [
        vertical_axis(up, LEFT, WIDTH - RIGHT),
        horizontal_axis(across, HEIGHT - BOTTOM, title="layers shuffled, from the output down", at=places),
        line(LEFT, up(0.0), WIDTH - RIGHT, up(0.0), class_="axis"),
        _line(np.array(places), np.array(stages), across, up, "curve"),
    ]
    for place, value in zip(places, stages, strict=True):
        layer = "as trained" if place == 0 else f"down to {check.layers[int(place) - 1]}"
        title = element("title", f"{layer}: {value:.2f}")
        parts.append(element("circle", title, cx=across(place), cy=up(value), r=3.5, class_="mark"))
    parts.append(text(LEFT, TOP + 4, "rank correlation with the true map", class_="note"))
    label = f"How alike the map stays while weights are shuffled; at the end {stages[-1]:.2f}"
    return drawing(*parts, width=WIDTH, height=HEIGHT, label=label)


def _line(x: NDArray[np.float64], y: NDArray[np.float64], across: Scale, up: Scale, look: str) -> Markup:
    return element("polyline", points=_points(x, y, across, up), class_=look, fill="none")


def _legend() -> list[Markup]:
    """Return what solid, dashed and the band are, in two rows above the field."""
    first, second, x = 8.0, 26.0, LEFT + 130
    parts = []
    for left, y, look, words in ((LEFT, first, "curve", "removed"), (x, first, "curve train", "put back")):
        parts += [line(left, y, left + 26, y, class_=look), text(left + 34, y + 4, words, class_="key")]
    band = element("rect", x=LEFT, y=second - 6, width=26.0, height=12.0, class_="band")
    return [*parts, band, text(LEFT + 34, second + 4, "random orders", class_="key")]


def _band(x: NDArray[np.float64], curves: NDArray[np.float64], across: Scale, up: Scale) -> Markup:
    """Return the area between the lowest and the highest of some curves."""
    low, high = curves.min(axis=0), curves.max(axis=0)
    outline = [*zip(x, high, strict=True), *zip(x[::-1], low[::-1], strict=True)]
    points = _points([float(a) for a, _ in outline], [float(b) for _, b in outline], across, up)
    return element("polygon", points=points, class_="band")


def _points(
    x: Sequence[float] | NDArray[np.float64], y: Sequence[float] | NDArray[np.float64], across: Scale, up: Scale
) -> str:
    return " ".join(f"{number(across(float(a)))},{number(up(float(b)))}" for a, b in zip(x, y, strict=True))
