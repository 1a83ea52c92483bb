"""What a training is handed: a path, a name, or a dataset; it becomes the dataset whose target its task learns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pellucid.data.arrays import ARRAYS_SOURCE
from pellucid.data.dataset import Dataset
from pellucid.data.intake import load_dataset
from pellucid.data.kinds.itself import RECONSTRUCT, with_own_target
from pellucid.data.table_columns import DataTask


def dataset_of(data: str | Path | Dataset, *, task: DataTask | None = None) -> Dataset:
    """Return the data of a training, with the target that its task has.

    Args:
        data: a path, a name, or a dataset.
        task: as of `load_dataset`.

    Raises:
        DataError, RecipeError: as of `load_dataset`.
    """
    if not isinstance(data, Dataset):
        return load_dataset(data, task=task)
    if task != RECONSTRUCT or data.options.get("task") == RECONSTRUCT:
        return data
    if data.source == ARRAYS_SOURCE:
        return with_own_target(data)
    options: dict[str, Any] = {**data.options, "task": task}
    return load_dataset(data.source, **options)
