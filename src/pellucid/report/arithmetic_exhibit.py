"""How one number came about as an exhibit: patch, kernel and product side by side, or its terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.report.exhibit_names import distinct_name
from pellucid.report.number_cells import SHOWN, framed_drawing, grid_drawing
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.trace import Arithmetic, Floats, Seen

LISTED, CHANNELS = 40, 4
"""Terms that are listed, channels drawn."""
MOST_FOLDED = 5000
"""Rows of a table that is folded away."""
MAP_BESIDE, LARGE = 130.0, 256.0
"""Sides of drawn maps beside their patch, and of the picture with its receptive field."""


def arithmetic_exhibit(arithmetic: Arithmetic, *, command: str = "") -> Exhibit:
    """Return how one number came about: patch, kernel and products of a convolution, or its terms."""
    place = f"[{', '.join(map(str, arithmetic.at))}]" if arithmetic.at else ""
    verdict = "which is rounding" if arithmetic.is_exact else "which is more than rounding"
    note = f" {arithmetic.note[0].upper()}{arithmetic.note[1:].rstrip('.')}." if arithmetic.note else ""
    words = f"{arithmetic.operator}: {arithmetic.formula}.{note}"
    said = [words.replace(" x ", " × ")]
    if len(arithmetic.terms):
        make = "The term makes" if len(arithmetic.terms) == 1 else f"The {len(arithmetic.terms):,} terms make"
        said.append(
            f"{make} {arithmetic.total:.8g}, the network's own value is "
            f"{arithmetic.value:.8g}: {arithmetic.error:.1e} apart, {verdict} (up to {arithmetic.bound:.1e})."
        )
    return Exhibit(
        name=distinct_name("trace", f"{arithmetic.step}-{'-'.join(map(str, arithmetic.at))}"),
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
    if arithmetic.under_kernel is None:
        return
    patch, kernel = arithmetic.under_kernel
    products, what = patch * kernel, "window" if arithmetic.slides_over_steps else "patch"
    for channel in largest_channels(products):
        yield from _channel_row(channel, patch, kernel, products, seen, what)


def _is_outside(seen: Seen) -> bool:
    if seen.picture is None or seen.field is None:
        return False
    top, left, height, width = seen.field
    return top < 0 or left < 0 or top + height > seen.picture.shape[0] or left + width > seen.picture.shape[1]


def largest_channels(products: Floats) -> list[int]:
    """Return up to `CHANNELS` channels of products [C, H, W] in their order: those whose sums are largest."""
    order = np.argsort(-np.abs(products.sum(axis=(1, 2))), kind="stable")
    return sorted(order[:CHANNELS].tolist())


def _channel_row(
    channel: int, patch: Floats, kernel: Floats, products: Floats, seen: Seen | None, what: str
) -> Iterator[Figure]:
    """Yield the map of one channel with the patch in a frame, and patch × kernel = product; of series the window."""
    row = f"Input channel {channel}: {what} × kernel, in all {products[channel].sum():+.6g}"
    if seen is not None and seen.maps is not None and seen.window is not None:
        top, left, height, width = seen.window
        plane = seen.maps[channel]
        drawn = framed_drawing(plane, (top, left), (height, width), is_written=False, side=MAP_BESIDE)
        caption = f"channel {channel}, {plane.shape[0]} × {plane.shape[1]}"
        yield Figure.from_svg(drawn, alt="The channel with the patch in a frame", caption=caption, row=row)
    # Adding zero turns -0.0 into 0.0, which is all that a reader wants to see of it.
    for words, values, sign in ((what, patch, ""), ("kernel", kernel, "×"), ("product", products, "=")):
        drawn = grid_drawing(values[channel] + 0.0, signed=True, digits=3)
        caption = "window, its steps downwards" if words == "window" else words
        yield Figure.from_svg(drawn, alt=f"The {words}", caption=caption, row=row, sign=sign)


def _arithmetic_tables(arithmetic: Arithmetic) -> list[ExhibitTable]:
    names = {factor.name: factor.values for factor in arithmetic.factors}
    if arithmetic.under_kernel is not None:
        return _channel_tables(*arithmetic.under_kernel, names.get("bias"), over_steps=arithmetic.slides_over_steps)
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
    patch: np.ndarray[Any, Any], kernel: np.ndarray[Any, Any], bias: np.ndarray[Any, Any] | None, *, over_steps: bool
) -> list[ExhibitTable]:
    """Return what each channel brings; folded, product by product, the channels that are not drawn.

    Args:
        patch: [C, H, W], the values under the kernel.
        kernel: [C, H, W].
        bias: [], or None where the layer has none.
        over_steps: whether H are steps of a series, and W is 1.
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
    return [*tables, *([_products_table(told, patch, kernel, products, over_steps=over_steps)] if told else [])]


def _products_table(
    channels: list[int], patch: Floats, kernel: Floats, products: Floats, *, over_steps: bool
) -> ExhibitTable:
    """Return the products of some channels, [C, H, W], one by one, folded away."""
    size = products[0].size
    rows = tuple(
        (
            f"channel {channel}, step {row}" if over_steps else f"channel {channel}, row {row}, column {column}",
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
    where = "in the window" if over_steps else "in the patch"
    return ExhibitTable(header=(where, "input", "weight", "product"), rows=rows, fold=fold)
