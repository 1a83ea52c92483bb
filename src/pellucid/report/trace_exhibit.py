"""Traces as exhibits: static tables whose cells say, where a pointer rests on them, how they came about."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.runs import Exhibit, ExhibitTable

if TYPE_CHECKING:
    from pellucid.trace import Arithmetic, Backward, SlowMotion, StepValues, Trace, WeightUpdate

SIDE, LISTED, CHANNELS, HINT = 14, 40, 4, 900
"""Rows and columns of a map that are shown, terms that are listed, channels shown in full, letters of a hint."""


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
    return Exhibit(
        name="trace",
        title="Every step of a forward pass",
        paragraphs=(*([f"{trace.heading}."] if trace.heading else []), f"In the end the network gave {outputs}."),
        tables=(ExhibitTable(header=header, rows=tuple(rows), caption=f"{len(rows)} steps"),),
        command=command,
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

    height, width = min(plane.shape[0], SIDE if array.ndim > 1 else LISTED), min(plane.shape[1], SIDE)
    if plane.shape[0] > height or plane.shape[1] > width:
        caption += f": the first {height} rows and {width} columns of {plane.shape[0]} × {plane.shape[1]}"
    rows = tuple((str(r), *(f"{plane[r, c]:.3g}" for c in range(width))) for r in range(height))
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
        tables=(ExhibitTable(header=header, rows=rows, caption=caption, hints=hints),),
        command=command,
    )


def arithmetic_exhibit(arithmetic: Arithmetic, *, command: str = "") -> Exhibit:
    """Return how one number came about: patch, kernel and products of a convolution, or its terms."""
    place = f"[{', '.join(map(str, arithmetic.at))}]" if arithmetic.at else ""
    verdict = "which is rounding" if arithmetic.is_exact else "which is more than rounding"
    said = [f"{arithmetic.operator}: {arithmetic.formula}. {arithmetic.note}".rstrip()]
    if len(arithmetic.terms):
        said.append(
            f"The {len(arithmetic.terms):,} terms make {arithmetic.total:.8g}, the network's own value is "
            f"{arithmetic.value:.8g}: {arithmetic.error:.1e} apart, {verdict} (up to {arithmetic.bound:.1e})."
        )
    return Exhibit(
        name=_name("trace", f"{arithmetic.step}-{'-'.join(map(str, arithmetic.at))}"),
        title=f"{arithmetic.step}{place} = {arithmetic.value:.6g}",
        paragraphs=tuple(said),
        tables=tuple(_arithmetic_tables(arithmetic)),
        command=command,
    )


def _arithmetic_tables(arithmetic: Arithmetic) -> list[ExhibitTable]:
    names = {factor.name: factor.values for factor in arithmetic.factors}
    patch, kernel = names.get("input"), names.get("weight")
    if patch is not None and kernel is not None and patch.ndim == 3:
        return _channel_tables(patch, kernel, names.get("bias"))
    order = np.argsort(-np.abs(arithmetic.terms), kind="stable")[:LISTED]
    sides = {name: values for name, values in names.items() if values.shape == arithmetic.terms.shape}
    labels = arithmetic.labels or tuple(map(str, range(len(arithmetic.terms))))
    header = ("term", "value", *sides)
    rows = tuple(
        (labels[at], f"{arithmetic.terms[at]:+.6g}", *(f"{values[at]:.6g}" for values in sides.values()))
        for at in order.tolist()
    )
    rest = len(arithmetic.terms) - len(order)
    caption = f"The {len(order)} largest of {len(arithmetic.terms):,} terms" if rest else "The terms"
    single = tuple((name, f"{float(values.ravel()[0]):.6g}") for name, values in names.items() if values.size == 1)
    tables = [ExhibitTable(header=header, rows=rows, caption=caption)] if rows else []
    return [*tables, *([ExhibitTable(header=("what", "number"), rows=single, caption="Behind them")] if single else [])]


def _channel_tables(
    patch: np.ndarray[Any, Any], kernel: np.ndarray[Any, Any], bias: np.ndarray[Any, Any] | None
) -> list[ExhibitTable]:
    """Return what each channel brings, and a table of products for each of those that bring most.

    Args:
        patch: [C, H, W], the values under the kernel.
        kernel: [C, H, W].
        bias: [], or None where the layer has none.
    """
    products = patch * kernel
    sums = products.sum(axis=(1, 2))
    order = np.argsort(-np.abs(sums), kind="stable")
    tables = [_sums_table(sums, order, bias)]
    for channel in order[:CHANNELS].tolist():
        size = range(products.shape[1]), range(products.shape[2])
        # Adding zero turns -0.0 into 0.0, which is all that a reader wants to see of it.
        rows = tuple((str(r), *(f"{products[channel, r, c] + 0.0:.4g}" for c in size[1])) for r in size[0])
        hints = tuple(
            ("", *(f"input {patch[channel, r, c]:.6g} × weight {kernel[channel, r, c]:.6g}" for c in size[1]))
            for r in size[0]
        )
        caption = f"Input channel {channel}: patch × kernel, in all {sums[channel]:+.6g}"
        tables.append(ExhibitTable(header=("", *map(str, size[1])), rows=rows, caption=caption, hints=hints))
    return tables


def _sums_table(
    sums: np.ndarray[Any, Any], order: np.ndarray[Any, Any], bias: np.ndarray[Any, Any] | None
) -> ExhibitTable:
    """Return what each channel brings, those beyond `LISTED` together, and the bias."""
    rows = [(f"input channel {channel}", f"{sums[channel]:+.6g}") for channel in order[:LISTED].tolist()]
    if len(rest := order[LISTED:]):
        rows.append((f"{len(rest):,} more input channels", f"{sums[rest].sum():+.6g}"))
    if bias is not None:
        rows.append(("bias", f"{float(bias):+.6g}"))
    shown = min(CHANNELS, len(order))
    caption = (
        f"What adds up; below, the products of {'each channel' if shown == len(order) else f'the {shown} largest'}"
    )
    return ExhibitTable(header=("term", "sum"), rows=tuple(rows), caption=caption)


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
