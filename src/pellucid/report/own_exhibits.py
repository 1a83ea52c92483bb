"""What the report of a run shows unasked, by the kinds of its input and of its target: two tables, a file a row."""

from __future__ import annotations

from typing import Protocol

from pellucid.kinds import INPUTS, TARGETS, KindTable, Refused
from pellucid.late import Late
from pellucid.prediction import OpenedRun
from pellucid.runs import Exhibit


class OwnExhibits(Protocol):
    """What is shown of one kind of input or target."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a run that is trained and measured."""


_NONE = Refused("A report shows nothing of its own of such a target.")
_NOTHING = Refused("A report shows nothing of its own of such inputs.")
OWN_EXHIBITS: KindTable[OwnExhibits] = KindTable(
    "exhibits of its own",
    TARGETS,
    {
        "class": _NONE,
        "future": _NONE,
        "labels": _NONE,
        "mask": Late("pellucid.report.mask_exhibit", "MaskExhibits", made=True),
        "next": Late("pellucid.report.language_exhibit", "LanguageExhibits", made=True),
        "generated": Late("pellucid.report.generated_exhibit", "GeneratedExhibits", made=True),
        "paired": Late("pellucid.report.paired_exhibit", "PairedExhibits", made=True),
        "picture": Late("pellucid.report.reconstruction_exhibit", "ReconstructionExhibits", made=True),
        "text": Late("pellucid.report.writing_exhibit", "WritingExhibits", made=True),
        "value": _NONE,
        "values": _NONE,
    },
)
"""What the report of a run shows unasked, by the kind of its target; it is kept with the run."""
EXHIBITS_OF_INPUT: KindTable[OwnExhibits] = KindTable(
    "exhibits of what is read",
    INPUTS,
    {
        "image": _NOTHING,
        "series": Late("pellucid.report.series_exhibits", "SeriesExhibits", made=True),
        "table": _NOTHING,
        "text": Late("pellucid.report.text_exhibits", "TextExhibits", made=True),
    },
)
"""Likewise, by the kind of its input."""


def keep_own_exhibits(opened: OpenedRun) -> None:
    """Make what a run's report shows unasked, and keep it with the run; nothing of most kinds."""
    data = opened.record.dataset
    for table, kind in ((OWN_EXHIBITS, data.target.kind), (EXHIBITS_OF_INPUT, data.input.kind)):
        if kind in table:
            for exhibit in table[kind].make(opened):
                opened.folder.write_exhibit(exhibit)
