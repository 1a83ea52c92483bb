"""What every reader of series gives: series with their labels, and how these become a raw dataset."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding, TargetArray
from pellucid.data.ordering import sort_classes
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.series import SeriesInputs
from pellucid.data.table_columns import TaskName
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS, ClassTarget, Target, ValueTarget
from pellucid.records import Decision
from pellucid.words import counted

Values = NDArray[np.float32]
"""[T, C] of one series, NaN where a value is missing."""


@dataclass(frozen=True)
class ReadSeries:
    """Series as they were read from one place, each with its label.

    Attributes:
        series: [T, C] each.
        labels: of each, as it is written.
        are_values: whether the labels are said to be amounts.
        names: of each; () where they are known by their place.
        channels: C names.
    """

    series: Sequence[Values]
    labels: Sequence[str]
    channels: tuple[str, ...]
    are_values: bool = False
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Source:
    """Where series come from, and how it was read.

    Attributes:
        path: that was given.
        name: of the dataset.
        layout: how it was read, and why.
        decisions: whatever else was decided.
        findings: what was noticed.
        faults: "name: reason" of each that was left out.
        target: what the labels say.
    """

    path: Path
    name: str
    layout: Decision
    decisions: Sequence[Decision] = ()
    findings: Sequence[Finding] = ()
    faults: Sequence[str] = ()
    target: str = "label"
    groups: NDArray[np.int64] | None = field(default=None)


def raw_of_series(parts: Mapping[int, ReadSeries], source: Source, *, task: TaskName | None) -> RawDataset:
    """Return the raw dataset of series with labels.

    Args:
        parts: by the split that each is (`splits.TRAIN`, ...); a single one of TRAIN is split later.
        source: where they come from.
        task: what the labels are, where they could be several things.

    Raises:
        DataError: there is no series, channels differ between the parts, or labels are not what the task wants.
    """
    inputs = _inputs_of(parts, source)
    target, targets, said = target_of_labels(
        [label for part in parts.values() for label in part.labels],
        name=source.target,
        are_values=any(part.are_values for part in parts.values()),
        task=task,
        label=inputs.name,
    )
    return _make_raw(parts, source, inputs, Learned(target, targets, said))


def _inputs_of(parts: Mapping[int, ReadSeries], source: Source) -> SeriesInputs:
    series = [one for part in parts.values() for one in part.series]
    if not series:
        raise DataError(f"{source.path} holds no series.")
    channels = next(iter(parts.values())).channels
    for part in parts.values():
        if len(part.channels) != len(channels):
            raise DataError(
                f"The series of {source.path} have {len(channels)} channels in one split, {len(part.channels)} in "
                "another.",
                expected="As many in each.",
            )
    return SeriesInputs.of_series(series, names=_names(parts))


class Learned(NamedTuple):
    """What is learned of N series, and what was decided of it."""

    target: Target
    targets: TargetArray
    said: list[Decision]


def raw_of_targets(parts: Mapping[int, ReadSeries], source: Source, learned: Learned) -> RawDataset:
    """Return the raw dataset of series whose targets are known already; their labels are not looked at.

    Raises:
        DataError: there is no series, or channels differ between the parts.
    """
    return _make_raw(parts, source, _inputs_of(parts, source), learned)


def _make_raw(parts: Mapping[int, ReadSeries], source: Source, inputs: SeriesInputs, learned: Learned) -> RawDataset:
    channels = next(iter(parts.values())).channels
    digests = inputs.content_digests()
    alone = len(parts) == 1
    given = np.concatenate([np.full(len(part.series), split, np.int8) for split, part in parts.items()])
    return RawDataset(
        name=source.name,
        source=os.fspath(source.path),
        input=inputs.described(channels),
        target=learned.target,
        inputs=inputs,
        targets=learned.targets,
        names=[name for part in parts.values() for name in part.names] or None,
        content=digests,
        equality=digests,
        given=None if alone else given,
        groups=source.groups,
        decisions=[source.layout, *source.decisions, *learned.said],
        findings=list(source.findings),
        faults=source.faults,
    )


def _names(parts: Mapping[int, ReadSeries]) -> list[str] | None:
    """Return names of all series: their own, or the split and the place in it; None for the place alone."""
    if len(parts) == 1 and not any(part.names for part in parts.values()):
        return None
    return [
        name
        for split, part in parts.items()
        for name in (part.names or [f"{SPLITS[split]} series {place}" for place in range(1, len(part.series) + 1)])
    ]


def target_of_labels(
    labels: Sequence[str], *, name: str, are_values: bool, task: TaskName | None, label: Callable[[int], str]
) -> tuple[Target, TargetArray, list[Decision]]:
    """Return what labels say, as they are written: classes, or amounts.

    Args:
        labels: of N examples.
        name: of the target.
        are_values: whether the data say that they are amounts.
        task: what was said that they are; None to believe the data.
        label: the name of an example, for messages.

    Raises:
        DataError: an amount is no number.
        RecipeError: several labels at once were asked for.
    """
    if task == "multi-label":
        raise RecipeError(
            "--task multi-label (task=) wants several labels at once, and a series has one.", fix="Leave it out."
        )
    if task == "regression" or (are_values and task is None):
        values = [as_number(word) for word in labels]
        wrong = next((place for place, value in enumerate(values) if value is None), None)
        if wrong is not None:
            raise DataError(
                f"The target of {label(wrong)} is '{labels[wrong]}', which is no number.",
                expected="A finite number for each series.",
            )
        reason = "--task regression: amounts" if task == "regression" else "@targetLabel says so"
        decision = Decision(name="target", value="a number", reason=reason)
        return ValueTarget(name=name), np.array(values, np.float64), [decision]
    words = [plain_class(word) for word in labels]
    classes = sort_classes(words)
    place = {word: index for index, word in enumerate(classes)}
    return ClassTarget(name=name, classes=classes), np.array([place[word] for word in words], np.int64), []


def as_number(word: str) -> float | None:
    """Return a word as a finite number, or None."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def plain_class(word: str) -> str:
    """Return a class as people write it: whole numbers without a point, as in "1.0000000e+00"."""
    value = as_number(word)
    return str(int(value)) if value is not None and value.is_integer() and abs(value) < _EXACT else word


_EXACT = 2**53


def without_end(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [T, C] without the steps at the end at which no value is: how files fill up shorter series."""
    known = np.flatnonzero((~np.isnan(values)).any(axis=1))
    return values[: int(known[-1]) + 1] if len(known) else values


def split_words(parts: Mapping[int, ReadSeries]) -> str:
    """Return how many series each split has, in words."""
    return ", ".join(f"{SPLITS[split]} {counted(len(part.series), 'series')}" for split, part in parts.items())
