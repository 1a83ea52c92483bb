"""Whether the first line of a table names its columns, or is data."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence

from pellucid.data.cells import is_missing, is_number
from pellucid.decoding import IMAGE_SUFFIXES

LOOKED_AT = 200
"""Rows that are enough to tell names from data."""
_EVEN_STEPS = 4
_APART_COLUMNS = 3
_YEARS = range(1900, 2101)


def lacks_header(header: Sequence[str], columns: Sequence[Sequence[str]], *, delimiter: str) -> bool:
    """Tell whether the first line is data.

    It is where it names a picture as the cells below do, holds numbers above columns of numbers, or words that come
    again below. Numbers are names all the same (wavelengths, years, 0 1 2) where a word beside them never comes again
    in a column whose words do, where they count or go up in even steps, or lie far from the numbers below.

    Args:
        header: [C] cells of the first line.
        columns: [C] columns of cells below it, at least one each.
        delimiter: what separates the cells.
    """
    below = [cells[:LOOKED_AT] for cells in columns]
    if any(_names_pictures(name, cells) for name, cells in zip(header, below, strict=True)):
        return True
    numeric = [place for place, cells in enumerate(below) if _are_numbers(cells, delimiter)]
    if not numeric:
        again = sum(name in cells for name, cells in zip(header, below, strict=True))
        return len(columns[0]) > 1 and again > len(header) / 2
    if not all(is_number(header[place], delimiter=delimiter) for place in numeric):
        return False
    if len(set(header)) < len(header):
        return True  # names are different ones
    words = [place for place in range(len(header)) if place not in numeric]
    if any(header[place] in below[place] for place in words):
        return True
    if any(_repeat(below[place]) and not is_missing(header[place]) for place in words):
        return False
    names = [header[place] for place in numeric]
    rows = [[below[place][row] for place in numeric] for row in range(len(below[0]))]
    return not (
        _count(names)
        or (_go_in_steps(names) and 2 * sum(map(_go_in_steps, rows)) < len(rows))
        or (_are_years(names) and not any(map(_are_years, rows)))
        or _lie_apart(names, rows)
    )


def number_names(header: Sequence[str], columns: Sequence[Sequence[str]], *, delimiter: str) -> bool:
    """Tell whether the names above all columns of numbers are numbers themselves."""
    names = [name for name, cells in zip(header, columns, strict=True) if _are_numbers(cells[:LOOKED_AT], delimiter)]
    return bool(names) and all(is_number(name, delimiter=delimiter) for name in names)


def names_picture(cell: str) -> bool:
    """Tell whether a cell ends like the name of a picture file."""
    return os.path.splitext(cell)[1].lower() in IMAGE_SUFFIXES


def _names_pictures(name: str, cells: Sequence[str]) -> bool:
    return names_picture(name) and 2 * sum(map(names_picture, cells)) >= len(cells)


def _are_numbers(cells: Sequence[str], delimiter: str) -> bool:
    numbers = [is_number(cell, delimiter=delimiter) for cell in cells]
    return any(numbers) and all(number or is_missing(cell) for number, cell in zip(numbers, cells, strict=True))


def _repeat(cells: Sequence[str]) -> bool:
    return len(cells) >= 4 and 2 * len(set(cells)) <= len(cells)


def _floats(cells: Sequence[str]) -> list[float]:
    return [float(cell.replace(",", ".")) for cell in cells if not is_missing(cell)]


def _count(names: Sequence[str]) -> bool:
    """Tell whether names are consecutive numbers ("0", "1", "2", ...): pandas calls columns without a name so."""
    if len(names) < 2 or not all(name.isdecimal() for name in names):
        return False
    return [int(name) for name in names] == list(range(int(names[0]), int(names[0]) + len(names)))


def _go_in_steps(cells: Sequence[str]) -> bool:
    values = _floats(cells)
    if len(values) < _EVEN_STEPS:
        return False
    step = (values[-1] - values[0]) / (len(values) - 1)
    return step != 0 and all(
        abs(after - before - step) < 1e-6 * abs(step) for before, after in itertools.pairwise(values)
    )


def _are_years(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and all(cell.isdecimal() and len(cell) == 4 and int(cell) in _YEARS for cell in cells)


def _lie_apart(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether each name is farther from the numbers below it than these are from one another."""
    told = 0
    for place, name in enumerate(names):
        values = _floats([row[place] for row in rows])
        low, high = min(values), max(values)
        if high > low:
            told += 1
            if low - (high - low) <= float(name.replace(",", ".")) <= high + (high - low):
                return False
    return len(rows) >= _APART_COLUMNS and told >= _APART_COLUMNS
