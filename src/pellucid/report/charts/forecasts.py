"""A forecast from one origin: what was seen, what came, the median and its bands."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, number, text

WIDTH = 420.0
_LEGEND = 22.0


def forecast_chart(
    seen: Sequence[float],
    truth: Sequence[float],
    median: Sequence[float],
    bands: Sequence[tuple[Sequence[float], Sequence[float]]],
    *,
    label: str,
    height: float = 240.0,
) -> Markup:
    """Return the past, what was forecast, and what came.

    Args:
        seen: the last values before the origin, the newest last; may be empty.
        truth: h values that came; () where they are not known yet.
        median: h values that were forecast.
        bands: lower and upper borders of each, h values, the widest first.
        label: what the picture shows, for those who do not see it.
        height: of the drawing, in its own units (it is 420 wide).
    """
    everything = [*seen, *truth, *median, *(value for band in bands for side in band for value in side)]
    across = Scale(-float(max(len(seen) - 1, 0)), float(len(median)), LEFT + 6, WIDTH - RIGHT - 6)
    up = Scale(*padded(everything), height - BOTTOM, TOP + _LEGEND)

    def path(values: Sequence[float], first: int) -> str:
        return " ".join(f"{number(across(first + place))},{number(up(value))}" for place, value in enumerate(values))

    joined = list(seen[-1:])
    start = 0 if joined else 1
    parts: list[Markup] = [
        vertical_axis(up, LEFT, WIDTH - RIGHT),
        horizontal_axis(across, height - BOTTOM, title="steps from the origin"),
        line(across(0), up.start, across(0), up.end, class_="ideal"),
    ]
    for low, high in bands:
        back = " ".join(reversed(path([*joined, *high], start).split(" ")))
        parts.append(element("polygon", points=f"{path([*joined, *low], start)} {back}", class_="band"))
    if seen:
        parts.append(element("polyline", points=path(seen, 1 - len(seen)), class_="curve rate"))
    parts.append(element("polyline", points=path([*joined, *median], start), class_="curve"))
    if len(median) == 1:
        parts.append(element("circle", cx=across(1), cy=up(median[0]), r=3.5, class_="mark"))
    if truth:
        parts.append(element("polyline", points=path([*joined, *truth], start), class_="curve train"))
        parts.append(element("circle", cx=across(len(truth)), cy=up(truth[-1]), r=3.5, class_="mark train"))
    keys = (("seen", "rate"), ("forecast", ""), ("what came", "train"))[: 3 if truth else 2]
    place = LEFT
    for words, look in keys:
        parts.append(line(place, 10, place + 22, 10, class_=f"curve {look}".strip()))
        parts.append(text(place + 28, 14, words, class_="key"))
        place += 42 + 8 * len(words)
    return drawing(*parts, width=WIDTH, height=height, label=label)
