"""The one reading of a cell: blank, number, word, or something that stands for a number and is none.

Reading, training and answering all ask here, so that a cell can never be a number in one place and a word in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MISSING_CELLS = frozenset({"", "?", "nan", "na", "n/a", "null", "#n/a"})
"""Cells, lower case, that stand for a missing value."""

_BLANK_WORD = re.compile(
    r"none|-{1,3}|–|—|\.{1,2}|n\.?a\.|n\.a|nil|<na>|nat|unknown|missing|undefined|not (?:available|known)|no data"
    r"|#(?:null|value|div/0|ref|num)!",
    re.IGNORECASE,
)
"""What further stands for a missing value where it lies among numbers; elsewhere these are words."""

OddKind = Literal["money", "percentage", "thousands", "decimal comma", "unclear", "date", "time", "brackets", "list"]

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_UNCLEAR_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_UNCLEAR_POINT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_COMMA_THOUSANDS = re.compile(
    r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d*)?|(?:,\d{3})+\.\d*)"
    r"|[+-]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?"  # as in India: 12,34,567
)
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?:,\d*)?|(?:\.\d{3})+,\d*)")
_SPACE_THOUSANDS = re.compile("[+-]?[1-9]\\d{0,2}(?:[ '’\u00a0\u2009\u202f]\\d{3})+(?:[.,]\\d*)?")
_AMOUNT = r"[+-]?\s*\d(?:[\d.,'’\s]*\d)?\.?\s*(?:[kKmM]|bn|mio\.?)?"
_CURRENCY = (
    r"(?:[A-Z]{0,3}[$€£¥₹₽₩₺₪₫₴฿¢]|R\$|(?:USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|"
    r"MXN|ZAR|KRW|SGD|HKD|TRY|ILS|THB)\b\.?|(?:Rs|Fr|kr|zł|Kč)\b\.?)"
)
_MONEY = re.compile(rf"\(?[+-]?\s*(?:{_CURRENCY}\s*{_AMOUNT}|{_AMOUNT}\s*\b{_CURRENCY}|{_AMOUNT}{_CURRENCY})-?\)?")
_PERCENTAGE = re.compile(rf"(?:{_AMOUNT}\s*(?:[%‰]|percent|per cent)|%\s*{_AMOUNT})")
_BRACKETS = re.compile(r"\(\s*\d[\d.,'’]*\s*\)|\d[\d.,'’]*-")
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_DATES = (
    re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})(?:\2(?P<d>\d{{1,2}})(?:[T ]\s*{_TIME})?)?", re.IGNORECASE),
    re.compile(rf"(?P<m>\d{{1,2}})([-/.])(?P<d>\d{{1,2}})\2(?P<y>\d{{4}}|\d{{2}})(?:,?\s+{_TIME})?", re.IGNORECASE),
    re.compile(
        rf"(?:\w+,?\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ .-]*{_MONTH}[ .,-]*(?P<y>\d{{4}}|\d{{2}})(?:,?\s+{_TIME})?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:\w+,?\s+)?{_MONTH}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?:,?\s+{_TIME})?", re.I),
)
_CLOCK = re.compile(_TIME, re.IGNORECASE)
_LIST = re.compile(
    r"[\[({]?\s*[+-]?[\d.]+(?:e[+-]?\d+)?(?:\s*[ ,;]\s*[+-]?[\d.]+(?:e[+-]?\d+)?)+\s*[\])}]?", re.IGNORECASE
)

ODDITIES: dict[OddKind, tuple[str, str]] = {
    "money": ("an amount of money", "Take the sign and the separators of thousands out, as in 1234.50."),
    "percentage": ("a percentage", "Take the sign out, as in 45 (or write 0.45; alike in every row)."),
    "thousands": ("a number with separators of thousands", "Take the separators out, as in 1234567.5."),
    "decimal comma": (
        "a number with a decimal comma, where commas separate the cells",
        "Write decimal points, or separate the cells by semicolons or tabs.",
    ),
    "unclear": (
        "a number that can be read in two ways, as thousands or as decimals, and nothing in the file says which",
        "Take the separators of thousands out, or write the decimals with a point and another number of digits.",
    ),
    "date": ("a date", "Make numbers of it, e.g. days since the first one, or year and month in columns of their own."),
    "time": ("a time of day", "Make a number of it, e.g. minutes since midnight."),
    "brackets": ("a number as accountants write negative ones", "Write it with a minus in front, as in -500."),
    "list": (
        "several numbers in one cell",
        "Give each a column of its own; pictures written as numbers become data in Python by "
        "pellucid.dataset_from_arrays(images, labels, name='mine').",
    ),
}
"""What a cell can be that stands for a number and is not written as one: in words, and how to mend it."""


def is_missing(cell: str) -> bool:
    """Tell whether a cell stands for a missing value."""
    return cell.lower() in MISSING_CELLS


def is_blank_word(cell: str) -> bool:
    """Tell whether a cell among numbers stands for a missing value: "None", "-", "unknown", as well as empty ones."""
    return _BLANK_WORD.fullmatch(cell) is not None or is_missing(cell)


def is_number(cell: str, *, delimiter: str = ",") -> bool:
    """Tell whether a cell by itself is a finite number; decimal commas count where commas do not separate cells.

    Underscores belong to words: "1_0" is none.
    """
    value = _plain(cell)
    if value is None and delimiter != "," and _COMMA.fullmatch(cell):
        value = float(cell.replace(",", "."))
    return value is not None and abs(value) != float("inf")


def is_whole(cell: str) -> bool:
    """Tell whether a cell is a whole number, also when it is written "2.0"."""
    return re.fullmatch(r"[+-]?\d+(?:\.0*)?", cell) is not None


def whole_name(cell: str) -> str:
    """Return a whole number without a point: "2" for "2.0"; other cells as they are."""
    return cell.partition(".")[0] if is_whole(cell) else cell


@dataclass(frozen=True)
class Signs:
    """What commas and points mean in the numbers of some cells.

    Attributes:
        commas: "decimal" where they mark decimals; "unclear" where "1,700" could be either; None where they cannot.
        points: "decimal", or "unclear" where "1.700" could be either.
    """

    commas: Literal["decimal", "unclear"] | None
    points: Literal["decimal", "unclear"]

    @classmethod
    def of_file(cls, columns: Iterable[Sequence[str]], delimiter: str) -> Signs:
        """Return what is certain over all columns of a file: commas are "decimal" where some can be nothing else."""
        if delimiter == ",":
            return cls(None, "decimal")
        commas = points = False
        for cells in columns:
            for cell in set(cells):
                commas = commas or _marks_decimals(cell, ",")
                points = points or _marks_decimals(cell, ".")
        if commas and points:
            return cls("unclear", "unclear")
        return cls("decimal" if commas else None, "decimal" if points else "unclear")

    def of_column(self, cells: Sequence[str], delimiter: str) -> Signs:
        """Return what the signs mean in one column of a file that has these signs in all."""
        if delimiter == ",":
            return self
        distinct = set(cells)
        commas = any(_marks_decimals(cell, ",") for cell in distinct)
        points = any(_marks_decimals(cell, ".") for cell in distinct)
        doubtful = any("," in cell and _UNCLEAR_COMMA.fullmatch(cell) for cell in distinct)
        if points and doubtful and not commas:
            return Signs(None, "decimal")  # "1,700" beside "3.5" is thousands
        certain = (commas and not points) or not doubtful or (not commas and self.commas == "decimal")
        foreign = commas or doubtful or (self.commas is not None and not points)
        return Signs("decimal" if certain else "unclear", "unclear" if foreign else "decimal")


def _marks_decimals(cell: str, sign: Literal[",", "."]) -> bool:
    """Tell whether a cell is a number in which a comma (or a point) is, or would be, the sign of decimals for certain.

    "1.234.567" has thousands between its points, so that its decimals would follow a comma.
    """
    num_signs = cell.count(",") + cell.count(".")
    if num_signs > 1:
        return (_POINT_THOUSANDS if sign == "," else _COMMA_THOUSANDS).fullmatch(cell) is not None
    if num_signs == 0 or sign not in cell:
        return False
    number, unclear = (_COMMA, _UNCLEAR_COMMA) if sign == "," else (_PLAIN, _UNCLEAR_POINT)
    return number.fullmatch(cell) is not None and unclear.fullmatch(cell) is None


class ColumnReading:
    """The cells of one column, understood.

    Args:
        cells: [N], without surrounding spaces.
        delimiter: what separates the cells of the file.
        file: what commas and points mean in the file as a whole.
    """

    def __init__(self, cells: Sequence[str], *, delimiter: str, file: Signs) -> None:
        self.cells = cells
        self.delimiter = delimiter
        self.signs = file.of_column(cells, delimiter)

    def number(self, cell: str) -> float | None:
        """Return a cell as a number, finite or not; None where it is none, or could be two."""
        value = _plain(cell)
        if value is not None:
            return None if self.signs.points == "unclear" and _UNCLEAR_POINT.fullmatch(cell) else value
        if self.signs.commas is None or self.delimiter == "," or not _COMMA.fullmatch(cell):
            return None
        if self.signs.commas == "unclear" and _UNCLEAR_COMMA.fullmatch(cell):
            return None
        return float(cell.replace(",", "."))

    def oddity(self, cell: str) -> OddKind | None:
        """Return what a cell that is no number stands for, if it stands for one."""
        if not any(map(str.isdigit, cell)):
            return None
        if self.delimiter != "," and (_UNCLEAR_POINT.fullmatch(cell) or _UNCLEAR_COMMA.fullmatch(cell)):
            return "thousands" if self.signs.commas is None else "unclear"
        for kind, pattern in _ODD_PATTERNS:
            if pattern.fullmatch(cell):
                return kind
        return "date" if _is_date(cell) else "list" if _LIST.fullmatch(cell) else None

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """[N] whether a cell is missing."""
        return np.array([is_missing(cell) for cell in self.cells], dtype=bool)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """[N] numbers, NaN where a cell is missing or none."""
        quick = self._values_at_once()
        if quick is not None:
            return quick
        numbers = (None if gone else self.number(cell) for cell, gone in zip(self.cells, self.missing, strict=True))
        return np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)

    def _values_at_once(self) -> NDArray[np.float64] | None:
        """Return `values` where NumPy reads the cells as `number` does, which is several times faster; else None."""
        text = "".join(self.cells)
        foreign_commas = "," in text and (self.delimiter == "," or self.signs.commas != "decimal")
        if "_" in text or foreign_commas or ("." in text and self.signs.points == "unclear"):
            return None
        cells = [cell.replace(",", ".") for cell in self.cells] if "," in text else self.cells
        try:
            return np.array(
                ["nan" if gone else cell for cell, gone in zip(cells, self.missing, strict=True)], dtype=np.float64
            )
        except ValueError:
            return None

    @cached_property
    def strange(self) -> NDArray[np.bool_]:
        """[N] whether a cell is neither missing nor a number."""
        return np.isnan(self.values) & ~self.missing

    @cached_property
    def blank_words(self) -> NDArray[np.bool_]:
        """[N] whether a strange cell stands for a missing value among numbers."""
        flags = np.zeros(len(self.cells), dtype=bool)
        for place in np.flatnonzero(self.strange).tolist():
            flags[place] = is_blank_word(self.cells[place])
        return flags

    @cached_property
    def odd(self) -> dict[int, OddKind]:
        """What strange cells stand for, by their place; only those that stand for a number."""
        places: list[int] = np.flatnonzero(self.strange).tolist()
        kinds = {cell: self.oddity(cell) for cell in {self.cells[place] for place in places}}
        found = ((place, kinds[self.cells[place]]) for place in places)
        return {place: kind for place, kind in found if kind is not None}

    @cached_property
    def words(self) -> dict[str, int]:
        """The cells that are words, in their order, each with how often it comes; blank words are none."""
        counts: dict[str, int] = {}
        for place in np.flatnonzero(self.strange & ~self.blank_words).tolist():
            if place not in self.odd:
                counts[self.cells[place]] = counts.get(self.cells[place], 0) + 1
        return counts

    @property
    def commas_inferred(self) -> bool:
        """Whether commas that could mark thousands are read as decimal ones because of other columns of the file."""
        distinct = set(self.cells)
        return (
            self.delimiter != ","
            and self.signs.commas == "decimal"
            and any(map(_UNCLEAR_COMMA.fullmatch, distinct))
            and not any(_marks_decimals(cell, ",") for cell in distinct)
        )

    @property
    def are_numbers(self) -> bool:
        """Whether every cell is a number or missing, and one is a number."""
        return not self.strange.any() and not self.missing.all()

    @property
    def mostly_numbers(self) -> bool:
        """Whether more than half of the cells that hold anything are numbers, or stand for one."""
        numbers = int((~np.isnan(self.values)).sum()) + len(self.odd)
        return numbers > sum(self.words.values())


def _plain(cell: str) -> float | None:
    text = cell.replace("\N{MINUS SIGN}", "-") if "\N{MINUS SIGN}" in cell else cell
    return float(text) if _PLAIN.fullmatch(text) else None


def _is_date(cell: str) -> bool:
    for pattern in _DATES:
        match = pattern.fullmatch(cell)
        if match is not None:
            parts = match.groupdict()
            day, month = int(parts.get("d") or 1), int(parts.get("m") or 1)
            return 1 <= min(day, month) <= 12 and max(day, month) <= 31
    return False


_ODD_PATTERNS: tuple[tuple[OddKind, re.Pattern[str]], ...] = (
    ("thousands", _COMMA_THOUSANDS),
    ("thousands", _POINT_THOUSANDS),
    ("thousands", _SPACE_THOUSANDS),
    ("thousands", _UNCLEAR_COMMA),
    ("decimal comma", _COMMA),
    ("money", _MONEY),
    ("percentage", _PERCENTAGE),
    ("brackets", _BRACKETS),
    ("time", _CLOCK),
)
