"""What labels in arrays mean: classes, labels, or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.array_building import check_length
from pellucid.data.dataset import TargetArray
from pellucid.data.ordering import sort_classes
from pellucid.data.table_columns import TaskName
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget, LabelsTarget, Target, ValuesTarget, ValueTarget


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
