"""A run's mistakes, as its last evaluation of a split kept them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.errors import RunError
from pellucid.kinds import SplitName

if TYPE_CHECKING:
    from pellucid.api.run import Run
    from pellucid.evaluation import LargeError, Mistake


def mistakes_of(run: Run, split: SplitName) -> tuple[Mistake | LargeError, ...]:
    """Return the most confident wrong answers, or the numbers that are furthest off; the worst first, 24 at most.

    They are read from the last evaluation, so that looking at mistakes never opens the sealed test split.

    Raises:
        RunError: the split was not evaluated yet.
    """
    known = [one for one in run.evaluations if one.split == split]
    if not known:
        raise RunError(
            f"'{run.record.name}' was not evaluated on {split} yet, so its mistakes there are not known.",
            fix=f"pellucid evaluate {run.path} --split {split}",
        )
    return known[-1].mistakes or known[-1].large_errors
