"""Looking at a dataset: counts, sizes, a sheet and a mean picture per class, or the columns of a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset, Finding
from pellucid.data.images import ArrayImages, FileImages, ImageInputs
from pellucid.data.ordering import shuffled
from pellucid.data.tables import Cells, TableInputs
from pellucid.data.thumbnails import mean_of, resized, thumbnail
from pellucid.kinds import SPLITS, ImageInput, LabelsTarget, TableInput, Target, ValuesTarget, ValueTarget
from pellucid.records import Decision, brief

SHEET_PICTURES = 8
THUMBNAIL_SIDE = 96
_MEAN_SIDE = 96
_MEAN_PICTURES = 300
_READ_DECISIONS = frozenset(
    (
        *("source", "layout", "pictures", "split folders", "column names", "label column", "label columns"),
        *("target column", "target columns", "target"),
    )
)
_READ_FINDINGS = frozenset(
    ("layout", "other-reading", "unused-table", "unlabelled", "outside-splits", "outside-classes", "masks")
)


@dataclass(frozen=True)
class Thumbnail:
    """One small picture of a sheet."""

    index: int
    name: str
    pixels: NDArray[np.uint8]
    """(h, w) or (h, w, 3), its longer side at most 96 unless asked otherwise."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"index": self.index, "name": self.name, "pixels": self.pixels.tolist()}


@dataclass(frozen=True)
class ColumnSummary:
    """One column of a table in numbers."""

    name: str
    kind: str
    missing: int
    distinct: int
    mean: float | None = None
    std: float | None = None
    """Population standard deviation, as scikit-learn's StandardScaler has it."""
    minimum: float | None = None
    maximum: float | None = None
    most_common: tuple[tuple[str, int], ...] | None = None
    """For categories: up to eight, with how often they occur."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        common = None if self.most_common is None else [list(pair) for pair in self.most_common]
        return {**vars(self), "most_common": common}


@dataclass(frozen=True)
class Inspection:
    """What there is to see in a dataset.

    Sheets, mean pictures and the summary of a value target come from train alone; the inputs of val and test are
    counted and measured, but not shown beside their labels.
    """

    __repr__ = brief

    name: str
    source: str
    fingerprint: str
    split_fingerprint: str
    n: int
    input: ImageInput | TableInput
    target: Target
    split_counts: dict[str, int]
    class_counts: dict[str, dict[str, int]] | None
    """Class to {"train": .., "val": .., "test": .., "all": ..}; None for values."""
    kinds: dict[str, int]
    """How many files of each format and mode, e.g. {"JPEG RGB": 90}; the type of the array for pictures in memory."""
    mean_pictures: dict[str, NDArray[np.uint8]]
    """Class to the mean of its training pictures, stretched to one size: (h, w) or (h, w, 3)."""
    sheets: dict[str, tuple[Thumbnail, ...]]
    """Class to some of its training pictures; for values one sheet, from the smallest to the largest."""
    columns: tuple[ColumnSummary, ...]
    target_summary: ColumnSummary | None
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    faults: tuple[str, ...]
    """"name: reason" of every example that was left out because it cannot be read."""

    @property
    def how_read(self) -> list[str]:
        """How the place was read, why, what was left out of it, and what else it could be: a line each."""
        decided = [one for one in self.decisions if one.name in _READ_DECISIONS]
        noticed = [one.message for one in self.findings if one.kind in _READ_FINDINGS]
        return [f"{one.name}: {one.value} - {one.reason}" for one in decided] + [f"found: {line}" for line in noticed]

    @property
    def other_decisions(self) -> list[Decision]:
        """The decisions that `how_read` does not tell."""
        return [one for one in self.decisions if one.name not in _READ_DECISIONS]

    @property
    def other_findings(self) -> list[Finding]:
        """The findings that `how_read` does not tell."""
        return [one for one in self.findings if one.kind not in _READ_FINDINGS]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; pictures as nested lists of 0..255."""
        return {
            "name": self.name,
            "source": self.source,
            "fingerprint": self.fingerprint,
            "split_fingerprint": self.split_fingerprint,
            "n": self.n,
            "input": self.input.to_dict(),
            "target": self.target.to_dict(),
            "split_counts": self.split_counts,
            "class_counts": self.class_counts,
            "kinds": self.kinds,
            "mean_pictures": {label: mean.tolist() for label, mean in self.mean_pictures.items()},
            "sheets": {label: [picture.to_dict() for picture in sheet] for label, sheet in self.sheets.items()},
            "columns": [column.to_dict() for column in self.columns],
            "target_summary": None if self.target_summary is None else self.target_summary.to_dict(),
            "decisions": [decision.to_dict() for decision in self.decisions],
            "findings": [finding.to_dict() for finding in self.findings],
            "faults": list(self.faults),
        }


def inspect_dataset(
    dataset: Dataset, *, sheet_pictures: int = SHEET_PICTURES, thumbnail_side: int = THUMBNAIL_SIDE
) -> Inspection:
    """Return what there is to see in a dataset.

    Args:
        dataset: of pictures or a table.
        sheet_pictures: how many thumbnails a class gets.
        thumbnail_side: their longer side in pixels.
    """
    inputs = dataset.inputs
    sheets: dict[str, tuple[Thumbnail, ...]] = {}
    means: dict[str, NDArray[np.uint8]] = {}
    columns: tuple[ColumnSummary, ...] = ()
    if isinstance(inputs, TableInputs):
        columns = tuple(summarise_column(name, cells) for name, cells in inputs.columns.items())
    else:
        chosen = _members(dataset)
        sheets = {
            label: _sheet(inputs, _spread(dataset, members, sheet_pictures), thumbnail_side)
            for label, members in chosen.items()
        }
        means = {label: _mean(dataset, inputs, members) for label, members in chosen.items()}
    value = isinstance(dataset.target, ValueTarget | ValuesTarget)
    return Inspection(
        name=dataset.name,
        source=dataset.source,
        fingerprint=dataset.fingerprint,
        split_fingerprint=dataset.split_fingerprint,
        n=len(dataset),
        input=dataset.input,
        target=dataset.target,
        split_counts={split: len(dataset.splits[split]) for split in SPLITS},
        class_counts=None if value else _class_counts(dataset),
        kinds=_kinds(inputs),
        mean_pictures=means,
        sheets=sheets,
        columns=columns,
        target_summary=summarise_column(dataset.target.name, dataset.targets[dataset.splits["train"]])
        if isinstance(dataset.target, ValueTarget)
        else None,
        decisions=dataset.decisions,
        findings=dataset.findings,
        faults=dataset.faults,
    )


def summarise_column(name: str, cells: Cells) -> ColumnSummary:
    """Return the summary of a column: numbers by their known values, categories by how often each occurs."""
    if cells.dtype == object:
        counts = Counter(cells.tolist())
        common = tuple((str(category), times) for category, times in counts.most_common(8))
        return ColumnSummary(name=name, kind="category", missing=0, distinct=len(counts), most_common=common)
    known = cells[~np.isnan(cells)]
    return ColumnSummary(
        name=name,
        kind="number",
        missing=int(len(cells) - len(known)),
        distinct=len(np.unique(known)),
        mean=float(known.mean()),
        std=float(known.std()),
        minimum=float(known.min()),
        maximum=float(known.max()),
    )


def _class_counts(dataset: Dataset) -> dict[str, dict[str, int]]:
    by_split: dict[str, dict[str, int]] = {split: dataset.class_counts(split) for split in SPLITS}
    by_split["all"] = dataset.class_counts()
    return {label: {split: counts[label] for split, counts in by_split.items()} for label in by_split["all"]}


def _kinds(inputs: ImageInputs | TableInputs) -> dict[str, int]:
    if isinstance(inputs, FileImages | ArrayImages) and inputs.kinds is not None:
        return dict(Counter(inputs.kinds).most_common())
    return {f"in an array, {inputs.array.dtype.name}": len(inputs)} if isinstance(inputs, ArrayImages) else {}


def _members(dataset: Dataset) -> dict[str, NDArray[np.int64]]:
    """Return the training examples of each class that has any; of a value target all, smallest value first."""
    train = dataset.splits["train"]
    targets = dataset.targets[train]
    if isinstance(dataset.target, ValueTarget):
        return {dataset.target.name: train[np.argsort(targets, kind="stable")]}
    if isinstance(dataset.target, ValuesTarget):
        return {dataset.target.name: train[np.argsort(targets[:, 0], kind="stable")]}
    if isinstance(dataset.target, LabelsTarget):
        return {label: train[targets[:, place] == 1] for place, label in enumerate(dataset.target.classes)}
    found = {label: train[targets == place] for place, label in enumerate(dataset.target.classes)}
    return {label: members for label, members in found.items() if len(members)}


def _spread(dataset: Dataset, members: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Return some members: of a class by chance (always the same), of ordered values evenly from first to last."""
    if isinstance(dataset.target, ValueTarget | ValuesTarget):
        return members[np.unique(np.linspace(0, len(members) - 1, number).round().astype(np.int64))]
    return shuffled(members, len(dataset), seed=0)[:number]


def _sheet(inputs: ImageInputs, indices: NDArray[np.int64], side: int) -> tuple[Thumbnail, ...]:
    return tuple(
        Thumbnail(index=index, name=inputs.name(index), pixels=thumbnail(inputs.pixels(index), side=side))
        for index in indices.tolist()
    )


def _mean(dataset: Dataset, inputs: ImageInputs, members: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the mean of up to 300 members, each stretched to the dataset's median size, at most 96 pixels long."""
    assert isinstance(dataset.input, ImageInput)  # only called for pictures
    height, width = dataset.input.median_size
    scale = min(1.0, _MEAN_SIDE / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    some = _spread(dataset, members, _MEAN_PICTURES).tolist()
    pictures = [resized(inputs.pixels(index), height=size[0], width=size[1]) for index in some]
    return mean_of(pictures, channels=dataset.input.channels)
