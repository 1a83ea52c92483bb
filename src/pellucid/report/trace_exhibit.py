"""Forward passes and the values of a layer as exhibits: pictures, and tables whose cells say how they came about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.report.arithmetic_exhibit import LISTED
from pellucid.report.attention_exhibit import attention_figures
from pellucid.report.charts import Panel, PanelLine, series_panels, unrolled_chart
from pellucid.report.charts.unrolled import MOST_ROWS
from pellucid.report.exhibit_names import distinct_name
from pellucid.report.exhibits import picture_figure
from pellucid.report.number_cells import enlarged
from pellucid.report.provenance import last_part
from pellucid.report.wording import percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted, visible

if TYPE_CHECKING:
    from pellucid.trace import Arithmetic, StepValues, Trace, Unrolled, Workings

ABOUT_UNROLLED = (
    "Recurrent layers are unrolled, a row a step in the order in which they read: how far each gate was open (a full "
    "bar is 1), how large candidate and state were, and how far the step moved the state; means over the units."
)
SIDE, HINT, MAP = 14, 900, 256
"""Rows and columns of a map that are shown, letters of a hint, pixels of the side of a map."""
TOLD, TEXT, CHANNELS = 10, 400, 6
"""Outputs, letters of a text, and channels of a series that are shown first."""
ROUNDING = 1e-6
"""Share of the largest value below which a mean is rounding."""


def trace_exhibit(trace: Trace, *, command: str = "") -> Exhibit:
    """Return every step of a forward pass: what it is, its shape, and what its values are like."""
    outputs = ", ".join(f"{value:.4g}" for value in trace.output.ravel()[:TOLD])
    if trace.output.size > TOLD:
        outputs = f"{trace.output.size:,} numbers: {outputs}, ..."
    unrolled = [one for values in trace for one in values.unrolled]
    around = [_workings_table(one) for one in trace.workings]
    before = around[:-1]  # the last one is the way to the answer
    return Exhibit(
        name="trace",
        title="Every step of a forward pass",
        paragraphs=(
            *_asked(trace),
            f"The network gave {outputs}.",
            *(note for one in trace.workings for note in one.notes),
            *([ABOUT_UNROLLED] if unrolled else []),
        ),
        figures=(
            *_inputs(trace),
            *map(_unrolled_figure, unrolled),
            *attention_figures(trace.attention if trace.tokens else (), trace.tokens),
        ),
        tables=(*before, *_steps_tables(trace), *around[len(before) :]),
        command=command,
    )


def _steps_tables(trace: Trace) -> Iterator[ExhibitTable]:
    """Yield the steps, a row each; where some are bookkeeping, these stand in a second table that is folded away."""
    from pellucid.trace import BOOKKEEPING

    told = trace.told
    rest, caption = len(trace) - len(told), f"The {counted(len(told), 'step')}"
    said = f"{caption}; and {counted(rest, 'step')} {BOOKKEEPING}" if rest else caption
    yield _steps_table(told, said)
    if rest:
        yield _steps_table(list(trace), f"All {len(trace):,} steps", fold=f"All {len(trace):,} steps, bookkeeping too")


def _steps_table(told: list[StepValues], caption: str, *, fold: str = "") -> ExhibitTable:
    rows = []
    for values in told:
        array = values.values
        shape = " × ".join(map(str, values.shape)) or "1"
        zeros = percent(float((array == 0).mean()), 0) if array.size else "–"
        cells = _summary(array) if array.size else ["–"] * 4
        rows.append((values.step.name, values.step.operator, shape, *cells, zeros))
    header = ("layer", "operator", "shape", "mean", "deviation", "least", "most", "zeros")
    return ExhibitTable(header=header, rows=tuple(rows), caption=caption, fold=fold)


def _asked(trace: Trace) -> Iterator[str]:
    """Yield what was asked, what was answered and what is right, as far as somebody said it."""
    if trace.text:
        cut = trace.text if len(trace.text) <= TEXT else f"{trace.text[:TEXT]} ..."
        yield f"It read “{visible(cut)}”."
    if trace.answer:
        # Where a file lies is nobody's business; a text may hold a slash.
        name = last_part(trace.name) if trace.name and not trace.text else trace.name
        sealed = " The right answer is sealed with the test split." if trace.is_sealed else ""
        right = f" Right: {trace.right}." if trace.right else sealed
        yield f"{f'Input: {name}. ' if name else ''}Answer: {trace.answer}.{right}"


def _summary(array: NDArray[np.floating[Any]]) -> list[str]:
    """Return mean, deviation, least and most; a mean that is 0 but for rounding is said to be about 0."""
    mean, least, most = float(array.mean()), float(array.min()), float(array.max())
    is_rounding = 0 < abs(mean) < ROUNDING * max(abs(least), abs(most))
    return ["≈ 0" if is_rounding else f"{mean:.4g}", f"{array.std():.4g}", f"{least:.4g}", f"{most:.4g}"]


def _inputs(trace: Trace) -> tuple[Figure, ...]:
    """Return the picture or the series that the network was asked about; () of what is neither."""
    if trace.picture is not None:
        return (_input_picture(trace.picture),)
    if trace.series is None:
        return ()
    names = trace.channels if len(trace.channels) > 1 else ("",)
    panels = [Panel(name, [PanelLine(values)]) for name, values in zip(names, trace.series, strict=False)][:CHANNELS]
    said = "The series as it stands in the data"
    if len(trace.series) > CHANNELS:
        said += f", the first {CHANNELS} of {len(trace.series):,} channels"
    return (Figure.from_svg(series_panels(panels, label=said), alt=said, caption=said, role="main"),)


def _unrolled_figure(unrolled: Unrolled) -> Figure:
    """Return a recurrent layer, a row a step, its gates as bars."""
    rows = [(step.read, step.values) for step in unrolled.steps]
    more = f"; the first {MOST_ROWS} of {len(rows):,} steps" if len(rows) > MOST_ROWS else ""
    label = f"{unrolled.title}: a row a step{more}"
    return Figure.from_svg(
        str(unrolled_chart(unrolled.names, rows, label=label)), alt=label, caption=label, role="main"
    )


def _unrolled_table(unrolled: Unrolled) -> ExhibitTable:
    return ExhibitTable(
        header=("read", *unrolled.names),
        rows=tuple((step.read, *(f"{value:.3f}" for value in step.values)) for step in unrolled.steps),
        caption=unrolled.title,
        fold=f"{unrolled.title}: the steps as numbers",
    )


def _workings_table(workings: Workings) -> ExhibitTable:
    from pellucid.trace import cell_words, largest_rows

    shown = largest_rows(workings, LISTED)
    rest = f"; the {LISTED} largest results of {len(workings.rows):,}" if len(shown) < len(workings.rows) else ""
    rows = tuple(tuple(cell_words(cell) for cell in row) for row in shown)
    header = tuple(
        name.replace("x ", "× ").replace("- ", "− ").replace("/ ", "÷ ") if name[:2] in ("x ", "- ", "/ ") else name
        for name in workings.header
    )
    return ExhibitTable(header=header, rows=rows, caption=f"{workings.title}{rest}")


def _input_picture(picture: NDArray[np.uint8]) -> Figure:
    size = f"{picture.shape[0]} × {picture.shape[1]}"
    pixels = enlarged(picture[..., 0] if picture.shape[2] == 1 else picture)
    return picture_figure(
        pixels, alt="The picture as the network sees it", caption=f"The network's input, {size} pixels"
    )


def values_exhibit(values: StepValues, *, command: str = "") -> Exhibit:
    """Return a layer's values: of a feature map its strongest channel, each cell with its arithmetic as a hint."""
    array, name = values.values, values.step.name
    shape = " × ".join(map(str, values.shape)) or "1"
    said = f"{values.step.operator}, {shape} values from {array.min():.4g} to {array.max():.4g}."
    channel = int(np.abs(array).mean(axis=(1, 2)).argmax()) if array.ndim == 3 else 0
    if array.ndim == 3:
        caption, plane = f"Channel {channel}, which is strongest on average", array[channel]
    elif array.ndim == 2:
        caption, plane = "Tokens down, features across", array
    else:
        caption, plane = "Units", array.reshape(-1, 1)

    def hint(row: int, column: int) -> str:
        if array.ndim == 3:
            return _hint(values.at(channel, row, column))
        place = (row, column) if array.ndim == 2 else tuple(int(p) for p in np.unravel_index(row, array.shape))
        return _hint(values.at(*place))

    unrolled = values.unrolled
    figures = _seen_maps(values, channel) if array.ndim == 3 else tuple(map(_unrolled_figure, unrolled))
    names = values.step.names

    height, width = min(plane.shape[0], SIDE if array.ndim > 1 else LISTED), min(plane.shape[1], SIDE)
    if plane.shape[0] > height or plane.shape[1] > width:
        caption += f": the first {height} rows and {width} columns of {plane.shape[0]} × {plane.shape[1]}"
    digits = 3 if array.ndim > 1 else 6
    rows = tuple(
        (names[r] if names and array.ndim == 1 else str(r), *(f"{plane[r, c]:.{digits}g}" for c in range(width)))
        for r in range(height)
    )
    hints = tuple(("", *(hint(r, c) for c in range(width))) for r in range(height))
    header = ("", *(map(str, range(width)) if array.ndim > 1 else ("value",)))
    return Exhibit(
        name=distinct_name("trace", name),
        title=f"What {name} gave",
        paragraphs=(
            said,
            "Rest the pointer on a value to read how it came about; on a page of its own Tab and the arrow keys, "
            "or a touch, tell it, too.",
            *([ABOUT_UNROLLED] if unrolled else []),
        ),
        figures=figures,
        tables=(ExhibitTable(header=header, rows=rows, caption=caption, hints=hints), *map(_unrolled_table, unrolled)),
        command=command,
    )


def _seen_maps(values: StepValues, channel: int) -> tuple[Figure, ...]:
    """Return the picture the network was shown and a channel of a feature map, side by side."""
    plane, row = values.values[channel], "The input and the strongest channel"
    caption = f"channel {channel}, {plane.shape[0]} × {plane.shape[1]}, from {plane.min():.4g} to {plane.max():.4g}"
    drawn = picture_figure(enlarged(plane), alt=f"Channel {channel} as a picture", caption=caption, longest=MAP)
    if values.picture is None:
        return (drawn.model_copy(update={"row": f"Channel {channel}, which is strongest on average"}),)
    pixels = enlarged(values.picture[..., 0] if values.picture.shape[2] == 1 else values.picture)
    shown = picture_figure(pixels, alt="The picture as the network sees it", caption="input", longest=MAP)
    return (shown.model_copy(update={"row": row}), drawn.model_copy(update={"row": row, "sign": "→"}))


def _hint(arithmetic: Arithmetic) -> str:
    text = str(arithmetic)
    return text if len(text) <= HINT else text[:HINT] + " ..."
