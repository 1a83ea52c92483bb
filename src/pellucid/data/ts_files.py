"""Files of series as sktime and aeon write them (.ts): a header of @words, then a series a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pellucid.data.series import channel_names
from pellucid.data.series_reading import ReadSeries, Values
from pellucid.data.series_shapes import check_series
from pellucid.errors import DataError
from pellucid.files import read_plain, reason_of

MOST_BYTES = 4 << 30
_YES, _NO = "true", "false"
_DIMENSIONS = ("dimensions", "dimension")
_STAMPED = "its values are pairs of a time and a value (@timeStamps true)"


@dataclass(frozen=True)
class Header:
    """What the head of a .ts file says.

    Attributes:
        problem: its name, or "".
        classes: the labels that it lists; () where it has none.
        has_labels: whether each line ends with one.
        are_values: whether these are amounts.
        dimensions: channels; None where nothing is said.
        length: steps of each series, where all are said to have as many.
    """

    problem: str = ""
    classes: tuple[str, ...] = ()
    has_labels: bool = False
    are_values: bool = False
    dimensions: int | None = None
    length: int | None = None


def read_ts(path: Path, *, needs_labels: bool = True) -> tuple[Header, ReadSeries]:
    """Read a .ts file.

    Args:
        path: of the file.
        needs_labels: whether series without labels are refused: those that are learned from.

    Raises:
        DataError: it cannot be read, has time stamps or no labels, or a line does not fit the header; the message names
            the line.
    """
    try:
        text = read_plain(path, most=MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError as problem:
        raise DataError(f"{path} cannot be read ({reason_of(problem)}).") from None
    lines = _lines(text)
    header = _read_header(path, lines)
    if needs_labels and not header.has_labels:
        raise DataError(
            f"{path} says nothing of what its series are (no '@classLabel true ...', no '@targetLabel true').",
            expected="Labels at the end of each line.",
            fix="To learn what comes next instead, give the series as a CSV with a column of times.",
        )
    series: list[Values] = []
    labels: list[str] = []
    for number, line in lines:
        values, label = _read_line(path, number, line, header, channels=series[0].shape[1] if series else None)
        series.append(values)
        labels.append(label)
    if not series:
        raise DataError(f"{path} has no series behind '@data'.")
    return header, ReadSeries(series, labels, channel_names(series[0].shape[1]), are_values=header.are_values)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; no comments, no blank ones."""
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if line and line[0] not in "#%":
            yield number, line


def _read_header(path: Path, lines: Iterator[tuple[int, str]]) -> Header:
    found: dict[str, list[str]] = {}
    for number, line in lines:
        word, *rest = line.split()
        if not word.startswith("@"):
            raise DataError(
                f"Line {number} of {path} comes before '@data', and begins with '{word[:40]}'.",
                expected="A .ts file: lines such as '@problemName x' and '@classLabel true a b', then '@data'.",
            )
        if word.lower() == "@data":
            return _as_header(path, found)
        found[word[1:].lower()] = rest
    raise DataError(f"{path} has no line '@data'.", expected="A .ts file, whose series follow that line.")


def _as_header(path: Path, found: dict[str, list[str]]) -> Header:
    def is_said(word: str) -> bool:
        return (found.get(word) or [_NO])[0].lower() == _YES

    if is_said("timestamps"):
        raise _stamped(path)
    for word in ("classlabel", "targetlabel"):
        if word in found and (found[word] or [""])[0].lower() not in (_YES, _NO):
            raise DataError(
                f"{path}: '@{word} {' '.join(found[word])}' says neither true nor false.",
                expected="'@classLabel true a b', or '@classLabel false'.",
            )
    number = next((found[word] for word in _DIMENSIONS if found.get(word)), None)
    dimensions = _whole(path, "dimensions", number) if number else 1 if is_said("univariate") else None
    length = _whole(path, "seriesLength", found["serieslength"]) if found.get("serieslength") else None
    return Header(
        problem=" ".join(found.get("problemname", [])),
        classes=tuple(found["classlabel"][1:]) if is_said("classlabel") else (),
        has_labels=is_said("classlabel") or is_said("targetlabel"),
        are_values=is_said("targetlabel"),
        dimensions=dimensions,
        length=length if is_said("equallength") else None,
    )


def _whole(path: Path, word: str, said: list[str]) -> int:
    if not said[0].isdigit() or int(said[0]) == 0:
        raise DataError(f"{path}: '@{word} {said[0]}' is no number of {word}.", expected="A whole number from 1 on.")
    return int(said[0])


def _read_line(path: Path, number: int, line: str, header: Header, *, channels: int | None) -> tuple[Values, str]:
    """Return [T, C] values and the label of a line."""
    if "(" in line:
        raise _stamped(path)
    *parts, last = line.split(":")
    label = last.strip() if header.has_labels else ""
    parts = parts if header.has_labels else [*parts, last]
    where = f"Line {number} of {path}"
    wanted = header.dimensions if header.dimensions is not None else channels
    if not parts or (wanted is not None and len(parts) != wanted):
        raise DataError(
            f"{where} has {len(parts)} channels{' beside its label' if header.has_labels else ''}.",
            expected=f"{wanted}, as the header or the line before has it." if wanted else "One or more, parted by ':'.",
        )
    if header.classes and label not in header.classes:
        raise DataError(
            f"{where} ends with '{label[:40]}', which is none of the classes of its header.",
            expected=f"One of {', '.join(header.classes[:20])}.",
        )
    if not label and header.has_labels:
        raise DataError(f"{where} ends without a label.", expected="A label behind the last ':'.")
    columns = [_numbers(where, part) for part in parts]
    lengths = sorted({len(column) for column in columns})
    if len(lengths) > 1:
        raise DataError(
            f"{where} has channels of {lengths[0]:,} and of {lengths[-1]:,} steps.",
            expected="As many steps in each channel of a series; '?' stands for a missing value.",
        )
    if header.length is not None and lengths[0] != header.length:
        raise DataError(f"{where} has {lengths[0]:,} steps.", expected=f"{header.length:,}, as its header says.")
    values = np.stack(columns, axis=1)
    check_series(values, what=where)
    return values.astype(np.float32), label


def _numbers(where: str, part: str) -> np.ndarray:
    words = part.replace("?", "nan").split(",")
    try:
        return np.array(words, np.float64)
    except ValueError:
        wrong = next(word for word in words if not _is_number(word))
        raise DataError(
            f"{where} holds '{wrong.strip()[:40]}', which is no number.", expected="Numbers, '?' for a missing one."
        ) from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _stamped(path: Path) -> DataError:
    return DataError(
        f"{path} cannot be read: {_STAMPED}.",
        expected="Values alone, a step apart.",
        fix="Write the values without their times, or as a CSV with a column of times.",
    )
