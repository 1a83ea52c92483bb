"""Looking at a dataset: counts, sizes, a sheet and a mean picture per class, or the columns of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.column_summary import ColumnSummary, summarise_column
from pellucid.data.dataset import Dataset, Finding
from pellucid.data.kinds import KINDS_OF_INPUT
from pellucid.data.sheets import Thumbnail
from pellucid.data.typical import TypicalSeries
from pellucid.data.whole_series import WholeSeries
from pellucid.kinds import SPLITS, Input, Target
from pellucid.records import Decision, brief

SHEET_PICTURES = 8
THUMBNAIL_SIDE = 96
_READ_DECISIONS = frozenset(
    (
        *(
            "source",
            "layout",
            "format",
            "given splits",
            "axes",
            "pictures",
            "split folders",
            "column names",
            "label column",
            "label columns",
        ),
        *("target column", "target columns", "target"),
    )
)
_READ_FINDINGS = frozenset(
    ("layout", "other-reading", "unused-table", "unlabelled", "outside-splits", "outside-classes", "masks")
)


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
    input: Input
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
    texts: dict[str, tuple[tuple[str, ...], ...]]
    """Class to some of its training texts, each with its name, and with its answer where that is a text; for values one
    list."""
    typical: tuple[TypicalSeries, ...]
    """What the training series of each class are like, step by step; () of other inputs."""
    whole: tuple[WholeSeries, ...]
    """The first series that are forecast; () of other inputs."""
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
        return [one.words for one in decided] + [f"found: {line}" for line in noticed]

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
            "texts": {label: [list(one) for one in texts] for label, texts in self.texts.items()},
            "typical": {one.name: one.to_dict() for one in self.typical},
            "whole": [one.to_dict() for one in self.whole],
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
    shown = KINDS_OF_INPUT[dataset.input.kind].summary(dataset, sheet_pictures=sheet_pictures, side=thumbnail_side)
    one_number = dataset.target.one_number(dataset.targets[dataset.splits["train"]])
    return Inspection(
        name=dataset.name,
        source=dataset.source,
        fingerprint=dataset.fingerprint,
        split_fingerprint=dataset.split_fingerprint,
        n=len(dataset),
        input=dataset.input,
        target=dataset.target,
        split_counts={split: len(dataset.splits[split]) for split in SPLITS},
        class_counts=_class_counts(dataset) if dataset.target.categories else None,
        kinds=shown.kinds,
        mean_pictures=shown.mean_pictures,
        sheets=shown.sheets,
        columns=shown.columns,
        texts=shown.texts,
        typical=shown.typical,
        whole=shown.whole,
        target_summary=None if one_number is None else summarise_column(dataset.target.name, one_number),
        decisions=dataset.decisions,
        findings=dataset.findings,
        faults=dataset.faults,
    )


def _class_counts(dataset: Dataset) -> dict[str, dict[str, int]]:
    by_split: dict[str, dict[str, int]] = {split: dataset.class_counts(split) for split in SPLITS}
    by_split["all"] = dataset.class_counts()
    return {label: {split: counts[label] for split, counts in by_split.items()} for label in by_split["all"]}
