"""Files of series as the UCR archive has them (.tsv): a series a line, its class first."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.series import channel_names
from pellucid.data.series_reading import ReadSeries, without_end
from pellucid.data.series_shapes import check_series
from pellucid.data.ts_files import MOST_BYTES
from pellucid.errors import DataError
from pellucid.files import open_plain, read_plain, reason_of

SUFFIXES = frozenset({".tsv", ".txt"})
"""The archive of 2018 has tabs, that of 2015 has spaces or commas; a .csv is read so where --layout series says so."""
FEWEST_STEPS = 4
"""Numbers behind the class from which on a line may be a series."""
_PART = re.compile(r".+[_-](train|test)", re.IGNORECASE)
_PARTING = re.compile(r"[\t,; ]+")
_LOOKED_AT = 1 << 20


def looks_like_ucr(path: Path) -> bool:
    """Tell whether a file is called as the archive's parts are (NAME_TRAIN, NAME_TEST), and begins with numbers alone.

    Raises:
        OSError: it cannot be read.
    """
    if path.suffix.lower() not in SUFFIXES or _PART.fullmatch(path.stem) is None:
        return False
    with open_plain(path) as file:
        first = file.readline(_LOOKED_AT).decode("utf-8-sig", "replace").strip()
    words = _PARTING.split(first)
    return len(words) > FEWEST_STEPS and all(_is_number(word) for word in words)


def read_ucr(path: Path) -> ReadSeries:
    """Read a file of series, a line each, its class first; NaN behind the end of a shorter one.

    Raises:
        DataError: it cannot be read, or a line holds something else.
    """
    labels, series = [], []
    for where, words in _rows(path):
        labels.append(words[0])
        values = without_end(_numbers(where, words[1:])[:, None])
        check_series(values, what=where)
        series.append(values.astype(np.float32))
    if not series:
        raise DataError(f"{path} holds no series.")
    return ReadSeries(series, labels, channel_names(1))


def read_new_rows_of_numbers(path: Path, *, length: int) -> list[NDArray[np.float64]]:
    """Return [T, 1] series of a file of lines of numbers that are to be answered.

    Args:
        path: of the file.
        length: steps of the longest series that the run knows: where all lines have one number more, the first of each
            is its class.

    Raises:
        DataError: it cannot be read, or a line holds something else.
    """
    rows = [_numbers(where, words) for where, words in _rows(path)]
    has_labels = bool(rows) and all(len(row) == length + 1 for row in rows)
    return [without_end(row[has_labels:, None]) for row in rows]


def _rows(path: Path) -> list[tuple[str, list[str]]]:
    """Return the words of each line, with what it is called in a message."""
    try:
        text = read_plain(path, most=MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError as problem:
        raise DataError(f"{path} cannot be read ({reason_of(problem)}).") from None
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    found = [(f"Line {number} of {path}", _PARTING.split(line)) for number, line in lines if line]
    for where, words in found:
        if len(words) < 2:
            raise DataError(f"{where} holds one word.", expected="A class, and the values of a series behind it.")
    return found


def _numbers(where: str, words: list[str]) -> NDArray[np.float64]:
    try:
        return np.array(["nan" if word == "?" else word for word in words], np.float64)
    except ValueError:
        wrong = next(word for word in words if not _is_number(word))
        raise DataError(
            f"{where} holds '{wrong[:40]}', which is no number.", expected="Numbers; NaN for none."
        ) from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return word == "?"
    return True
