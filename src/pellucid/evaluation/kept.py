"""What earlier evaluations of a run kept: read again, without opening anything."""

from __future__ import annotations

from pellucid.errors import RunError
from pellucid.evaluation.records import LargeError, Mistake
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import SplitName
from pellucid.runs import RunFolder


def kept_evaluations(folder: RunFolder) -> list[Evaluation]:
    """Return every evaluation of a run so far, the oldest first.

    Raises:
        RunError: one is damaged.
    """
    read = folder.read_evaluations()
    return [Evaluation.from_dict(data, source=str(folder.path), error=RunError) for data in read]


def mistakes_of(folder: RunFolder, split: SplitName) -> tuple[Mistake | LargeError, ...]:
    """Return the most confident wrong answers, or the numbers that are furthest off; the worst first, 24 at most.

    They are read from the last evaluation, so that looking at mistakes never opens the sealed test split.

    Raises:
        RunError: the split was not evaluated yet.
    """
    known = [one for one in kept_evaluations(folder) if one.split == split]
    if not known:
        raise RunError(
            f"'{folder.read_record().name}' was not evaluated on {split} yet, so its mistakes there are not known.",
            fix=f"pellucid evaluate {folder.path} --split {split}",
        )
    return known[-1].worst
