"""What happens to answers when pictures move, as an exhibit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.features import ShiftPoint, ShiftResponse
from pellucid.report.charts import Series, line_chart
from pellucid.report.wording import decimal, percent, split_examples
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted


def shifts_exhibit(response: ShiftResponse, *, command: str = "") -> Exhibit:
    """Return the share of unchanged answers and the change of probability against the shift."""
    groups = [("Shifted to the right", "pixels to the right", response.right)]
    groups += [("Shifted downwards", "pixels downwards", response.down)]
    groups += [("Turned counter-clockwise", "degrees", response.turned)] if response.turned else []
    is_class = response.right[0].unchanged is not None
    figures = []
    for title, axis, points in groups:
        places = [point.amount for point in points]
        if is_class:
            series = [
                Series("unchanged", [point.unchanged for point in points], "val"),
                Series("right", [point.accuracy for point in points], "train"),
                Series("change", [point.change for point in points], "rate"),
            ]
        else:
            series = [Series("change", [point.change for point in points], "rate")]
        drawing = line_chart(
            series, epochs=places, label=f"{title}: answers against {axis}", is_share=is_class, across_title=axis
        )
        figures.append(Figure.from_svg(drawing, alt=f"{title}: answers against {axis}", caption=title))
    changes = (
        "the largest change of a class's probability, on average"
        if is_class
        else "the change of the answer, on average, in standard deviations of the answers"
    )
    return Exhibit(
        name="shift-response",
        title="What happens when the picture moves",
        paragraphs=(
            _shift_summary(response),
            f"Measured on {split_examples(response.n, response.split)} of {response.size[0]} x {response.size[1]} "
            f"pixels. Change: {changes}. Right: the share of right answers. What moves in at an edge is background. "
            "Content cut: in how many pictures the shift pushes part of the content out of the frame, so that the "
            "answer may change for that reason.",
        ),
        figures=tuple(figures),
        tables=tuple(_shift_table(title, points) for title, _, points in groups),
        command=command,
    )


def _shift_summary(response: ShiftResponse) -> str:
    steps = [point for point in (*response.right, *response.down) if point.amount != 0]
    if not steps or steps[0].unchanged is None:
        return "The share of unchanged answers is not defined for numbers; the change of the value is."
    smallest = min(abs(point.amount) for point in steps)
    near = [point for point in steps if abs(point.amount) == smallest]
    largest = max(abs(point.amount) for point in steps)
    far = [point for point in steps if abs(point.amount) == largest]
    return (
        f"Shifted by {counted(int(smallest), 'pixel')}, {percent(_mean(near))} of the answers stay; by "
        f"{counted(int(largest), 'pixel')}, {percent(_mean(far))}."
    )


def _mean(points: Sequence[ShiftPoint]) -> float:
    return float(np.mean([point.unchanged for point in points if point.unchanged is not None]))


def _shift_table(title: str, points: Sequence[ShiftPoint]) -> ExhibitTable:
    rows = tuple(
        (
            f"{point.amount:+g}" if point.amount else "0",
            percent(point.unchanged),
            "–" if point.low is None else f"{percent(point.low)} to {percent(point.high)}",
            decimal(point.change),
            percent(point.accuracy),
            percent(point.cut),
        )
        for point in points
    )
    amount = "Degrees" if title.startswith("Turned") else "Pixels"
    header = (amount, "Unchanged", "95 % interval", "Change", "Right", "Content cut")
    return ExhibitTable(header=header, rows=rows, caption=title)
