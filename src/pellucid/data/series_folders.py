"""Folders of series: a folder for each class, a CSV file for each series; perhaps below train, val and test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding
from pellucid.data.folder_names import split_of
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.series_csv import SeriesFile, read_series_csv
from pellucid.data.series_reading import ReadSeries, Source, raw_of_series, split_words
from pellucid.data.splits import TRAIN
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError
from pellucid.records import Decision
from pellucid.words import counted

_SUFFIXES = frozenset({".csv", ".tsv"})


def read_series_folder(root: Path, names: list[str], choice: TableChoice, *, name: str) -> RawDataset | None:
    """Read a folder of class folders of CSV files, each a series; None of a folder that is none.

    Args:
        root: the folder.
        names: of all files below it that are no pictures, relative to it.
        choice: what the user said.
        name: of the dataset.

    Raises:
        DataError: no file can be read, or channels differ.
        RecipeError: an option is for tables.
    """
    files = [PurePosixPath(file) for file in names if PurePosixPath(file).suffix.lower() in _SUFFIXES]
    parts = _by_split(files)
    if parts is None or choice.layout not in (None, "series"):
        return None
    replace(choice, group=None).refuse(f"{root} holds a series a file, whose folder is its class")
    read, faults = _read_all(root, [file for part in parts.values() for file in part], choice)
    if not read:
        raise DataError(f"No series of {root} can be read: {faults[0]}.")
    channels = _same_channels(root, read)
    found = {
        split: ReadSeries(
            [read[file].values for file in part if file in read],
            [file.parent.name for file in part if file in read],
            channels,
            names=[str(file) for file in part if file in read],
        )
        for split, part in parts.items()
    }
    ordered = [read[file] for part in parts.values() for file in part if file in read]
    decisions, groups = _groups(ordered, choice)
    if times := next((one.times for one in ordered if one.times), ""):
        reason = "its name says when, and steps are taken to be equally far apart"
        decisions.append(Decision(name="column of times", value=f"'{times}', left out", reason=reason))
    if len(found) > 1:
        reason = "the folders' names; --splits ignore (splits=) merges them and draws new ones"
        decisions.append(Decision(name="given splits", value=split_words(found), reason=reason))
    layout = Decision(name="format", value="a series a file, in a folder for each class", reason="CSV files alone")
    findings = [_unread(faults)] if faults else []
    source = Source(root, name, layout, decisions=decisions, findings=findings, faults=faults, groups=groups)
    return raw_of_series(found, source, task=choice.task)


def _by_split(files: list[PurePosixPath]) -> Mapping[int, list[PurePosixPath]] | None:
    """Return the files of each split; None where they lie in no folders of classes."""
    depths = {len(file.parts) for file in files}
    if depths == {2}:
        several = len({file.parts[0] for file in files}) > 1
        is_split = all(split_of(file.parts[0]) is not None for file in files)
        return {TRAIN: sorted(files)} if several and not is_split else None
    if depths != {3}:
        return None
    found: dict[int, list[PurePosixPath]] = {}
    for file in sorted(files):
        split = split_of(file.parts[0])
        if split is None:
            return None
        found.setdefault(split, []).append(file)
    return dict(sorted(found.items()))


def _read_all(
    root: Path, files: list[PurePosixPath], choice: TableChoice
) -> tuple[dict[PurePosixPath, SeriesFile], list[str]]:
    read, faults = {}, []
    for file in files:
        try:
            read[file] = read_series_csv(root / file, group=choice.group)
        except DataError as problem:
            faults.append(f"{file}: {str(problem).removeprefix(f'{root / file}: ')}")
    return read, faults


def _same_channels(root: Path, read: Mapping[PurePosixPath, SeriesFile]) -> tuple[str, ...]:
    first, wanted = next((file, one.channels) for file, one in read.items())
    for file, one in read.items():
        if one.channels != wanted:
            raise DataError(
                f"{root / file} has the channels {', '.join(one.channels)}; {root / first} has {', '.join(wanted)}.",
                expected="The same columns in every file.",
            )
    return wanted


def _groups(series: list[SeriesFile], choice: TableChoice) -> tuple[list[Decision], NDArray[np.int64] | None]:
    """Return the group of each series, where the files say whose it is."""
    named = [one.group for one in series]
    if not any(named):
        return [], None
    words = [group or f"\0{place}" for place, group in enumerate(named)]  # who is not named is a group of its own
    _, numbers = np.unique(np.array(words, dtype=object).astype(str), return_inverse=True)
    column = next(one.group_column for one in series if one.group_column)
    reason = "as asked for" if choice.group else "guessed from its name; --group NAME (group=) chooses another"
    value = f"'{column}': {counted(int(numbers.max()) + 1, 'group')}"
    return [Decision(name="group", value=value, reason=reason)], numbers.astype(np.int64)


def _unread(faults: list[str]) -> Finding:
    verb = "is" if len(faults) == 1 else "are"
    message = f"{counted(len(faults), 'series')} cannot be read, and {verb} left out."
    return Finding(kind="unreadable", message=message, examples=tuple(faults[:EXAMPLES_SHOWN]), count=len(faults))
