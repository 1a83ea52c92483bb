"""Reading a CSV file: encoding, delimiter, header, and rows of equal length."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import ColumnReading, Signs, is_missing, is_number
from pellucid.data.header_line import LOOKED_AT, lacks_header, number_names
from pellucid.data.memory import free_memory
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.errors import DataError, did_you_mean
from pellucid.files import read_plain, reason_of
from pellucid.words import counted

LIST_SEPARATOR = "\x1f"
"""What joins the members of a list that was none of text, in the cells of `Table.lists`."""

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
"""The first line by which spreadsheets are told the delimiter."""
_ENDINGS = "|".join(map(re.escape, sorted(IMAGE_SUFFIXES)))
_PICTURE_AND_WORDS = (
    re.compile(rf"\s*(?P<picture>\S.*?(?:{_ENDINGS}))\s+(?P<behind>\S.*?)\s*", re.IGNORECASE),
    re.compile(rf"\s*(?P<ahead>\S+)\s+(?P<picture>\S.*?(?:{_ENDINGS}))\s*", re.IGNORECASE),
)
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
    numbered: bool = False
    """Whether the first line was taken for names although they are numbers above numbers."""
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns whose file says which classes there are, with their names."""
    lists: frozenset[str] = frozenset()
    """Columns whose cells are lists, joined by `LIST_SEPARATOR`."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Columns that cannot be cells, with what they hold."""

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

    def without(self, names: Collection[str]) -> Table:
        """Return the table without some of its columns."""
        kept = [place for place, name in enumerate(self.header) if name not in names]
        return replace(
            self,
            header=tuple(self.header[place] for place in kept),
            columns=tuple(self.columns[place] for place in kept),
        )

    @cached_property
    def signs(self) -> Signs:
        """What commas and points mean in this file."""
        return Signs.of_file(self.columns, self.delimiter)

    def reading(self, name: str) -> ColumnReading:
        """Return a column with its numbers, and what its other cells are."""
        return ColumnReading(self.cells(name), delimiter=self.delimiter, file=self.signs)

    def numbers(self, name: str) -> NDArray[np.float64] | None:
        """Return a column as [N] numbers, NaN where a cell is missing; None when any other cell is no number."""
        reading = self.reading(name)
        return None if reading.strange.any() else reading.values


def read_table(path: Path) -> Table:
    """Read a CSV. The delimiter is a comma, semicolon, tab, bar, or, between numbers, any white space.

    A first line "sep=;" says the delimiter. Where the first line is data by all appearance, the columns are called
    column1, column2, ...

    Raises:
        DataError: unreadable, empty, with rows of different lengths, or with equal column names.
    """
    text = _read_text(path)
    said = _SEPARATOR_LINE.fullmatch(text.partition("\n")[0])
    if said:
        text = "\n" + text.partition("\n")[2]  # the lines keep their numbers
    delimiter, rows, lines = _split_rows(path, text, said[1] if said else None)
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
    nameless = lacks_header(header, columns, delimiter=delimiter)
    if nameless:
        columns = list(zip(*rows, strict=True))
        header = [f"column{place + 1}" for place in range(len(header))]
    names = _check_header(path, header, columns)
    return Table(
        path=path,
        header=names,
        columns=tuple(columns),
        delimiter=delimiter,
        nameless=nameless,
        numbered=not nameless and number_names(header, columns, delimiter=delimiter),
    )


def _split_rows(path: Path, text: str, said: str | None) -> tuple[str, list[list[str]], list[int]]:
    """Return the delimiter, the one that was said or the one that the lines show, the rows, and each one's line."""
    filled = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if said is not None:
        return said, *_split(path, text, said)
    first_line = filled[0][1] if filled else ""
    delimiter = max(_DELIMITERS, key=first_line.count)
    if delimiter in first_line:
        delimiter = _without_decimal_commas(path, text, first_line) if delimiter == "," else delimiter
        return delimiter, *_split(path, text, delimiter)
    numbers, lines = [number for number, _ in filled], [line for _, line in filled]
    pictures = _pictures_and_words(lines)
    if pictures is not None:
        return " ", pictures, numbers
    if len(first_line.split()) > 1 and _is_spaced(lines):
        return " ", [line.split() for line in lines], numbers
    return delimiter, *_split(path, text, delimiter)


def _without_decimal_commas(path: Path, text: str, first_line: str) -> str:
    """Return the delimiter of lines without names in which most commas are decimal ones: "1,5;2,5;3,5"."""
    looked_at = "\n".join(text.splitlines()[:LOOKED_AT])
    for delimiter in _DELIMITERS[1:]:
        if delimiter not in first_line:
            continue
        rows, _ = _split(path, looked_at, delimiter)
        cells = [cell for row in rows for cell in row if "," in cell]
        if len({len(row) for row in rows}) == 1 and all(is_number(cell, delimiter=delimiter) for cell in cells):
            return delimiter
    return ","


def _pictures_and_words(lines: Sequence[str]) -> list[list[str]] | None:
    """Return lines of a picture's name and words behind or a word ahead of it; names may hold spaces."""
    for pattern in _PICTURE_AND_WORDS:
        matches = [match for match in map(pattern.fullmatch, lines) if match]
        if lines and len(matches) == len(lines):
            parts = [match.groupdict() for match in matches]
            rows = [
                [*part.get("ahead", "").split(), part["picture"], *part.get("behind", "").split()] for part in parts
            ]
            if len({len(row) for row in rows}) == 1:
                return rows
    return None


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


def _is_spaced(lines: Sequence[str]) -> bool:
    """Tell whether white space separates the cells: every line has equally many words, and below the first numbers."""
    rows = [line.split() for line in lines[:LOOKED_AT]]
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


def _shorten(cells: Sequence[str]) -> str:
    return ", ".join(cells[:5]) + (", ..." if len(cells) > 5 else "")
