"""Clouds of points: predicted against true, and errors against predictions."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, number, text

WIDTH = 420.0


def scatter(
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    x_title: str,
    y_title: str,
    ideal: str,
    label: str,
    height: float = 340.0,
) -> Markup:
    """Return a cloud of points with the line on which they would ideally lie.

    Args:
        xs: finite.
        ys: as many, finite.
        x_title: words of the horizontal axis.
        y_title: words of the vertical axis.
        ideal: "diagonal" (y = x, both axes alike) or "zero" (y = 0).
        label: what the picture shows, for those who do not see it.
        height: of the drawing, in its own units (it is 420 wide).
    """
    top = TOP + 16
    if ideal == "diagonal":
        x_range = y_range = padded([*xs, *ys])
    else:
        x_range, y_range = padded(list(xs)), padded([*ys, 0.0])
    across = Scale(*x_range, LEFT + 8, WIDTH - RIGHT)
    up = Scale(*y_range, height - BOTTOM, top)
    start, end = (x_range[0], x_range[1]) if ideal == "diagonal" else (0.0, 0.0)
    # A path of lines without length, drawn with round ends, is the shortest way to write many dots.
    dots = "".join(f"M{number(across(x))} {number(up(y))}h0" for x, y in zip(xs, ys, strict=True))
    many = " many" if len(xs) > 400 else ""
    parts = [
        vertical_axis(up, LEFT + 8, WIDTH - RIGHT),
        horizontal_axis(across, height - BOTTOM, title=x_title),
        text(4, 14, y_title, class_="axis-title"),
        line(across.start, up(start), across.end, up(end), class_="ideal"),
        element("path", d=dots, class_=f"dots{many}"),
    ]
    return drawing(*parts, width=WIDTH, height=height, label=label)
