"""The examples of a split in batches, and their targets in the units that are learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.data import Dataset, free_memory
from pellucid.kinds import INPUTS, KindTable, SplitName
from pellucid.late import Late
from pellucid.preprocessing import Scalings
from pellucid.runs import RunRecord
from pellucid.training.batches import BatchSource, Examples
from pellucid.training.kinds import TARGET_HABITS
from pellucid.training.kinds.base import BatchOpener, Opening
from pellucid.training.progress import Progress

_MEMORY_SHARE = 1 / 4
"""Of the free memory, that targets of pixels may fill; the pictures may take half of it."""

BATCHES: KindTable[BatchOpener] = KindTable(
    "source of batches",
    INPUTS,
    {
        "image": Late("pellucid.training.kinds.image_batches", "open_pictures"),
        "series": Late("pellucid.training.kinds.series_batches", "open_series"),
        "table": Late("pellucid.training.kinds.table_batches", "open_rows"),
        "text": Late("pellucid.training.kinds.text_batches", "open_texts"),
    },
)
"""How the examples of each kind of input come into batches."""


def load_batches(
    record: RunRecord,
    dataset: Dataset,
    split: SplitName,
    *,
    device: torch.device,
    channels_last: bool,
    progress: Progress,
) -> BatchSource:
    """Prepare one split, into memory or onto the disk.

    Args:
        record: of the run.
        dataset: where the examples come from.
        split: of the dataset.
        device: where batches go.
        channels_last: memory format of pictures.
        progress: is told where they lie, if not in memory.
    """
    opening = Opening(
        record, dataset, split, examples_of(record, dataset, split), device, progress, channels_last=channels_last
    )
    return BATCHES[record.preprocessing.kind](opening)


@dataclass(frozen=True)
class TargetsOnDemand:
    """Targets that are read when a batch wants them."""

    record: RunRecord
    dataset: Dataset
    indices: NDArray[np.int64]

    def __getitem__(self, rows: Tensor | int) -> Tensor:
        """Return [n, ...] of [n] rows, or [...] of one."""
        wanted = torch.as_tensor(rows).reshape(-1).numpy()
        found = torch.from_numpy(learned_targets(self.record, self.dataset, self.indices[wanted]))
        return found[0] if isinstance(rows, int) else found


def examples_of(record: RunRecord, dataset: Dataset, split: SplitName) -> Examples:
    """Return the targets of a split, scaled where they are numbers, and what else is known of its examples."""
    indices = dataset.splits[split]
    if dataset.target.on_pixels and not _fit(record, dataset, indices):
        examples = Examples(TargetsOnDemand(record, dataset, indices), torch.from_numpy(indices))
    else:
        examples = examples_at(record, dataset, indices)
    return replace(examples, weights=example_weights(dataset, indices)) if split == "train" else examples


def _fit(record: RunRecord, dataset: Dataset, indices: NDArray[np.int64]) -> bool:
    """Tell whether targets of pixels may all lie in memory, as most do: then none is read twice."""
    return learned_targets(record, dataset, indices[:1]).nbytes * len(indices) <= _MEMORY_SHARE * free_memory()


def examples_at(record: RunRecord, dataset: Dataset, indices: NDArray[np.int64]) -> Examples:
    """Return targets as a run's task learns them, and over how many units each loss is a mean, of [N] examples."""
    learned = learned_targets(record, dataset, indices)
    on_pixels = dataset.target.on_pixels
    units = TARGET_HABITS[dataset.target.kind].units(learned) if on_pixels is None else on_pixels.units(learned)
    counts = None if units is None else torch.from_numpy(units)
    return Examples(torch.from_numpy(learned), torch.from_numpy(indices), counts=counts)


def learned_targets(record: RunRecord, dataset: Dataset, indices: NDArray[np.int64]) -> NDArray[Any]:
    """Return the targets of some examples as a run's task learns them.

    Args:
        record: of the run.
        dataset: where the examples come from.
        indices: [N] indices of the examples.
    """
    learned = TARGET_HABITS[dataset.target.kind].learned(dataset, record.preprocessing, indices)
    return scale_targets(dataset.targets[indices], record.target_scaling) if learned is None else learned


def scale_targets(targets: NDArray[Any], scaling: Scalings | None) -> NDArray[Any]:
    """Return [N] or [N, M] targets in units of their own spread, float32; as they are where nothing is scaled."""
    if scaling is None:
        return targets
    if not isinstance(scaling, tuple):
        return scaling.scale(targets)
    return np.stack([one.scale(column) for one, column in zip(scaling, targets.T, strict=True)], axis=1)


def example_weights(dataset: Dataset, indices: NDArray[np.int64]) -> Tensor | None:
    """Return [N] float32 weights of training examples, of mean 1, or None where the data bring none.

    With a mean of 1 the learning rate means what it means without weights.
    """
    if dataset.weights is None:
        return None
    given = dataset.weights[indices]
    return torch.from_numpy((given / given.mean()).astype(np.float32))
