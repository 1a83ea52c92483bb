"""Traces in the terminal: numbers side by side, as one would write them on a board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pellucid.printed import text_of
from pellucid.trace.arithmetic import Arithmetic, Floats
from pellucid.trace.surroundings import Cell, Workings
from pellucid.trace.tracing import StepValues, Trace
from pellucid.trace.unrolled import Unrolled
from pellucid.words import counted, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

BOOKKEEPING = "of bookkeeping: places, lengths, masks, and values that are only laid out otherwise"
CHANNELS_SHOWN, TERMS_SHOWN, WIDTH_SHOWN, LISTED, ROWS_SHOWN = 4, 10, 7, 40, 12


@text_of.register(Arithmetic)
def describe(arithmetic: Arithmetic) -> str:
    """Return the arithmetic of one value as text."""
    place = f"[{', '.join(map(str, arithmetic.at))}]" if arithmetic.at else ""
    lines = [f"{arithmetic.step}{place} = {arithmetic.value:.6g}   {arithmetic.operator}: {arithmetic.formula}"]
    if arithmetic.note:
        lines.append(f"  {arithmetic.note}")
    lines += [f"  {line}" for line in _body(arithmetic)]
    if len(arithmetic.terms):
        verdict = "rounding" if arithmetic.is_exact else "MORE THAN ROUNDING"
        lines.append(
            f"  total {arithmetic.total:.8g}, the model's value {arithmetic.value:.8g}: "
            f"{arithmetic.error:.1e} apart ({verdict}: up to {arithmetic.bound:.1e})"
        )
    return "\n".join(lines)


def _body(arithmetic: Arithmetic) -> Iterator[str]:
    names = {factor.name: factor.values for factor in arithmetic.factors}
    patch, kernel = names.get("input"), names.get("weight")
    if (under := arithmetic.under_kernel) is not None:
        what = "window" if arithmetic.slides_over_steps else "patch"
        yield from _channels(*under, names.get("bias"), what=what)
    elif patch is not None and kernel is not None and patch.ndim == 1:
        yield from _products(patch, kernel, names.get("bias"))
    elif "upstream gradient" in names and len(names) == 2:
        left, right = names.values()
        yield from _products(left, right, None, labels=arithmetic.labels)
    elif "left row" in names:
        yield from _products(names["left row"], names["right column"], None)
    elif "window" in names:
        yield from _grid(names["window"])
    elif arithmetic.labels:
        yield from _labelled(arithmetic)
        yield from _singles(names)
    else:
        yield from _singles(names)


def _channels(patch: Floats, kernel: Floats, bias: Floats | None, *, what: str) -> Iterator[str]:
    """Show patch or window, kernel and product of the channels that contribute most, and sum up the others."""
    products = patch * kernel
    sums = products.sum(axis=(1, 2))
    shown = (
        sorted(np.argsort(-np.abs(sums), kind="stable")[:CHANNELS_SHOWN])
        if len(sums) > CHANNELS_SHOWN
        else range(len(sums))
    )
    for channel in shown:
        yield f"input channel {channel}: {what} x kernel = {sums[channel]:+.6g}"
        if patch.shape[2] <= WIDTH_SHOWN:
            for row in range(patch.shape[1]):
                operator = " x " if row == patch.shape[1] // 2 else "   "
                equals = " = " if row == patch.shape[1] // 2 else "   "
                left, right = _row(patch[channel, row]), _row(kernel[channel, row])
                yield f"  {left}{operator}{right}{equals}{_row(products[channel, row])}"
    rest = [channel for channel in range(len(sums)) if channel not in shown]
    if rest:
        others = "channel" if len(rest) == 1 else "channels"
        yield f"the other {len(rest)} input {others}: {sums[rest].sum():+.6g}   (each: --out PAGE.html)"
    if bias is not None:
        yield f"bias: {float(bias):+.6g}"


def _labelled(arithmetic: Arithmetic) -> Iterator[str]:
    terms, labels = arithmetic.terms, arithmetic.labels
    order = np.argsort(-np.abs(terms), kind="stable")
    shown = sorted(order[:TERMS_SHOWN].tolist()) if len(terms) <= TERMS_SHOWN else order[:TERMS_SHOWN].tolist()
    for place in shown:
        yield f"{terms[place]:+.6g}  {labels[place]}".rstrip()
    if len(order) > TERMS_SHOWN:
        yield f"the other {len(order) - TERMS_SHOWN} terms: {terms[order[TERMS_SHOWN:]].sum():+.6g}"


def _products(left: Floats, right: Floats, bias: Floats | None, labels: tuple[str, ...] = ()) -> Iterator[str]:
    products = left * right
    order = np.argsort(-np.abs(products), kind="stable")
    for place in order[:TERMS_SHOWN]:
        where = labels[place] if labels else f"number {place}"
        yield f"{products[place]:+.6g} = {left[place]:.6g} x {right[place]:.6g}{f'   ({where})' if where else ''}"
    if len(order) > TERMS_SHOWN:
        yield f"the other {len(order) - TERMS_SHOWN} terms: {products[order[TERMS_SHOWN:]].sum():+.6g}"
    if bias is not None:
        yield f"bias: {float(bias):+.6g}"


def _grid(window: Floats) -> Iterator[str]:
    if window.ndim == 2 and window.shape[1] <= WIDTH_SHOWN and window.shape[0] <= 2 * WIDTH_SHOWN:
        for row in window:
            yield _row(row)
    else:
        yield f"{window.size} values from {window.min():.6g} to {window.max():.6g}, mean {window.mean():.6g}"


def _singles(names: dict[str, Floats]) -> Iterator[str]:
    for name, values in names.items():
        if values.size == 1:
            yield f"{name} = {float(values.ravel()[0]):.6g}"
        elif values.ndim == 1:
            shown = ", ".join(f"{value:.4g}" for value in values[:TERMS_SHOWN])
            yield f"{name}: {shown}{' ...' if len(values) > TERMS_SHOWN else ''}"


def _row(values: Floats) -> str:
    return " ".join(f"{value:8.3g}" for value in values)


@text_of.register(StepValues)
def describe_values(values: StepValues) -> str:
    """Return what a step gave: its shape, its range, and the values themselves where they are few."""
    array, shape = values.values, " x ".join(map(str, values.shape)) or "1"
    lines = [f"{values.step.name}: {values.step.operator}, {shape} values"]
    if array.size:
        zeros = f"{percent(float((array == 0).mean()))} zeros"
        lines.append(f"from {array.min():.6g} to {array.max():.6g}, mean {array.mean():.6g}, {zeros}")
    if array.ndim == 1 and array.size <= LISTED:
        names = values.step.names or ("",) * array.size
        rows = zip(range(array.size), array, names, strict=True)
        lines += [f"  {place:>4}  {value:+.6g}  {name}".rstrip() for place, value, name in rows]
    for one in values.unrolled:
        lines += ["", *_describe_unrolled(one)]
    if array.ndim == 3 or values.is_channels_first:
        order = np.argsort(-np.abs(array).mean(axis=tuple(range(1, array.ndim))), kind="stable")[:TERMS_SHOWN]
        for channel in order:
            plane = array[channel]
            lines.append(f"  channel {channel:>4}: mean {plane.mean():+.6g}, largest at {_largest(plane)}")
        lines.append(f"  The arithmetic of one value: --unit {order[0]} --at {_largest(array[order[0]])}")
    return "\n".join(lines)


def _describe_unrolled(unrolled: Unrolled) -> Iterator[str]:
    """Show the steps of a recurrent layer, a row each; of many the first."""
    yield f"{unrolled.title}, a row a step; means over the units, gates from 0 (shut) to 1 (open)"
    rows = [
        ("read", *unrolled.names),
        *((step.read, *(f"{value:.3f}" for value in step.values)) for step in unrolled.steps[:LISTED]),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"  {first.ljust(widths[0])}  {'  '.join(cells)}"
    if (rest := len(unrolled.steps) - LISTED) > 0:
        yield f"  and {counted(rest, 'more step')}"


def _largest(plane: NDArray[np.float32]) -> str:
    return ",".join(map(str, np.unravel_index(int(np.abs(plane).argmax()), plane.shape)))


@text_of.register(Trace)
def describe_trace(trace: Trace, whole: bool = False) -> str:
    """Return what is answered, and one line per step: name, operator, shape, and what its values are like.

    Args:
        trace: of a forward pass.
        whole: whether bookkeeping has its lines, too; else one line counts its steps.
    """
    rows = [("layer", "operator", "shape", "mean", "std", "zeros")]
    told = list(trace) if whole else trace.told
    for values in told:
        array = values.values
        shape = " x ".join(map(str, values.shape)) or "1"
        numbers = (
            (f"{array.mean():.4g}", f"{array.std():.4g}", percent(float((array == 0).mean())))
            if array.size
            else ("", "", "")
        )
        rows.append((values.step.name, values.step.operator, shape, *numbers))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if rest := len(trace) - len(told):
        lines.append(f"and {counted(rest, 'step')} {BOOKKEEPING} (--all lists them)")
    for workings in trace.workings:
        lines += ["", *_describe_workings(workings)]
    return "\n".join([*([trace.heading, ""] if trace.heading else []), *lines])


def _describe_workings(workings: Workings) -> Iterator[str]:
    """Show a table of workings; of many rows those with the largest results."""
    yield workings.title
    rows = [workings.header, *(tuple(cell_words(cell) for cell in row) for row in largest_rows(workings, ROWS_SHOWN))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(workings.header))]
    for row in rows:
        first, *others = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join([first, *others])}".rstrip()
    if (rest := len(workings.rows) - ROWS_SHOWN) > 0:
        yield f"  and {rest:,} more with smaller results"
    yield from workings.notes


def largest_rows(workings: Workings, count: int) -> list[tuple[Cell, ...]]:
    """Return the rows of workings in their order; of more than `count` those with the largest results, in theirs."""
    if len(workings.rows) <= count:
        return list(workings.rows)
    return sorted(workings.rows, key=lambda row: -abs(row[-1]) if isinstance(row[-1], float) else 0.0)[:count]


def cell_words(cell: Cell) -> str:
    """Return a cell of workings as text."""
    return "" if cell is None else cell if isinstance(cell, str) else f"{cell:.6g}"
