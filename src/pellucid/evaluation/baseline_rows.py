"""What the baselines learn from and are scored on: every example as a row, as large as the memory allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.picture_features import shrink
from pellucid.evaluation.records import Baseline
from pellucid.kinds import Wishes

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.kinds import SplitName
    from pellucid.preprocessing import Prepared, Preprocessing

_MEMORY_SHARE = 0.5
_SIDES = (32, 16, 8)
# Bytes per number of a row: a few copies in float32 of all, and in float64 of what the linear methods take.
_ALL, _LINEAR = 12, 24
_PAIRS = 32  # bytes per pair of rows
_MOST_LINEAR = 5000
_STACK = 256


@dataclass(frozen=True)
class BaselineRows:
    """Examples as rows.

    Attributes:
        train: [M] indices of the training examples, all of them where there is memory enough.
        train_rows: float32 [M, D].
        scored_rows: float32 [N, D].
        words: what was done to make them fit, or "".
    """

    train: NDArray[np.int64]
    train_rows: NDArray[np.float32]
    scored_rows: NDArray[np.float32]
    words: str = ""

    def describe(self, baselines: tuple[Baseline, ...]) -> tuple[Baseline, ...]:
        """Return the baselines with those words in their descriptions."""
        if not self.words:
            return baselines
        return tuple(
            baseline.model_copy(update={"description": f"{baseline.description} {self.words}"})
            for baseline in baselines
        )


def baseline_rows(dataset: Dataset, preprocessing: Preprocessing, split: SplitName) -> BaselineRows:
    """Prepare the training split and `split` as rows; where memory is short, pictures are shrunk, then examples drawn.

    Args:
        dataset: where the examples come from.
        preprocessing: of the run.
        split: what is scored.
    """
    from pellucid.data import free_memory
    from pellucid.preprocessing import fit_preprocessing, open_inputs

    if preprocessing.kind == "table" and preprocessing.scale == "none":
        # Distances and penalties of simple methods mean something between standardised columns only.
        preprocessing, _ = fit_preprocessing(dataset, Wishes(kind="table"))
    budget = int(_MEMORY_SHARE * free_memory())
    train, scored = dataset.splits["train"], dataset.splits[split]
    prepared = [open_inputs(dataset, preprocessing, indices) for indices in (train, scored)]
    shape = prepared[0][:1].shape[1:] if len(train) else prepared[1][:1].shape[1:]
    width = int(np.prod(shape))
    words, factor = [], 1
    if len(shape) == 3:
        for side in _SIDES:
            if _bytes_needed(width, len(train), len(scored)) <= budget:
                break
            factor = max(1, -(-max(shape[:2]) // side))
            width = (shape[0] // factor) * (shape[1] // factor) * shape[2]
            words = [f"on pictures shrunk to {shape[0] // factor} x {shape[1] // factor}"]
    chosen = np.arange(len(train))
    if _bytes_needed(width, len(train), len(scored)) > budget:
        chosen = _draw(dataset.targets[train], _affordable(budget, width, len(scored)))
        words.append(f"with {len(chosen):,} of {len(train):,} training examples")
    train_rows, scored_rows = (
        _rows(some, places, factor) for some, places in zip(prepared, (chosen, np.arange(len(scored))), strict=True)
    )
    said = f"For want of memory {' and '.join(words)}." if words else ""
    return BaselineRows(train[chosen], train_rows, scored_rows, said)


def _rows(prepared: Prepared, places: NDArray[np.int64], factor: int) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(places), _STACK):
        part = prepared.take(places[start : start + _STACK])
        small = part.astype(np.float32) if factor == 1 else shrink(part, factor)
        parts.append(small.reshape(len(part), -1))
    return np.concatenate(parts) if parts else np.zeros((0, math.prod(prepared[:0].shape[1:])), np.float32)


def _bytes_needed(width: int, num_train: int, num_scored: int) -> int:
    learned = min(num_train, _MOST_LINEAR)
    # With more columns than rows the linear methods turn to the products of all pairs of rows.
    pairs = _PAIRS * learned**2 if width > learned else 0
    return width * (_ALL * (num_train + num_scored) + _LINEAR * (learned + num_scored)) + pairs


def _affordable(budget: int, width: int, num_scored: int) -> int:
    left = budget // max(1, width) - (_ALL + _LINEAR) * num_scored
    return max(1, left // (_ALL + _LINEAR))


def _draw(targets: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Return sorted places of `count` examples, always the same, with one of each class at least."""
    drawn = np.random.default_rng(0).permutation(len(targets))[:count]
    if targets.ndim == 1 and np.issubdtype(targets.dtype, np.integer):
        drawn = np.union1d(drawn, np.unique(targets, return_index=True)[1])
    return np.sort(drawn).astype(np.int64)
