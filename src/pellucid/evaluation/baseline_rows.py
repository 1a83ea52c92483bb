"""What the baselines learn from and are scored on: every example as a row, as large as the memory allows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, free_memory
from pellucid.evaluation.estimators import ESTIMATORS
from pellucid.evaluation.picture_features import shrink
from pellucid.evaluation.simple import Method
from pellucid.kinds import INPUTS, KindTable, Refused, SplitName, Wishes
from pellucid.preprocessing import Prepared, Preprocessing, TablePreprocessing, fit_preprocessing, open_inputs

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

    def described(self, methods: Sequence[Method]) -> list[Method]:
        """Return methods that have those words in their descriptions."""

        def said(method: Method) -> Method:
            def answer() -> tuple[NDArray[Any], str]:
                answers, words = method.answer()
                return answers, f"{words} {self.words}".rstrip()

            return Method(method.name, answer)

        return [said(method) for method in methods]


def baseline_rows(dataset: Dataset, preprocessing: Preprocessing, split: SplitName) -> BaselineRows:
    """Prepare the training split and `split` as rows; where memory is short, pictures are shrunk, then examples drawn.

    Args:
        dataset: where the examples come from.
        preprocessing: of the run.
        split: what is scored.
    """
    kind = ROWS[preprocessing.kind]
    preprocessing = kind.suited(dataset, preprocessing)
    budget = int(_MEMORY_SHARE * free_memory())
    train, scored = dataset.splits["train"], dataset.splits[split]
    # From the cache where the training has put them: no picture is decoded again.
    prepared = [open_inputs(dataset, preprocessing, indices) for indices in (train, scored)]
    shape = prepared[0][:1].shape[1:] if len(train) else prepared[1][:1].shape[1:]
    size = kind.size(shape, lambda width: _bytes_needed(width, len(train), len(scored)) <= budget)
    words = [size.words] if size.words else []
    chosen = np.arange(len(train))
    if _bytes_needed(size.width, len(train), len(scored)) > budget:
        drawn_by = ESTIMATORS[dataset.target.kind].drawn_by(dataset.targets[train])
        chosen = _draw(drawn_by, _affordable(budget, size.width, len(scored)))
        words.append(f"with {len(chosen):,} of {len(train):,} training examples")
    train_rows, scored_rows = (
        _rows(some, indices, size) for some, indices in zip(prepared, (chosen, np.arange(len(scored))), strict=True)
    )
    said = f"For want of memory {' and '.join(words)}." if words else ""
    return BaselineRows(train[chosen], train_rows, scored_rows, said)


class Size(NamedTuple):
    """How large the rows are made of prepared examples.

    Attributes:
        width: numbers in a row.
        shrink: from [n, ...] prepared examples to smaller ones.
        words: what was done for want of memory, or "".
    """

    width: int
    shrink: Callable[[NDArray[Any]], NDArray[Any]]
    words: str = ""


class RowKind(Protocol):
    """How examples of one kind of input become rows."""

    def suited(self, dataset: Dataset, preprocessing: Preprocessing) -> Preprocessing:
        """Return a preprocessing between whose prepared examples distances mean something."""

    def size(self, shape: tuple[int, ...], fits: Callable[[int], bool]) -> Size:
        """Return how large the rows become.

        Args:
            shape: of one prepared example.
            fits: whether the memory holds rows of so many numbers.
        """


class PictureRows:
    """Pictures: all their pixels, of smaller ones where memory is short."""

    def suited(self, dataset: Dataset, preprocessing: Preprocessing) -> Preprocessing:
        """Return the run's own."""
        return preprocessing

    def size(self, shape: tuple[int, ...], fits: Callable[[int], bool]) -> Size:
        """Return the largest size that fits, or the smallest there is."""
        size = Size(math.prod(shape), lambda part: part)
        for side in _SIDES:
            if fits(size.width):
                break
            factor = max(1, -(-max(shape[:2]) // side))
            height, width = shape[0] // factor, shape[1] // factor
            words = f"on pictures shrunk to {height} x {width}"
            size = Size(height * width * shape[2], partial(shrink, factor=factor), words)
        return size


class TableRows:
    """Rows of a table: their columns, standardised."""

    def suited(self, dataset: Dataset, preprocessing: Preprocessing) -> Preprocessing:
        """Return one that standardises: between other columns distances and penalties of simple methods mean nothing.

        So also where the network takes the numbers as they stand in the table.
        """
        if TablePreprocessing.of(preprocessing).scale != "none":
            return preprocessing
        return fit_preprocessing(dataset, Wishes(kinds=("table",)))[0]

    def size(self, shape: tuple[int, ...], fits: Callable[[int], bool]) -> Size:
        """Return all columns."""
        return Size(math.prod(shape), lambda part: part)


class SeriesRows:
    """Series: the values of all steps, one channel after another."""

    def suited(self, dataset: Dataset, preprocessing: Preprocessing) -> Preprocessing:
        """Return the run's own."""
        return preprocessing

    def size(self, shape: tuple[int, ...], fits: Callable[[int], bool]) -> Size:
        """Return all steps."""
        return Size(math.prod(shape), lambda part: part)


ROWS: KindTable[RowKind] = KindTable(
    "way to make rows of it for simple methods",
    INPUTS,
    {
        "image": PictureRows(),
        "series": SeriesRows(),
        "table": TableRows(),
        "text": Refused("Simple methods count the words of texts instead of making rows of their tokens."),
    },
)


def _rows(prepared: Prepared, indices: NDArray[np.int64], size: Size) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(indices), _STACK):
        part = size.shrink(prepared.take(indices[start : start + _STACK]))
        parts.append(part.astype(np.float32).reshape(len(part), -1))
    return np.concatenate(parts) if parts else np.zeros((0, size.width), np.float32)


def _bytes_needed(width: int, num_train: int, num_scored: int) -> int:
    learned = min(num_train, _MOST_LINEAR)
    # With more columns than rows the linear methods turn to the products of all pairs of rows.
    pairs = _PAIRS * learned**2 if width > learned else 0
    return width * (_ALL * (num_train + num_scored) + _LINEAR * (learned + num_scored)) + pairs


def _affordable(budget: int, width: int, num_scored: int) -> int:
    left = budget // max(1, width) - (_ALL + _LINEAR) * num_scored
    return max(1, left // (_ALL + _LINEAR))


def _draw(targets: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Return sorted indices of `count` examples, always the same, with one of each class (of integers) at least."""
    drawn = np.random.default_rng(0).permutation(len(targets))[:count]
    if np.issubdtype(targets.dtype, np.integer):
        # A class that a method has never seen could only be answered wrongly, and that for want of memory.
        drawn = np.union1d(drawn, np.unique(targets, return_index=True)[1])
    return np.sort(drawn).astype(np.int64)
