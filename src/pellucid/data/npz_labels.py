"""Labels and example weights from a file of NumPy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import TargetArray
from pellucid.data.label_lists import describe_labels
from pellucid.data.ordering import sort_classes
from pellucid.data.table_columns import TaskName
from pellucid.errors import DataError, did_you_mean
from pellucid.kinds import ClassTarget, LabelsTarget, Target, ValuesTarget, ValueTarget
from pellucid.records import Decision

_WEIGHT_NAME = "sample_weight"


def read_labels(path: Path, name: str, labels: NDArray[Any], *, task: TaskName | None = None) -> NDArray[Any]:
    """Return [N] classes, [N, L] of 0 and 1, or, for a regression, [N] or [N, M] numbers.

    Args:
        path: of the file.
        name: of the array.
        labels: [N], [N, 1] or [N, L].
        task: what was said that they are.

    Raises:
        DataError: another shape, or values that are no classes.
    """
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if task == "regression":
        return _read_amounts(path, name, labels)
    several = labels.ndim == 2 and labels.dtype.kind in "biuf" and bool(np.isin(labels, (0, 1)).all())
    if labels.ndim != 1 and not several:
        raise DataError(
            f"'{name}' in {path} has the shape {labels.shape} and the type {labels.dtype}.",
            expected="One label per picture, [N] or [N, 1]; or 0 and 1 for each of several labels, [N, L].",
            fix="--task regression (task=) takes them as amounts." if labels.dtype.kind in "iuf" else "",
        )
    if task == "multi-label" and not several:
        raise DataError(
            f"'{name}' in {path} has the shape {labels.shape}: one label per picture.",
            expected="0 and 1 for each of several labels, [N, L], for --task multi-label.",
            fix="Use another --task (task=), or leave it out.",
        )
    if labels.dtype.kind == "f":
        if not np.array_equal(labels, np.rint(labels)):
            what = "NaN, which is no label" if np.isnan(labels).any() else "fractions"
            fix = "" if np.isnan(labels).any() else "--task regression (task=) takes them as amounts."
            raise DataError(f"'{name}' in {path} holds {what}.", expected="Whole numbers or words: classes.", fix=fix)
        labels = labels.astype(np.int64)
    return labels


def _read_amounts(path: Path, name: str, labels: NDArray[Any]) -> NDArray[np.float64]:
    if labels.ndim not in (1, 2) or labels.dtype.kind not in "biuf" or not np.isfinite(labels).all():
        raise DataError(
            f"'{name}' in {path} has the shape {labels.shape} and the type {labels.dtype}.",
            expected="Finite numbers, [N] or [N, M], for --task regression.",
        )
    return labels.astype(np.float64)


def read_target(
    path: Path, parts: Sequence[NDArray[Any]], *, task: TaskName | None = None
) -> tuple[Target, TargetArray, list[Decision]]:
    """Return what the splits' labels say, as `read_labels` returned them; a matrix of single 1s names classes.

    Raises:
        DataError: the splits differ in the number of labels, or a row has not the one label that the task wants.
    """
    if len({part.shape[1:] for part in parts}) > 1:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise DataError(f"The labels in {path} differ in shape between the splits: {shapes}.")
    labels = np.concatenate(parts)
    if task == "regression":
        return _name_amounts(labels)
    if labels.ndim == 1:
        words = [str(label) for label in labels.tolist()]
        classes = sort_classes(words)
        place = {word: index for index, word in enumerate(classes)}
        return ClassTarget(classes=classes), np.array([place[word] for word in words], dtype=np.int64), []
    width, ones = labels.shape[1], labels.astype(np.int64)
    single = ones.sum(axis=1) == 1
    if task in ("single-label", "binary") and not single.all():
        raise DataError(
            f"The labels in {path} name {int((~single).sum()):,} rows that do not hold a single 1.",
            expected=f"One in each row, for --task {task}.",
            fix="Use --task multi-label (task=), or leave it out.",
        )
    if single.all() and task != "multi-label":
        reason = "every row of the labels holds a single 1; --task multi-label (task=) makes labels of them"
        decision = Decision(name="target", value=f"{width} classes", reason=reason)
        return ClassTarget(classes=tuple(map(str, range(width)))), ones.argmax(axis=1), [decision]
    reason = f"each column says 0 or 1; {describe_labels(ones)}"
    decision = Decision(name="target", value=f"{width} labels, several at once", reason=reason)
    return LabelsTarget(name="labels", classes=tuple(f"label {number}" for number in range(width))), ones, [decision]


def _name_amounts(values: NDArray[np.float64]) -> tuple[Target, TargetArray, list[Decision]]:
    if values.ndim == 1:
        decision = Decision(name="target", value="a number", reason="--task regression: amounts")
        return ValueTarget(name="label"), values, [decision]
    names = tuple(f"label {number}" for number in range(values.shape[1]))
    decision = Decision(name="target", value=f"{len(names)} numbers", reason="--task regression: amounts")
    return ValuesTarget(name=", ".join(names), names=names), values, [decision]


def read_array_weights(
    path: Path, arrays: Mapping[str, NDArray[Any]], parts: Sequence[tuple[str, str]], weight: str | None
) -> tuple[NDArray[np.float64] | None, list[Decision]]:
    """Return [N] example weights of all splits, called as their pictures are, and what is said of them.

    Args:
        path: of the file.
        arrays: what is in it.
        parts: per split the names of its pictures and labels.
        weight: the word that was asked for; None for sample_weight, where there are such arrays.

    Raises:
        DataError: a split lacks the weights that were asked for, or has too many or too few.
    """
    word, found = weight or _WEIGHT_NAME, []
    for pictures, labels in parts:
        shared = pictures.removesuffix("images").removeprefix("x")
        name = f"{word}{shared}" if shared.startswith("_") else f"{shared}{word}"
        if name not in arrays:
            if weight is None:
                return None, []
            raise DataError(
                f"{path} has no array of weights called '{name}'.{did_you_mean(name, arrays)}",
                expected=f"It holds {', '.join(arrays)}.",
            )
        given = arrays[name].reshape(-1) if arrays[name].ndim == 2 and arrays[name].shape[1] == 1 else arrays[name]
        if given.shape != (len(arrays[labels]),) or given.dtype.kind not in "biuf":
            raise DataError(
                f"'{name}' in {path} has the shape {given.shape} and the type {given.dtype}.",
                expected=f"A number for each of the {len(arrays[labels]):,} pictures.",
            )
        found.append(given.astype(np.float64))
    weights = np.concatenate(found)
    reason = "as asked for" if weight is not None else "known by its name; --weight NAME (weight=) chooses another"
    value = f"'{word}': {weights.min():g} to {weights.max():g}"
    return weights, [Decision(name="example weights", value=value, reason=f"{reason}; they count in training only")]
