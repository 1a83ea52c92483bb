"""The reliability diagram: stated against true confidence, with how many examples stand behind each point."""

from __future__ import annotations

from markupsafe import Markup

from pellucid.evaluation import Calibration, CalibrationBin
from pellucid.report.charts.axes import LEFT, horizontal_axis, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, text
from pellucid.report.wording import count, percent

WIDTH, SIDE, TOP, GAP, COUNTS, RIGHT = 420.0, 290.0, 38.0, 26.0, 64.0, 22.0
FEW = 10
"""A point with fewer examples is drawn hollow: it says little."""
FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def reliability_diagram(calibration: Calibration, *, label: str) -> Markup:
    """Return accuracy against mean probability per bin, and the bins' counts as bars below on the same axis."""
    across = Scale(0, 1, LEFT, WIDTH - RIGHT)
    up = Scale(0, 1, TOP + SIDE, TOP)
    floor = TOP + SIDE + GAP + COUNTS
    filled = [
        one for one in calibration.bins if one.count and one.accuracy is not None and one.mean_probability is not None
    ]
    most = max((one.count for one in filled), default=1)
    tall = Scale(0, most, floor, floor - COUNTS)
    sound = [one for one in filled if one.count >= FEW]
    parts = [
        vertical_axis(up, LEFT, WIDTH - RIGHT, is_share=True, at=FIFTHS),
        line(across(0), up(0), across(1), up(1), class_="ideal"),
        *_legend(),
        element(
            "path",
            d="M" + "L".join(f"{across(_x(one)):.2f} {up(_y(one)):.2f}" for one in sound),
            class_="curve val thin",
        )
        if sound
        else Markup(""),
        *(_point(one, across, up, most) for one in filled),
        text(LEFT - 6, floor - COUNTS + 4, count(most), anchor="end", class_="tick"),
        text(LEFT - 6, floor, "0", anchor="end", class_="tick"),
        text(LEFT, floor - COUNTS - 8, "examples", class_="note"),
        *(_bar(one, across, tall) for one in filled),
        horizontal_axis(across, floor, title="probability of the predicted class", is_share=True, at=FIFTHS),
    ]
    return drawing(*parts, width=WIDTH, height=floor + 40, label=label)


def _legend() -> list[Markup]:
    return [
        element("circle", cx=LEFT + 5, cy=14, r=4.0, class_="mark val"),
        text(LEFT + 15, 18, f"{FEW} or more", class_="key"),
        element("circle", cx=LEFT + 107, cy=14, r=4.0, class_="mark few"),
        text(LEFT + 117, 18, "fewer examples", class_="key"),
        line(LEFT + 230, 14, LEFT + 250, 14, class_="ideal"),
        text(LEFT + 256, 18, "calibrated", class_="key"),
    ]


def _x(one: CalibrationBin) -> float:
    return one.mean_probability if one.mean_probability is not None else (one.low + one.high) / 2


def _y(one: CalibrationBin) -> float:
    return one.accuracy.value if one.accuracy is not None else 0.0


def _words(one: CalibrationBin) -> str:
    accuracy = one.accuracy
    interval = ""
    if accuracy is not None and accuracy.low is not None and accuracy.high is not None:
        interval = f" ({percent(accuracy.low, unit=False)} to {percent(accuracy.high)})"
    return f"said {percent(_x(one))}, right {percent(_y(one))}{interval}, {count(one.count)} examples"


def _point(one: CalibrationBin, across: Scale, up: Scale, most: int) -> Markup:
    x, parts = across(_x(one)), [element("title", _words(one))]
    if one.accuracy is not None and one.accuracy.low is not None and one.accuracy.high is not None:
        parts.append(line(x, up(one.accuracy.low), x, up(one.accuracy.high), class_="whisker model soft"))
    radius = 3.0 + 4.0 * (one.count / most) ** 0.5
    parts.append(
        element("circle", cx=x, cy=up(_y(one)), r=radius, class_="mark val" if one.count >= FEW else "mark few")
    )
    return element("g", *parts)


def _bar(one: CalibrationBin, across: Scale, tall: Scale) -> Markup:
    x1, x2 = across(one.low) + 1, across(one.high) - 1
    y = min(tall(one.count), tall.start - 1.5)
    return element("rect", element("title", _words(one)), x=x1, y=y, width=x2 - x1, height=tall.start - y, class_="bar")
