"""What `pellucid inspect` says in a terminal: tables of counts and sizes, pictures as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pellucid.cli.kinds import INSPECTED
from pellucid.kinds import SPLITS
from pellucid.words import counted, visible_lines

if TYPE_CHECKING:
    from rich.console import Console

    from pellucid.data import (
        ColumnSummary,
        Inspection,
        PictureInspection,
        RowInspection,
        SeriesInspection,
        TextInspection,
    )

MOST_CLASSES = 30
"""Classes that a terminal is shown; the page and --json have all."""

MOST_FAULTS = 40
"""Unreadable pictures that a terminal is shown; --json has all."""

LARGEST_GRID = 32
"""Pixels along a side up to which a picture's numbers fit a terminal."""


def _said(target: str | float | list[str] | dict[str, float]) -> str:
    """Return a target as people read it; a single number in full."""
    if isinstance(target, list):
        return ", ".join(target) or "no label"
    if isinstance(target, dict):
        return ", ".join(f"{name} {value}" for name, value in target.items())
    return str(target)


def print_dataset(out: Console, inspection: Inspection) -> None:
    """Print counts per class and split, sizes, columns, decisions and findings."""
    from rich.table import Table

    out.print(f"{inspection.name}: {inspection.n:,} examples", style="bold", markup=False)
    for line in inspection.how_read:
        out.print(line, markup=False, soft_wrap=True)
    for line in INSPECTED[inspection.input.kind](inspection):
        out.print(line, markup=False)
    counts = Table("class" if inspection.class_counts else "", *SPLITS, "all", box=None, header_style="bold")
    for column in counts.columns[1:]:
        column.justify = "right"
    classes = list((inspection.class_counts or {}).items())
    for name, row in classes[:MOST_CLASSES]:
        counts.add_row(name, *(f"{row[split]:,}" for split in SPLITS), f"{row['all']:,}")
    if len(classes) > MOST_CLASSES:
        counts.add_row(f"... {len(classes) - MOST_CLASSES:,} more classes", "", "", "", "")
    counts.add_row(
        "all", *(f"{inspection.split_counts[split]:,}" for split in SPLITS), f"{inspection.n:,}", style="bold"
    )
    out.print(counts)
    if inspection.columns:
        table = Table("column", "kind", "summary", box=None, header_style="bold")
        for summary in (*inspection.columns, *([inspection.target_summary] if inspection.target_summary else [])):
            table.add_row(summary.name, summary.kind, _summary(summary))
        out.print(table)
    for decision in inspection.other_decisions:
        out.print(decision.words, markup=False, soft_wrap=True)
    for finding in inspection.other_findings:
        out.print(f"found: {finding.message}", markup=False, soft_wrap=True)
    for fault in inspection.faults[:MOST_FAULTS]:
        out.print(f"  {fault}", markup=False, soft_wrap=True)
    if len(inspection.faults) > MOST_FAULTS:
        out.print(f"  ... {len(inspection.faults) - MOST_FAULTS:,} more; --json lists all", soft_wrap=True)


def print_picture(out: Console, picture: PictureInspection) -> None:
    """Print a picture's size, range and, when it is small, its numbers plane by plane."""
    what = f", {_said(picture.target)}" if picture.target is not None else ""
    out.print(f"{picture.name}{what}", style="bold", markup=False)
    out.print(
        f"height {picture.height}, width {picture.width}, {counted(picture.channels, 'plane')}, {picture.dtype}: "
        f"{_number(picture.minimum)} to {_number(picture.maximum)}, mean "
        + (f"{picture.mean:.1f}" if isinstance(picture.minimum, int) else f"{picture.mean:.4g}")
    )
    small = max(picture.height, picture.width) <= LARGEST_GRID
    for name, plane in picture.planes.items():
        shown = plane if small else plane[:LARGEST_GRID, : LARGEST_GRID // 2]
        out.print()
        out.print(
            name + ("" if small else f" (the first {shown.shape[0]} rows and {shown.shape[1]} columns)"),
            style="bold",
        )
        width = max(len(_number(end)) for end in (picture.minimum, picture.maximum))
        for row in shown.tolist():
            out.print(" ".join(f"{_number(value):>{width}}" for value in row), no_wrap=True, overflow="crop")
    start = " ".join(map(_number, np.asarray(picture.flattened)[:16].tolist()))
    out.print()
    out.print(f"flattened: {picture.length:,} numbers, row by row, plane by plane: {start} ...", soft_wrap=True)


def _number(value: float) -> str:
    """Return a pixel's number: whole ones in full, of floats four digits."""
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def print_row(out: Console, row: RowInspection) -> None:
    """Print a table's row, a cell a line."""
    out.print(f"{row.name} ({row.split}): {_said(row.target)}", style="bold", markup=False)
    for name, cell in row.cells.items():
        out.print(f"  {name}: {cell}", markup=False)


def print_text(out: Console, text: TextInspection) -> None:
    """Print a text as it stands."""
    out.print(f"{text.name} ({text.split}): {_said(text.target)}", style="bold", markup=False)
    out.print(visible_lines(text.text), markup=False, soft_wrap=True, highlight=False)


MOST_STEPS = 24
"""Steps of a series that a terminal is shown; --json has all."""


def print_series(out: Console, series: SeriesInspection) -> None:
    """Print a series: each channel summed up, and its first steps."""
    from rich.table import Table

    what = f" ({series.split}): {_said(series.target)}" if series.target is not None else ""
    out.print(f"{series.name}{what}", style="bold", markup=False)
    out.print(f"{counted(len(series.values), 'step')}, {counted(len(series.channels), 'channel')}")
    summed = Table("channel", "lowest", "mean", "highest", "missing", box=None, header_style="bold")
    for channel in series.channels:
        numbers = ["" if value is None else f"{value:.4g}" for value in (channel.lowest, channel.mean, channel.highest)]
        summed.add_row(channel.name, *numbers, f"{channel.missing:,}")
    out.print(summed)
    out.print()
    for place, channel in enumerate(series.channels):
        steps = ["-" if row[place] is None else f"{row[place]:.4g}" for row in series.values[:MOST_STEPS]]
        more = " ..." if len(series.values) > MOST_STEPS else ""
        out.print(f"{channel.name}: {' '.join(steps)}{more}", markup=False, soft_wrap=True)


def _summary(column: ColumnSummary) -> str:
    missing = f", {column.missing:,} missing" if column.missing else ""
    if column.most_common is not None:
        shown = ", ".join(f"{name} {count:,}" for name, count in column.most_common[:4])
        return f"{column.distinct:,} categories: {shown}{missing}"
    return f"{column.minimum:g} to {column.maximum:g}, mean {column.mean:g}, deviation {column.std:g}{missing}"
