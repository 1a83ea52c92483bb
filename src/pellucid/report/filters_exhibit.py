"""A layer's filters as an exhibit."""

from __future__ import annotations

import numpy as np

from pellucid.features import Filters
from pellucid.report.charts import filter_lines
from pellucid.report.exhibit_names import exhibit_name
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import enlarged, in_rows, signed_tile
from pellucid.report.wording import decimal
from pellucid.runs import Exhibit, Figure

MOST_FILTERS = 64
MOST_INPUTS = 32
MOST_LINES = 5
"""Channels of a series whose lines can be told apart in a small drawing."""


def filters_exhibit(filters: Filters, *, command: str = "") -> Exhibit:
    """Return the filters of a layer: in the colours of the input, or input channel by input channel."""
    outputs, inputs, height, width = filters.weights.shape
    order = np.argsort(-filters.strengths, kind="stable")[:MOST_FILTERS]
    scale = f"middle grey is 0, white {decimal(filters.limit)} or more, black {decimal(-filters.limit)} or less"
    one_scale = f"One scale for the whole layer: {scale}, so that filters can be compared."
    size = f"{outputs} filters of {inputs} x " + (f"{width}" if "1d" in filters.operator else f"{height} x {width}")
    if filters.in_colours:
        words = (
            "Each is a small picture in the colours of the input: a filter answers most to a patch that looks like it."
        )
        figures: list[Figure] = [
            picture_figure(
                enlarged(signed_tile(filters.weights[unit], filters.limit), at_least=8),
                alt=f"Filter {unit}",
                caption=f"filter {unit}: norm {decimal(float(filters.strengths[unit]))}",
            )
            for unit in sorted(order.tolist())
        ]
    elif height == 1 < width and inputs <= MOST_LINES:
        words = "Each is a line over the steps that it sees: a filter answers most to a stretch that looks like it."
        words += f" A line for each of the {inputs} channels." if inputs > 1 else ""
        ends = f"from {decimal(-filters.limit)} to {decimal(filters.limit)}"
        one_scale = f"One scale for the whole layer, {ends}, so that filters can be compared."
        figures = _lines(filters, sorted(order.tolist()))
        if outputs > len(order):
            one_scale += f" Shown are the {len(order)} strongest (largest norm) of {outputs}."
    elif height * width == 1:
        words = "Each row is a unit, each column an input channel."
        sheet = signed_tile(filters.weights[order][:, :, 0, 0], filters.limit)
        sheet = enlarged(sheet, at_least=300) if max(sheet.shape) < 300 else sheet
        figures = [picture_figure(sheet, alt="Weights as a matrix", caption=_which(order, outputs), longest=1200)]
    else:
        words = "Each row is a filter, each column one of its input channels: a filter answers to their sum."
        shown = min(inputs, MOST_INPUTS)
        rows = [[signed_tile(filters.weights[unit, k], filters.limit) for k in range(shown)] for unit in order[:32]]
        sheet = in_rows(rows, gap=1, has_clear_gaps=True)
        sheet = enlarged(sheet, at_least=round(420 * max(sheet.shape) / sheet.shape[1]))
        more = f"; the first {shown} of {inputs} input channels" if shown < inputs else ""
        caption = _which(order[:32], outputs) + more
        figures = [picture_figure(sheet, alt="Filters by input channel", caption=caption, longest=1400)]
    return Exhibit(
        name=exhibit_name("filters", filters.layer),
        title=f"Filters of {filters.layer}",
        paragraphs=(f"{size} ({filters.operator}). {words}", one_scale),
        figures=tuple(figures),
        notes=(
            "Weights alone say little beyond the first layer: what a deeper filter answers to depends on all before.",
        )
        if not filters.in_colours
        else (),
        command=command,
    )


def _lines(filters: Filters, units: list[int]) -> list[Figure]:
    return [
        Figure.from_svg(
            str(filter_lines(filters.weights[unit][:, 0], filters.limit, label=f"Filter {unit}")),
            alt=f"Filter {unit}",
            caption=f"filter {unit}: norm {decimal(float(filters.strengths[unit]))}",
            role="tile",
        )
        for unit in units
    ]


def _which(order: np.ndarray[tuple[int, ...], np.dtype[np.intp]], outputs: int) -> str:
    listed = ", ".join(str(unit) for unit in order.tolist())
    return f"{len(order)} of {outputs} units, the strongest (largest norm) first: {listed}"
