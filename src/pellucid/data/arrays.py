"""Datasets from what is already in memory: arrays of pictures, with masks or without; columns of a table; texts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.data.array_building import HandedOver, check_length
from pellucid.data.array_targets import as_target, for_task
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.dataset import Dataset, Targets
from pellucid.data.duplicates import digest_rows
from pellucid.data.images import ArrayImages
from pellucid.data.input_columns import MISSING_CATEGORY
from pellucid.data.mask_values import as_masks
from pellucid.data.paired_files import PairedFiles
from pellucid.data.pixel_arrays import PixelArray, as_pixels
from pellucid.data.table_columns import TaskName
from pellucid.data.table_csv import digest_cells
from pellucid.data.tables import Cells, TableInputs
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import DataError
from pellucid.kinds import Column, PairedTarget, SplitName, TableInput, Target


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
    allow_leaks: bool = False,
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
        seed, val, test, allow_leaks: as in `load_dataset`.
        task: what the labels are, where their type says otherwise: "single-label" (or "binary") makes classes of whole
            numbers among floats, and of [N, L] with a single 1 in every row; "regression" amounts of whole numbers;
            "multi-label" wants 0 and 1, [N, L].

    Raises:
        DataError: shapes, types or lengths do not fit, or the labels are not what the task wants.
    """
    handed_over = HandedOver(
        name, SplitChoice(seed=seed, val=val, test=test, allow_leaks=allow_leaks), splits, groups, weights, names
    )
    found = as_pixels(np.asarray(images))
    target, targets = as_target(for_task(np.asarray(labels), task), target_name, classes)
    return _of_pictures(found, target, targets, handed_over, called="labels")


def dataset_from_masks(
    images: ArrayLike,
    masks: ArrayLike,
    *,
    name: str,
    classes: Sequence[str] | None = None,
    splits: Mapping[SplitName, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.2,
    allow_leaks: bool = False,
) -> Dataset:
    """Make a dataset of pictures of one size with a class for each pixel.

    Args:
        images: [N, H, W], [N, H, W, 1] or [N, H, W, 3], of any type that `dataset_from_arrays` takes.
        masks: [N, H, W] whole numbers or bools: class 0, 1, ...; 255 where nothing is known.
        name: what to call it; used in the names of runs.
        classes: the names of class 0, 1, ...; None for "background", "class 1", ...
        splits, groups, weights, names, seed, val, test, allow_leaks: as in `dataset_from_arrays`.

    Raises:
        DataError: shapes, types or lengths do not fit, or there are fewer than two classes, or more than 64.

    Example:
        import numpy as np
        pictures = np.random.default_rng(0).integers(0, 255, (10, 16, 16), np.uint8)
        pellucid.dataset_from_masks(pictures, pictures > 128, name="bright")
    """
    handed_over = HandedOver(
        name, SplitChoice(seed=seed, val=val, test=test, allow_leaks=allow_leaks), splits, groups, weights, names
    )
    found, given = as_pixels(np.asarray(images)), np.asarray(masks)
    check_length("masks", len(given), len(found.pixels), "images")
    target, targets = as_masks(given, found.pixels.shape[:3], classes)
    return _of_pictures(found, target, targets, handed_over, called="masks")


def dataset_from_pairs(
    images: ArrayLike,
    targets: ArrayLike,
    *,
    name: str,
    splits: Mapping[SplitName, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.2,
) -> Dataset:
    """Make a dataset of pictures of one size, each with the picture that it is to become.

    Args:
        images: [N, H, W], [N, H, W, 1] or [N, H, W, 3], of any type that `dataset_from_arrays` takes.
        targets: likewise, as high and wide, in grey or in colour: uint8, uint16, or floats in 0..1.
        name: what to call it; used in the names of runs.
        splits, groups, weights, names, seed, val, test: as in `dataset_from_arrays`.

    Raises:
        DataError: shapes, types or lengths do not fit.

    Example:
        import numpy as np
        clean = np.random.default_rng(0).integers(0, 255, (10, 16, 16), np.uint8)
        pellucid.dataset_from_pairs(clean // 2, clean, name="brighter")
    """
    handed_over = HandedOver(name, SplitChoice(seed=seed, val=val, test=test), splits, groups, weights, names)
    found, wanted = as_pixels(np.asarray(images)), as_pixels(np.asarray(targets))
    check_length("targets", len(wanted.pixels), len(found.pixels), "images")
    sizes = [one.pixels.shape[1:3] for one in (found, wanted)]
    if sizes[0] != sizes[1] or wanted.pixels.dtype == np.float32:
        raise DataError(
            f"The targets are pictures of {sizes[1][0]} x {sizes[1][1]} of the type {np.asarray(targets).dtype}.",
            expected=f"As high and wide as the images, {sizes[0][0]} x {sizes[0][1]}; of 8 or 16 bits, or from 0 to 1.",
        )
    height, width = sizes[1]
    target = PairedTarget(channels=1 if wanted.pixels.ndim == 3 else 3, height=height, width=width)
    return _of_pictures(found, target, PairedFiles(ArrayImages(wanted.pixels), target), handed_over, called="targets")


def _of_pictures(
    found: PixelArray, target: Target, targets: Targets, handed_over: HandedOver, *, called: str
) -> Dataset:
    """Return a dataset of pictures, whatever is known of them.

    Args:
        found: the pictures.
        target, targets: what is known.
        handed_over: whatever came beside.
        called: what the targets are called, in the plural.
    """
    handed_over.check(called, len(targets), len(found.pixels), "images")
    digests = digest_rows(found.pixels)
    inputs = ArrayImages(found.pixels, names=handed_over.names)
    return handed_over.dataset(
        inputs, found.input, targets, target, content=digests, equality=digests, decisions=found.decisions
    )


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
    allow_leaks: bool = False,
    task: TaskName | None = None,
) -> Dataset:
    """Make a dataset of table rows.

    Args:
        columns: name to [N] cells: numbers or bools make a number column, anything else a category.
        targets: [N]: words or whole numbers for classes, floats for values.
        impute: "median" to accept missing cells (NaN, None), as in `load_dataset`.
        name, classes, target_name, splits, groups, weights, seed, val, test, allow_leaks, task: as in
            `dataset_from_arrays`.

    Raises:
        DataError: lengths do not fit, cells are missing without `impute`, or infinite.
    """
    handed_over = HandedOver(
        name, SplitChoice(seed=seed, val=val, test=test, allow_leaks=allow_leaks), splits, groups, weights
    )
    target, values = as_target(for_task(np.asarray(targets), task), target_name, classes)
    if not columns:
        raise DataError("There are no columns.", expected="A table needs at least one input column.")
    cells, kinds = {}, []
    for column, given in columns.items():
        cells[column], kind = _as_cells(column, np.asarray(given), impute=impute is not None)
        check_length(f"the column '{column}'", len(cells[column]), len(values), "targets")
        kinds.append(Column(name=column, kind=kind))
    found = TableInput(columns=tuple(kinds))
    return handed_over.dataset(TableInputs(cells), found, values, target, content=digest_cells(cells))


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
    allow_leaks: bool = False,
    task: TaskName | None = None,
) -> Dataset:
    """Make a dataset of texts.

    Args:
        texts: [N] strings.
        labels: [N] or [N, L], as in `dataset_from_arrays`.
        names: one each; None for "text 1", ...
        name, classes, target_name, splits, groups, weights, seed, val, test, allow_leaks, task: as in
            `dataset_from_arrays`.

    Raises:
        DataError: lengths do not fit, one is no text or an empty one, or the labels are not what the task wants.
    """
    handed_over = HandedOver(
        name, SplitChoice(seed=seed, val=val, test=test, allow_leaks=allow_leaks), splits, groups, weights, names
    )
    strange = next((place for place, text in enumerate(texts) if not isinstance(text, str) or not text.strip()), None)
    if strange is not None:
        found = type(texts[strange]).__name__ if not isinstance(texts[strange], str) else "empty text"
        raise DataError(f"Text {strange + 1} is of type {found}.", expected="Each must be a str, and not empty.")
    target, targets = as_target(for_task(np.asarray(labels), task), target_name, classes)
    handed_over.check("labels", len(targets), len(texts), "texts")
    inputs = TextInputs.of_texts(texts, names=names)
    digests = [digest_text(text) for text in texts]
    return handed_over.dataset(inputs, measure_texts(inputs), targets, target, content=digests, equality=digests)


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
