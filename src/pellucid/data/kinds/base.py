"""What `data` alone does with each kind of input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.data.column_summary import ColumnSummary
from pellucid.data.dataset import Dataset, Finding, Targets
from pellucid.data.inputs import Inputs
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.sheets import Thumbnail
from pellucid.data.typical import TypicalSeries
from pellucid.data.whole_series import WholeSeries
from pellucid.kinds import Input, Said, SplitName, Target


class ExampleInspection(Protocol):
    """One example as its numbers."""

    @property
    def kind(self) -> str:
        """The kind of input it is an example of."""
        ...

    @property
    def name(self) -> str:
        """Of the example."""
        ...

    @property
    def index(self) -> int | None:
        """Its index in the dataset; None where it is not in one."""
        ...

    @property
    def split(self) -> SplitName | None:
        """Its split, where it is in a dataset."""
        ...

    @property
    def target(self) -> Said | None:
        """What its target says, where known."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        ...


@dataclass(frozen=True)
class InputSummary:
    """What there is to see of a dataset's inputs; empty what a kind does not have.

    Attributes:
        kinds: how many examples of each format.
        mean_pictures: class to the mean of its training pictures, uint8.
        sheets: class to some of its training pictures.
        columns: each column of a table.
        texts: class to some of its training texts, each with its name, and with its answer where that is a text.
        typical: what the training series of each class are like.
        whole: the first series that are forecast.
    """

    kinds: dict[str, int] = field(default_factory=dict)
    mean_pictures: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    sheets: dict[str, tuple[Thumbnail, ...]] = field(default_factory=dict)
    columns: tuple[ColumnSummary, ...] = ()
    texts: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    typical: tuple[TypicalSeries, ...] = ()
    whole: tuple[WholeSeries, ...] = ()


class KindOfInput(Protocol):
    """The row of one kind of input; all arguments are of this kind."""

    def header(self, given: Input) -> dict[str, Any]:
        """Return what a fingerprint covers of the input beside the examples' content, JSON types."""
        ...

    def check_magnitudes(self, inputs: Inputs) -> None:
        """Look whether every number of the inputs can be computed with.

        Raises:
            DataError: one is too large; the message says which, and where.
        """
        ...

    def equal_findings(self, raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
        """Return what is to be said of examples that are equal.

        Args:
            raw: of the dataset.
            equal: sets of examples whose `equality` is the same.
        """
        ...

    def telling(self, inputs: Inputs, target: Target, targets: Targets, train: NDArray[np.int64]) -> list[Finding]:
        """Return what of the inputs alone gives away the target, looking at training examples ([n]) only."""
        ...

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        """Return what there is to see; of val and test only what is not shown beside their targets.

        Args:
            dataset: to look at.
            sheet_pictures: how many thumbnails a class gets.
            side: their longer side in pixels.
        """
        ...

    def example(self, dataset: Dataset, index: int) -> ExampleInspection:
        """Return one example of a dataset as its numbers."""
        ...

    def stranger(self, path: str) -> ExampleInspection | None:
        """Return a file that is in no dataset as its numbers; None where there is no such file, or it is no example.

        Raises:
            DataError: it cannot be read.
        """
        ...

    def thumbnail(self, dataset: Dataset, index: int, *, side: int) -> NDArray[np.uint8] | None:
        """Return a small picture of an example, [h, w] or [h, w, 3], its longer side at most `side`; None: it has none.

        Raises:
            DataError: it cannot be read.
        """
        ...

    def cells(self, dataset: Dataset, index: int) -> dict[str, str | float] | None:
        """Return an example's cells by their columns; None where it has none."""
        ...


@dataclass(frozen=True)
class Kept:
    """What is written down of a raw dataset's inputs, so that they need not be found out again.

    Attributes:
        facts: JSON types.
        array: what is kept beside them in a file of its own, or None.
        inputs: what to go on with: as they will be recalled.
    """

    facts: dict[str, Any]
    array: NDArray[Any] | None
    inputs: Inputs


class Keeper(Protocol):
    """The row of one kind of input whose raw datasets are kept beside unpacked archives."""

    def keep(self, raw: RawDataset, folder: Path) -> Kept | None:
        """Return what is kept of a raw dataset's inputs in a folder; None where finding them again costs nothing."""
        ...

    def recall(self, raw: RawDataset, facts: dict[str, Any], array: NDArray[Any] | None, folder: Path) -> Inputs:
        """Return the inputs of a raw dataset, all else of which is known already.

        Args:
            raw: with names and content.
            facts, array: as `keep` gave them.
            folder: where they were kept.
        """
        ...


def split_of(dataset: Dataset, index: int) -> SplitName:
    """Return the split that an example is in."""
    return next(split for split, indices in dataset.splits.items() if index in indices)
