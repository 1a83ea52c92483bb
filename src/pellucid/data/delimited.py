"""Reading a CSV file: encoding, delimiter, header, and rows of equal length."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.memory import free_memory
from pellucid.errors import DataError, did_you_mean
from pellucid.files import read_plain, reason_of
from pellucid.spec import counted

MISSING_CELLS = frozenset({"", "?", "nan", "na", "n/a", "null", "#n/a"})
"""Cells, lower case, that stand for a missing value."""

_DELIMITERS = ",;\t|"
_LOOKED_AT = 200  # rows that are enough to tell a header from data
_SHOWN = 8
_SMALL = 64 << 20  # bytes of a table that is read however little memory seems to be free


@dataclass(frozen=True)
class Table:
    """A CSV as text."""

    path: Path
    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    """Cells by column, without surrounding spaces."""
    delimiter: str
    nameless: bool = False
    """Whether the first line was data, so that the columns are called column1, column2, ..."""

    def __len__(self) -> int:
        return len(self.columns[0])

    def cells(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column."""
        return self.columns[self.header.index(name)]

    def check_column(self, name: str, *, option: str) -> str:
        """Return the name if it is a column.

        Raises:
            DataError: it is not; the message offers the nearest one.
        """
        if name in self.header:
            return name
        raise DataError(
            f"{self.path} has no column '{name}'.{did_you_mean(name, self.header)}",
            expected=f"Its columns: {', '.join(self.header)}.",
            fix=f"Name one of them with --{option} ({option}=).",
        )

    def numbers(self, name: str) -> NDArray[np.float64] | None:
        """Return a column as [N] numbers, NaN where a cell is missing; None when any other cell is no number."""
        cells = self.cells(name)
        if self.delimiter == ";":  # where commas do not separate cells, they may be decimal points
            cells = tuple(
                cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell for cell in cells
            )
        try:
            return np.array(["nan" if is_missing(cell) else cell for cell in cells], dtype=np.float64)
        except ValueError:
            return None


def is_missing(cell: str) -> bool:
    """Tell whether a cell stands for a missing value."""
    return cell.lower() in MISSING_CELLS


def is_number(cell: str) -> bool:
    """Tell whether a cell is a finite number, with a decimal point or comma."""
    try:
        return math.isfinite(float(cell.replace(",", ".", 1)))
    except ValueError:
        return False


def read_table(path: Path) -> Table:
    """Read a CSV. The delimiter is a comma, semicolon, tab, bar, or, between numbers, any white space.

    Where the first line is data by all appearance, the columns are called column1, column2, ...

    Raises:
        DataError: unreadable, empty, with rows of different lengths, or with equal column names.
    """
    text = _read_text(path)
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first_line.count)
    spaced = delimiter not in first_line and len(first_line.split()) > 1 and _is_spaced(text)
    if spaced:
        delimiter = " "
        lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        rows = [line.split() for line in text.splitlines() if line.strip()]
    else:
        rows, lines = _split(path, text, delimiter)
    if not rows:
        raise DataError(
            f"{path} is empty.", expected="The first line must name the columns, each other line is an example."
        )
    _check_lengths(path, rows, lines, delimiter)
    header, columns = rows[0], list(zip(*rows[1:], strict=True))
    if not columns:
        raise DataError(
            f"{path} holds one line only: {_shorten(header)}.", expected="Below the names there must be rows."
        )
    nameless = _lacks_header(header, columns)
    if nameless:
        columns = list(zip(*rows, strict=True))
        header = [f"column{place + 1}" for place in range(len(header))]
    names = _check_header(path, header, columns)
    return Table(path=path, header=names, columns=tuple(columns), delimiter=delimiter, nameless=nameless)


def _split(path: Path, text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the rows that hold anything, and the line that each ends on."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                lines.append(reader.line_num)
    except csv.Error as problem:
        raise DataError(f"{path}, line {reader.line_num}: {problem}.", expected="It must be a CSV file.") from None
    return rows, lines


def _is_spaced(text: str) -> bool:
    """Tell whether white space separates the cells: every line has equally many words, and below the first numbers."""
    rows = [line.split() for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    below = [cell for row in rows[1:] for cell in row]
    numbers = sum(is_number(cell) or is_missing(cell) for cell in below)
    return len({len(row) for row in rows}) == 1 and bool(below) and 2 * numbers > len(below)


def _read_text(path: Path) -> str:
    try:
        # As text, rows and columns it takes many times the bytes that it has on the disk.
        data = read_plain(path, most=max(_SMALL, free_memory() // 8))
    except OSError as problem:
        raise DataError(f"{path} cannot be opened ({reason_of(problem)}).") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise DataError(f"{path} is not text.", expected="It must be a CSV file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what older spreadsheets write


def _check_lengths(path: Path, rows: Sequence[Sequence[str]], lines: Sequence[int], delimiter: str) -> None:
    width = len(rows[0])
    odd = [(line, len(row)) for line, row in zip(lines, rows, strict=True) if len(row) != width]
    if odd:
        shown = ", ".join(f"line {line} has {length}" for line, length in odd[:_SHOWN])
        raise DataError(
            f"{path}: {counted(len(odd), 'line differs', 'lines differ')} from the first, which has {width} cells: "
            f"{shown}.",
            expected=f"Every line needs as many cells, separated by {delimiter!r}.",
            fix="Put cells that contain the delimiter into double quotes.",
        )


def _check_header(path: Path, header: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[str, ...]:
    names = [name or f"column {place + 1}" for place, name in enumerate(header)]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise DataError(
            f"{path} names columns twice: {', '.join(twice)}.", expected="Every column needs a name of its own."
        )
    return tuple(names)


def _lacks_header(header: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first line is data: numbers above columns of numbers, or words that come again below."""
    numeric = [
        name
        for name, cells in zip(header, columns, strict=True)
        if all(is_number(cell) or is_missing(cell) for cell in cells[:_LOOKED_AT])
        and any(map(is_number, cells[:_LOOKED_AT]))
    ]
    if numeric:
        return all(map(is_number, numeric)) and not _are_counted(numeric)
    again = sum(name in cells[:_LOOKED_AT] for name, cells in zip(header, columns, strict=True))
    return len(columns[0]) > 1 and again > len(header) / 2


def _are_counted(names: Sequence[str]) -> bool:
    """Tell whether names are consecutive numbers ("0", "1", "2", ...): pandas calls columns without a name so."""
    if len(names) < 2 or not all(name.isdecimal() for name in names):
        return False
    return [int(name) for name in names] == list(range(int(names[0]), int(names[0]) + len(names)))


def _shorten(cells: Sequence[str]) -> str:
    return ", ".join(cells[:5]) + (", ..." if len(cells) > 5 else "")
