"""What the report of a run shows unasked, by the kind of its target: a table, a file a row."""

from __future__ import annotations

from typing import Protocol

from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.prediction import OpenedRun
from pellucid.report.language_exhibit import LanguageExhibits
from pellucid.report.writing_exhibit import WritingExhibits
from pellucid.runs import Exhibit


class OwnExhibits(Protocol):
    """What is shown of one kind of target."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a run that is trained and measured."""


_NONE = Refused("A report shows nothing of its own of such a target.")
OWN_EXHIBITS: KindTable[OwnExhibits] = KindTable(
    "exhibits of its own",
    TARGETS,
    {
        "class": _NONE,
        "future": _NONE,
        "labels": _NONE,
        "next": LanguageExhibits(),
        "text": WritingExhibits(),
        "value": _NONE,
        "values": _NONE,
    },
)
"""What the report of a run shows unasked, by the kind of its target; it is kept with the run."""


def keep_own_exhibits(opened: OpenedRun) -> None:
    """Make what a run's report shows unasked, and keep it with the run; nothing of most kinds of target."""
    kind = opened.record.dataset.target.kind
    if kind not in OWN_EXHIBITS:
        return
    for exhibit in OWN_EXHIBITS[kind].make(opened):
        opened.folder.write_exhibit(exhibit)
