"""Traces as exhibits: pictures, patches and kernels side by side, and tables whose cells say how they came about."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.report.exhibits import picture_figure
from pellucid.report.number_cells import SHOWN, enlarged, framed_drawing, grid_drawing
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.trace import (
        Arithmetic,
        Backward,
        Floats,
        Seen,
        SlowMotion,
        StepValues,
        Trace,
        WeightUpdate,
        Workings,
    )

SIDE, LISTED, CHANNELS, HINT = 14, 40, 4, 900
"""Rows and columns of a map that are shown, terms that are listed, channels drawn, letters of a hint."""
MOST_FOLDED = 5000
"""Rows of a table that is folded away."""
MAP, MAP_BESIDE, LARGE = 256, 130.0, 256.0
"""Sides of drawn maps, alone and beside their patch, and of the picture with its receptive field."""


def trace_exhibit(trace: Trace, *, command: str = "") -> Exhibit:
    """Return every step of a forward pass: what it is, its shape, and what its values are like."""
    rows = []
    for values in trace:
        array = values.values
        numbers = (array.mean(), array.std(), array.min(), array.max()) if array.size else ()
        shape = " × ".join(map(str, values.shape)) or "1"
        zeros = f"{(array == 0).mean():.0%}" if array.size else ""
        cells = [f"{number:.4g}" for number in numbers] or [""] * 4
        rows.append((values.step.name, values.step.operator, shape, *cells, zeros))
    header = ("layer", "operator", "shape", "mean", "deviation", "least", "most", "zeros")
    outputs = ", ".join(f"{value:.4g}" for value in trace.output.ravel()[:LISTED])
    if trace.output.size > LISTED:
        outputs += ", ..."
    steps = ExhibitTable(header=header, rows=tuple(rows), caption=f"The {len(rows)} steps")
    around = [_workings_table(one) for one in trace.workings]
    before = around[:-1]  # the last one is the way to the answer
    return Exhibit(
        name="trace",
        title="Every step of a forward pass",
        paragraphs=(
            *([f"{trace.heading}."] if trace.heading else []),
            f"The network gave {outputs}.",
            *(note for one in trace.workings for note in one.notes),
        ),
        figures=() if trace.picture is None else (_input_picture(trace.picture),),
        tables=(*before, steps, *around[len(before) :]),
        command=command,
    )


def _workings_table(workings: Workings) -> ExhibitTable:
    from pellucid.trace.text import cell_words, largest_rows

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

    figures = _seen_maps(values, channel) if array.ndim == 3 else ()
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
        name=_name("trace", name),
        title=f"What {name} gave",
        paragraphs=(
            said,
            "Rest the pointer on a value to read how it came about; on a page of its own Tab and the arrow keys, "
            "or a touch, tell it, too.",
        ),
        figures=figures,
        tables=(ExhibitTable(header=header, rows=rows, caption=caption, hints=hints),),
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


def arithmetic_exhibit(arithmetic: Arithmetic, *, command: str = "") -> Exhibit:
    """Return how one number came about: patch, kernel and products of a convolution, or its terms."""
    place = f"[{', '.join(map(str, arithmetic.at))}]" if arithmetic.at else ""
    verdict = "which is rounding" if arithmetic.is_exact else "which is more than rounding"
    words = f"{arithmetic.operator}: {arithmetic.formula}. {arithmetic.note}".rstrip()
    said = [words.replace(" x ", " × ")]
    if len(arithmetic.terms):
        make = "The term makes" if len(arithmetic.terms) == 1 else f"The {len(arithmetic.terms):,} terms make"
        said.append(
            f"{make} {arithmetic.total:.8g}, the network's own value is "
            f"{arithmetic.value:.8g}: {arithmetic.error:.1e} apart, {verdict} (up to {arithmetic.bound:.1e})."
        )
    return Exhibit(
        name=_name("trace", f"{arithmetic.step}-{'-'.join(map(str, arithmetic.at))}"),
        title=f"{arithmetic.step}{place} = {arithmetic.value:.6g}",
        paragraphs=tuple(said),
        figures=tuple(_arithmetic_figures(arithmetic)),
        tables=tuple(_arithmetic_tables(arithmetic)),
        command=command,
    )


def _arithmetic_figures(arithmetic: Arithmetic) -> Iterator[Figure]:
    """Yield the picture with what the value depends on, and of a convolution a row for each channel that matters."""
    seen = arithmetic.seen
    if seen is not None and seen.picture is not None and seen.field is not None:
        top, left, height, width = seen.field
        picture = seen.picture[..., 0].astype(np.float64) if seen.picture.shape[2] == 1 else seen.picture
        caption = f"rows {top} to {top + height - 1}, columns {left} to {left + width - 1}" + (
            " (what lies outside of the picture is padding)" if _is_outside(seen) else ""
        )
        drawn = framed_drawing(picture, (top, left), (height, width), side=LARGE)
        row = f"What of the picture the number depends on: {height} × {width} pixels, its receptive field"
        yield Figure.from_svg(drawn, alt="The picture with its receptive field in a frame", caption=caption, row=row)
    names = {factor.name: factor.values for factor in arithmetic.factors}
    patch, kernel = names.get("input"), names.get("weight")
    if patch is None or kernel is None or patch.ndim != 3:
        return
    products = patch * kernel
    for channel in largest_channels(products):
        yield from _channel_row(channel, patch, kernel, products, seen)


def _is_outside(seen: Seen) -> bool:
    if seen.picture is None or seen.field is None:
        return False
    top, left, height, width = seen.field
    return top < 0 or left < 0 or top + height > seen.picture.shape[0] or left + width > seen.picture.shape[1]


def largest_channels(products: Floats) -> list[int]:
    """Return up to `CHANNELS` channels of products [C, H, W] in their order: those whose sums are largest."""
    order = np.argsort(-np.abs(products.sum(axis=(1, 2))), kind="stable")
    return sorted(order[:CHANNELS].tolist())


def _channel_row(channel: int, patch: Floats, kernel: Floats, products: Floats, seen: Seen | None) -> Iterator[Figure]:
    """Yield the map of one channel with the patch in a frame, and patch × kernel = product."""
    row = f"Input channel {channel}: patch × kernel, in all {products[channel].sum():+.6g}"
    if seen is not None and seen.maps is not None and seen.window is not None:
        top, left, height, width = seen.window
        plane = seen.maps[channel]
        drawn = framed_drawing(plane, (top, left), (height, width), is_written=False, side=MAP_BESIDE)
        caption = f"channel {channel}, {plane.shape[0]} × {plane.shape[1]}"
        yield Figure.from_svg(drawn, alt="The channel with the patch in a frame", caption=caption, row=row)
    # Adding zero turns -0.0 into 0.0, which is all that a reader wants to see of it.
    for words, values, sign in (("patch", patch, ""), ("kernel", kernel, "×"), ("product", products, "=")):
        drawn = grid_drawing(values[channel] + 0.0, signed=True, digits=3)
        yield Figure.from_svg(drawn, alt=f"The {words}", caption=words, row=row, sign=sign)


def _arithmetic_tables(arithmetic: Arithmetic) -> list[ExhibitTable]:
    names = {factor.name: factor.values for factor in arithmetic.factors}
    patch, kernel = names.get("input"), names.get("weight")
    if patch is not None and kernel is not None and patch.ndim == 3:
        return _channel_tables(patch, kernel, names.get("bias"))
    order = np.argsort(-np.abs(arithmetic.terms), kind="stable")
    count = len(arithmetic.terms)
    # A bias is one term more than there are products.
    inner = count - 1 if "bias" in names else count
    sides = {name: values for name, values in names.items() if values.shape == (inner,) and count > 1}
    labels = arithmetic.labels or (*(f"number {place}" for place in range(inner)), *["bias"] * (count - inner))
    header = ("term", "value", *sides)
    rows = tuple(
        (
            labels[at],
            f"{arithmetic.terms[at]:+.6g}",
            *(f"{values[at]:.6g}" if at < inner else "" for values in sides.values()),
        )
        for at in order[: LISTED + MOST_FOLDED].tolist()
    )
    rest = len(arithmetic.terms) - LISTED
    caption = f"The {LISTED} largest of {len(arithmetic.terms):,} terms" if rest > 0 else "The terms"
    tables = [ExhibitTable(header=header, rows=rows[:LISTED], caption=caption)] if count > 1 or not names else []
    if rest > 0:
        others = arithmetic.terms[order[LISTED:]].sum()
        fold = f"The other {rest:,} terms: {others:+.6g}{_cut(rest)}"
        tables.append(ExhibitTable(header=header, rows=rows[LISTED:], fold=fold))
    return [*tables, *_behind({name: values for name, values in names.items() if name not in sides})]


def _behind(factors: dict[str, Floats]) -> Iterator[ExhibitTable]:
    """Yield the numbers behind the terms: single ones, and those of one length side by side."""
    single = tuple((name, f"{float(values.ravel()[0]):.6g}") for name, values in factors.items() if values.size == 1)
    if single:
        yield ExhibitTable(header=("what", "number"), rows=single, caption="Behind it")
    lists = {name: values for name, values in factors.items() if values.ndim == 1 and values.size > 1}
    for size in dict.fromkeys(values.size for values in lists.values()):
        some = {name: values for name, values in lists.items() if values.size == size}
        rows = tuple(
            (f"number {place}", *(f"{values[place]:.6g}" for values in some.values()))
            for place in range(min(size, LISTED + MOST_FOLDED))
        )
        yield ExhibitTable(header=("", *some), rows=rows[:LISTED], caption="Behind it, number by number")
        if size > LISTED:
            yield ExhibitTable(header=("", *some), rows=rows[LISTED:], fold=f"The other {size - LISTED:,} numbers")


def _cut(count: int) -> str:
    """Return that a fold holds fewer rows than there are, where it does; `--json` has them all."""
    return f" (the {MOST_FOLDED:,} largest; --json has all)" if count > MOST_FOLDED else ""


def _channel_tables(
    patch: np.ndarray[Any, Any], kernel: np.ndarray[Any, Any], bias: np.ndarray[Any, Any] | None
) -> list[ExhibitTable]:
    """Return what each channel brings; folded, product by product, the channels that are not drawn.

    Args:
        patch: [C, H, W], the values under the kernel.
        kernel: [C, H, W].
        bias: [], or None where the layer has none.
    """
    products = patch * kernel
    sums = products.sum(axis=(1, 2))
    shown = largest_channels(products)
    others = [channel for channel in range(len(sums)) if channel not in shown]
    rows = [(f"input channel {channel}", f"{sums[channel]:+.6g}") for channel in shown]
    if others:
        rows.append((f"the other {counted(len(others), 'input channel')}", f"{sums[others].sum():+.6g}"))
    if bias is not None:
        rows.append(("bias", f"{float(bias):+.6g}"))
    tables = [ExhibitTable(header=("term", "sum"), rows=tuple(rows), caption="What adds up")]
    if len(others) > 1:
        each = tuple((f"input channel {channel}", f"{sums[channel]:+.6g}") for channel in others)
        fold = f"The other {len(others):,} input channels one by one: {sums[others].sum():+.6g}"
        tables.append(ExhibitTable(header=("term", "sum"), rows=each, fold=fold))
    # Numbers too many to be written into cells are told here, too.
    told = others if max(products.shape[1:]) <= SHOWN else [*shown, *others]
    return [*tables, *([_products_table(told, patch, kernel, products)] if told else [])]


def _products_table(channels: list[int], patch: Floats, kernel: Floats, products: Floats) -> ExhibitTable:
    """Return the products of some channels, [C, H, W], one by one, folded away."""
    size = products[0].size
    rows = tuple(
        (
            f"channel {channel}, row {row}, column {column}",
            f"{patch[channel, row, column]:.6g}",
            f"{kernel[channel, row, column]:.6g}",
            f"{products[channel, row, column] + 0.0:+.6g}",
        )
        for channel in channels[: max(1, MOST_FOLDED // size)]
        for row, column in np.ndindex(products.shape[1:])
    )
    cut = f" (the first {len(rows):,}; --json has all)" if len(rows) < len(channels) * size else ""
    fold = (
        f"The {len(channels) * size:,} products of {'these' if len(channels) < len(products) else 'all'} channels{cut}"
    )
    return ExhibitTable(header=("in the patch", "input", "weight", "product"), rows=rows, fold=fold)


def backward_exhibit(back: Backward, *, command: str = "") -> Exhibit:
    """Return the loss with its terms, the gradient at the outputs, and the parameters' gradients in a line each."""
    gradient = back.output_gradient.reshape(-1, back.output_gradient.shape[-1])
    rows = tuple((str(n), *(f"{value:+.4g}" for value in row[:SIDE])) for n, row in enumerate(gradient[:LISTED]))
    outputs = ExhibitTable(
        header=("example", *map(str, range(min(SIDE, gradient.shape[1])))),
        rows=rows,
        caption="The loss's gradient at the outputs",
    )
    sizes = {name: np.abs(back.gradient(name)) for name in back.parameters}
    parameters = tuple(
        (name, " × ".join(map(str, some.shape)), f"{some.mean():.3g}", f"{some.max():.3g}")
        for name, some in sizes.items()
        if some.size
    )
    header = ("parameter", "shape", "mean size of the gradient", "largest")
    table = ExhibitTable(header=header, rows=parameters, caption="The parameters")
    loss = arithmetic_exhibit(back.loss_arithmetic)
    return Exhibit(
        name="trace-backward",
        title=f"The way back: loss {back.loss:.6g}",
        paragraphs=(f"{back.criterion}.", *loss.paragraphs[1:]),
        tables=(*loss.tables, outputs, table),
        command=command,
    )


def update_exhibit(update: WeightUpdate, *, command: str = "") -> Exhibit:
    """Return the terms of one weight's gradient and its update, number by number."""
    gradient = arithmetic_exhibit(update.gradient)
    rows = tuple((name, f"{value:.9g}") for name, value in update.numbers.items())
    settings = ", ".join(f"{name} {value}" for name, value in update.rule.to_dict().items() if name != "name")
    table = ExhibitTable(header=("what", "number"), rows=rows, caption=f"The update by {update.rule.name} ({settings})")
    place = ", ".join(map(str, update.at))
    title = f"The gradient and update of {update.name}[{place}]"
    return Exhibit(
        name=_name("update", f"{update.name}-{'-'.join(map(str, update.at))}"),
        title=title,
        paragraphs=gradient.paragraphs,
        tables=(*gradient.tables, table),
        command=command,
    )


def slow_motion_exhibit(motion: SlowMotion, *, command: str = "") -> Exhibit:
    """Return a table per chosen weight: a row per step, a column per number of its update."""
    tables = []
    for place, first in enumerate(motion.steps[0].updates):
        names = list(first.numbers)
        rows = tuple(
            (str(step.number), *(f"{step.updates[place].numbers[name]:.6g}" for name in names)) for step in motion.steps
        )
        caption = f"{first.name}[{', '.join(map(str, first.at))}]"
        tables.append(ExhibitTable(header=("step", *names), rows=rows, caption=caption))
    losses = " → ".join(f"{loss:.6g}" for loss in motion.losses)
    return Exhibit(
        name="slow-motion",
        title=f"{len(motion.steps)} steps by {motion.rule.name} in slow motion",
        paragraphs=(f"Loss: {losses}.", f"{motion.criterion}; learning rate {motion.rule.lr:g}."),
        tables=tuple(tables),
        command=command,
    )


TRACED: dict[tuple[str, str], Callable[..., Exhibit]] = {
    ("pellucid.trace.trace", "Trace"): trace_exhibit,
    ("pellucid.trace.trace", "StepValues"): values_exhibit,
    ("pellucid.trace.arithmetic", "Arithmetic"): arithmetic_exhibit,
    ("pellucid.trace.backward", "Backward"): backward_exhibit,
    ("pellucid.trace.backward", "WeightUpdate"): update_exhibit,
    ("pellucid.trace.slow_motion", "SlowMotion"): slow_motion_exhibit,
}
"""Types by name, since their room loads torch; and what makes an exhibit of each."""


def traced_exhibit(result: Any, *, command: str = "") -> Exhibit:
    """Return the exhibit of any result of a trace."""
    return TRACED[type(result).__module__, type(result).__name__](result, command=command)


def _hint(arithmetic: Arithmetic) -> str:
    text = str(arithmetic)
    return text if len(text) <= HINT else text[:HINT] + " ..."


def _name(kind: str, what: str) -> str:
    """Return a file's name for whatever a layer is called; two layers of one spelling stay apart."""
    plain = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")[:60]
    sign = "" if plain == what else "-" + hashlib.blake2b(what.encode(), digest_size=3).hexdigest()
    return f"{kind}-{plain}{sign}"
