"""Datasets from what is already in memory: arrays of pictures, columns of a table, or texts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.dataset import ARRAYS_SOURCE, Dataset, TargetArray
from pellucid.data.duplicates import digest_rows
from pellucid.data.images import ArrayImages
from pellucid.data.input_columns import MISSING_CATEGORY
from pellucid.data.ordering import sort_classes
from pellucid.data.pixel_arrays import as_pixels
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import safe_name
from pellucid.data.table_columns import TaskName
from pellucid.data.table_csv import digest_cells
from pellucid.data.tables import Cells, TableInputs
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import DataError
from pellucid.kinds import (
    SPLITS,
    ClassTarget,
    Column,
    LabelsTarget,
    SplitName,
    TableInput,
    Target,
    ValuesTarget,
    ValueTarget,
)


def dataset_from_arrays(
    images: ArrayLike,
    labels: ArrayLike,
    *,
    name: str,
    classes: Sequence[str] | None = None,
    target_name: str = "label",
    splits: Mapping[SplitName, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.2,
    task: TaskName | None = None,
) -> Dataset:
    """Make a dataset of pictures of one size.

    Args:
        images: [N, H, W], [N, H, W, 1] or [N, H, W, 3]: uint8, uint16, bool, other whole numbers within their range,
            floats in 0..1, which are rounded to 0..255, or any other numbers, for which one window is measured on the
            training split.
        labels: [N]: words or whole numbers for classes, floats for values; [N, L]: 0 and 1 for several labels per
            example, floats for several values.
        name: what to call it; used in the names of runs.
        classes: the names of class 0, 1, ... (of each column of [N, L]); None for the sorted labels themselves.
        target_name: what the labels say.
        splits: indices of the examples of each split, together each example once; splits left out are carved from
            train.
        groups: [N] anything whose equal values must stay in one split.
        weights: [N] numbers from 0 on by which each example's loss is multiplied in training.
        names: one each; None for "example 0", ...
        seed, val, test: as in `load_dataset`.
        task: what the labels are, where their type says otherwise: "single-label" (or "binary") makes classes of whole
            numbers among floats, and of [N, L] with a single 1 in every row; "regression" amounts of whole numbers;
            "multi-label" wants 0 and 1, [N, L].

    Raises:
        DataError: shapes, types or lengths do not fit, or the labels are not what the task wants.
    """
    choice = SplitChoice(seed=seed, val=val, test=test)
    found = as_pixels(np.asarray(images))
    pixels = found.pixels
    target, targets = as_target(for_task(np.asarray(labels), task), target_name, classes)
    check_length("labels", len(targets), len(pixels), "images")
    if names is not None:
        check_length("names", len(names), len(pixels), "images")
    digests = digest_rows(pixels)
    raw = RawDataset(
        name=safe_name(name),
        source=ARRAYS_SOURCE,
        input=found.input,
        target=target,
        inputs=ArrayImages(pixels, names=names),
        targets=targets,
        names=names,
        content=digests,
        equality=digests,
        given=as_assignment(splits, len(pixels)),
        groups=as_groups(groups, len(pixels)),
        weights=as_weights(weights, len(pixels)),
        decisions=found.decisions,
    )
    return finish(raw, choice=choice)


def dataset_from_table(
    columns: Mapping[str, ArrayLike],
    targets: ArrayLike,
    *,
    name: str,
    classes: Sequence[str] | None = None,
    target_name: str = "target",
    splits: Mapping[SplitName, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    impute: Literal["median"] | None = None,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.2,
    task: TaskName | None = None,
) -> Dataset:
    """Make a dataset of table rows.

    Args:
        columns: name to [N] cells: numbers or bools make a number column, anything else a category.
        targets: [N]: words or whole numbers for classes, floats for values.
        impute: "median" to accept missing cells (NaN, None), as in `load_dataset`.
        name, classes, target_name, splits, groups, weights, seed, val, test, task: as in `dataset_from_arrays`.

    Raises:
        DataError: lengths do not fit, cells are missing without `impute`, or infinite.
    """
    choice = SplitChoice(seed=seed, val=val, test=test)
    target, values = as_target(for_task(np.asarray(targets), task), target_name, classes)
    if not columns:
        raise DataError("There are no columns.", expected="A table needs at least one input column.")
    cells, kinds = {}, []
    for column, given in columns.items():
        cells[column], kind = _as_cells(column, np.asarray(given), impute=impute is not None)
        check_length(f"the column '{column}'", len(cells[column]), len(values), "targets")
        kinds.append(Column(name=column, kind=kind))
    raw = RawDataset(
        name=safe_name(name),
        source=ARRAYS_SOURCE,
        input=TableInput(columns=tuple(kinds)),
        target=target,
        inputs=TableInputs(cells),
        targets=values,
        content=digest_cells(cells),
        given=as_assignment(splits, len(values)),
        groups=as_groups(groups, len(values)),
        weights=as_weights(weights, len(values)),
    )
    return finish(raw, choice=choice)


def dataset_from_texts(
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    name: str,
    classes: Sequence[str] | None = None,
    target_name: str = "label",
    splits: Mapping[SplitName, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.2,
    task: TaskName | None = None,
) -> Dataset:
    """Make a dataset of texts.

    Args:
        texts: [N] strings.
        labels: [N] or [N, L], as in `dataset_from_arrays`.
        names: one each; None for "text 1", ...
        name, classes, target_name, splits, groups, weights, seed, val, test, task: as in `dataset_from_arrays`.

    Raises:
        DataError: lengths do not fit, one is no text or an empty one, or the labels are not what the task wants.
    """
    choice = SplitChoice(seed=seed, val=val, test=test)
    strange = next((place for place, text in enumerate(texts) if not isinstance(text, str) or not text.strip()), None)
    if strange is not None:
        found = type(texts[strange]).__name__ if not isinstance(texts[strange], str) else "empty text"
        raise DataError(f"Text {strange + 1} is of type {found}.", expected="Each must be a str, and not empty.")
    target, targets = as_target(for_task(np.asarray(labels), task), target_name, classes)
    check_length("labels", len(targets), len(texts), "texts")
    if names is not None:
        check_length("names", len(names), len(texts), "texts")
    inputs = TextInputs.of_texts(texts, names=names)
    digests = [digest_text(text) for text in texts]
    raw = RawDataset(
        name=safe_name(name),
        source=ARRAYS_SOURCE,
        input=measure_texts(inputs),
        target=target,
        inputs=inputs,
        targets=targets,
        names=names,
        content=digests,
        equality=digests,
        given=as_assignment(splits, len(texts)),
        groups=as_groups(groups, len(texts)),
        weights=as_weights(weights, len(texts)),
    )
    return finish(raw, choice=choice)


def for_task(labels: NDArray[Any], task: TaskName | None) -> NDArray[Any]:
    """Return labels of the type and shape that mean what the task wants: whole numbers for classes, floats for values.

    Raises:
        DataError: they cannot be that.
    """
    numbers = labels.dtype.kind in "biuf"
    if task is None or (task == "multi-label" and labels.ndim == 2):
        return labels.astype(np.int64) if task and numbers and np.isin(labels, (0, 1)).all() else labels
    if task == "regression" and numbers:
        return labels.astype(np.float64)
    if task in ("single-label", "binary"):
        if labels.ndim == 2 and numbers and np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all():
            places: NDArray[np.int64] = labels.argmax(axis=1)
            return places
        if labels.ndim == 1 and labels.dtype.kind == "f" and np.array_equal(labels, np.rint(labels)):
            return labels.astype(np.int64)
        if labels.ndim == 1 and labels.dtype.kind != "f":
            return labels
    raise DataError(
        f"The labels have the shape {labels.shape} and the type {labels.dtype}.",
        expected={
            "regression": "Numbers, for task='regression'.",
            "multi-label": "[N, L] of 0 and 1, for task='multi-label'.",
        }.get(task, f"One class per example, words or whole numbers, [N], for task='{task}'."),
        fix="Choose another task, or leave it out.",
    )


def as_target(labels: NDArray[Any], name: str, classes: Sequence[str] | None) -> tuple[Target, TargetArray]:
    """Return what [N] or [N, L] labels are, and the same as targets.

    Raises:
        DataError: they are no targets, or none of the classes.
    """
    if labels.ndim == 2 and labels.shape[1] > 0:
        return _as_several(labels, name, classes)
    if labels.ndim != 1:
        raise DataError(f"The labels have the shape {labels.shape}.", expected="Expected [N], one label per example.")
    if labels.dtype.kind == "f" and classes is None:
        if not np.isfinite(labels).all():
            raise DataError(
                f"{int((~np.isfinite(labels)).sum()):,} values are not finite.", expected="Each must be known."
            )
        return ValueTarget(name=name), labels.astype(np.float64)
    if classes is not None and labels.dtype.kind in "iu":
        if len(labels) and not (labels.min() >= 0 and labels.max() < len(classes)):
            raise DataError(
                f"The labels run from {labels.min()} to {labels.max()}.",
                expected=f"With {len(classes)} class names they must lie in 0..{len(classes) - 1}.",
            )
        return ClassTarget(name=name, classes=tuple(classes)), labels.astype(np.int64)
    words = [str(label) for label in labels.tolist()]
    order = tuple(classes) if classes is not None else sort_classes(words)
    place = {word: index for index, word in enumerate(order)}
    unknown = sorted(set(words) - set(place))
    if unknown:
        raise DataError(
            f"The labels {', '.join(unknown[:8])} are none of the classes.", expected=f"Classes: {', '.join(order)}."
        )
    return ClassTarget(name=name, classes=order), np.array([place[word] for word in words], dtype=np.int64)


def _as_several(labels: NDArray[Any], name: str, names: Sequence[str] | None) -> tuple[Target, TargetArray]:
    """Return labels of whole numbers 0 and 1, or several values of floats, [N, M]."""
    known = tuple(names) if names is not None else tuple(f"{name} {place}" for place in range(labels.shape[1]))
    check_length("names of labels", len(known), labels.shape[1], "columns of labels")
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise DataError("Some values are not finite.", expected="Each must be known.")
        return ValuesTarget(name=", ".join(known), names=known), labels.astype(np.float64)
    if labels.dtype.kind not in "biu" or not np.isin(labels, (0, 1)).all():
        raise DataError(
            f"The labels have the shape {labels.shape} and the type {labels.dtype}.",
            expected="[N, L] of 0 and 1 for several labels per example, or floats for several values.",
        )
    return LabelsTarget(name=name, classes=known), labels.astype(np.int64)


def _as_cells(name: str, cells: NDArray[Any], *, impute: bool) -> tuple[Cells, Literal["number", "category"]]:
    if cells.ndim != 1:
        raise DataError(f"The column '{name}' has the shape {cells.shape}.", expected="Expected [N], one cell per row.")
    if cells.dtype.kind in "fiub":
        column: Cells = cells.astype(np.float64)
        missing = np.isnan(column)
        if np.isinf(column).any():
            raise DataError(f"The column '{name}' holds infinite numbers.")
    else:
        values = cells.tolist()
        missing = np.array(
            [value is None or (isinstance(value, float) and math.isnan(value)) for value in values], dtype=bool
        )
        words = [MISSING_CATEGORY if gone else str(value) for value, gone in zip(values, missing, strict=True)]
        column = np.array(words, dtype=object)
    if missing.any() and not impute:
        raise DataError(
            f"The column '{name}' has {int(missing.sum()):,} missing cells.",
            expected="Every input cell must hold a value.",
            fix="impute='median' accepts them.",
        )
    return column, "category" if column.dtype == object else "number"


def as_assignment(splits: Mapping[SplitName, ArrayLike] | None, count: int) -> NDArray[np.int8] | None:
    """Return the split of each example, [N], from indices per split."""
    if splits is None:
        return None
    times = np.zeros(count, dtype=np.int64)
    assignment = np.zeros(count, dtype=np.int8)
    for name, given in splits.items():
        if name not in SPLITS:
            raise DataError(f"There is no split '{name}'.", expected=f"Splits are called {', '.join(SPLITS)}.")
        indices = np.asarray(given, dtype=np.int64)
        if indices.size and (indices.min() < 0 or indices.max() >= count):
            raise DataError(f"The split '{name}' names example {indices.max()}.", expected=f"There are 0..{count - 1}.")
        np.add.at(times, indices, 1)
        assignment[indices] = SPLITS.index(name)
    if (times != 1).any():
        raise DataError(
            f"The splits name {int((times > 1).sum()):,} examples twice and {int((times == 0).sum()):,} not at all.",
            expected="Together they must name each example once.",
        )
    return assignment


def as_groups(groups: ArrayLike | None, count: int) -> NDArray[np.int64] | None:
    """Return the number of each example's group, [N], from [N] of anything."""
    if groups is None:
        return None
    _, numbers = np.unique(np.asarray(groups), return_inverse=True)
    check_length("groups", len(numbers), count, "examples")
    return numbers.astype(np.int64)


def as_weights(weights: ArrayLike | None, count: int) -> NDArray[np.float64] | None:
    """Return [N] weights as floats.

    Raises:
        DataError: they are not one number per example.
    """
    if weights is None:
        return None
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim != 1:
        raise DataError(f"The weights have the shape {given.shape}.", expected="[N]: one number per example.")
    check_length("weights", len(given), count, "examples")
    return given


def check_length(what: str, length: int, expected: int, other: str) -> None:
    """Raise a DataError where there are not as many of one thing as of another."""
    if length != expected:
        raise DataError(
            f"There are {length:,} {what} but {expected:,} {other}.", expected="Their numbers must be equal."
        )
