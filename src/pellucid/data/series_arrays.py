"""Datasets from series that are already in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from pellucid.data.array_building import HandedOver, check_length
from pellucid.data.array_targets import as_target, for_task
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.dataset import Dataset
from pellucid.data.series import SeriesInputs, channel_names
from pellucid.data.series_shapes import as_series
from pellucid.data.table_columns import TaskName
from pellucid.kinds import SplitName


def dataset_from_series(
    series: Any,
    labels: ArrayLike,
    *,
    name: str,
    channels: Sequence[str] | None = None,
    step: str | None = None,
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
    """Make a dataset of whole series.

    Args:
        series: [N, C, T] or [N, T] numbers, NaN where one is missing; or a list of series, [C, T] or [T] each, whose
            lengths may differ.
        labels: as in `dataset_from_arrays`: words or whole numbers for classes, floats for values.
        name: what to call it; used in the names of runs.
        channels: their C names; None for "channel 1", ...
        step: how far apart two steps are, in words, e.g. "1 month".
        classes, target_name, splits, weights, seed, val, test, allow_leaks, task: as in `dataset_from_arrays`.
        groups: [N] anything whose equal values must stay in one split, e.g. the person.
        names: one each; None for "series 1", ...

    Raises:
        DataError: shapes, types or lengths do not fit, or a series holds no number.
    """
    handed_over = HandedOver(
        name, SplitChoice(seed=seed, val=val, test=test, allow_leaks=allow_leaks), splits, groups, weights, names
    )
    found = as_series(series)
    target, targets = as_target(for_task(np.asarray(labels), task), target_name, classes)
    handed_over.check("labels", len(targets), len(found), "series")
    inputs = SeriesInputs.of_series(found, names=names)
    called = channel_names(inputs.num_channels) if channels is None else tuple(channels)
    check_length("names of channels", len(called), inputs.num_channels, "channels")
    digests = inputs.content_digests()
    described = inputs.described(called, step=step)
    return handed_over.dataset(inputs, described, targets, target, content=digests, equality=digests)
