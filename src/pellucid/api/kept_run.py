"""What a run's folder says of it: its record, how its training went, what was measured; nothing is computed for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pellucid import report
from pellucid.api.shown import History, ShownList, shown_evaluations, shown_mistakes
from pellucid.data import Dataset
from pellucid.evaluation import Evaluation, kept_answers, kept_evaluations, mistakes_of
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.runs import Health, RunFolder, RunRecord, health_if_looked_at, health_of, not_measured, unfinished

if TYPE_CHECKING:
    from pellucid.evaluation import KeptAnswers, LargeError, Mistake


class KeptRun:
    """One training, on the disk, as far as its folder tells.

    Args:
        opened: the run that is opened below, which the rooms that look into a run take.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self.opened = opened

    def __repr__(self) -> str:
        return f"Run('{self.path}', {self.folder.status_now(self.record)})"

    def _repr_html_(self) -> str:
        return report.run_html(self.record, self.history, self.evaluations)

    @property
    def folder(self) -> RunFolder:
        """The run's files."""
        return self.opened.folder

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self.opened.path

    @property
    def record(self) -> RunRecord:
        """What run.json says."""
        return self.opened.record

    @property
    def not_measured(self) -> str:
        """What is missing where the training came to its end and was stopped before it was measured; "" elsewhere."""
        return not_measured(self.folder)

    @property
    def unfinished(self) -> str:
        """What is missing of a run that was not trained to its end, or not measured after it; "" where nothing is."""
        return unfinished(self.folder)

    @property
    def history(self) -> History:
        """One dict of numbers per epoch, shown as a table; `history["val_loss"]` is a column of it."""
        return History(self.folder.history())

    @property
    def health(self) -> Health:
        """How gradients, activations and weights fared in the training, and what is wrong with them.

        Raises:
            RunError: the training was not looked at (`--no-health`, or an older Pellucid), or its file is damaged.
        """
        return health_of(self.folder)

    @property
    def health_if_looked_at(self) -> Health | None:
        """The same, or None where the training was not looked at."""
        return health_if_looked_at(self.folder)

    @property
    def evaluations(self) -> ShownList[Evaluation]:
        """Every evaluation so far, shown as a table."""
        return shown_evaluations(kept_evaluations(self.folder))

    @property
    def dataset(self) -> Dataset:
        """The data of the training, opened again and checked to be the same; a new place of theirs is written down.

        Raises:
            RunError: they changed, are gone, or were handed over as arrays.
            DataError: they cannot be read.
        """
        return self.opened.dataset

    def mistakes(self, split: SplitName = "val") -> ShownList[Mistake | LargeError]:
        """Return the answers to look at first, the worst first and 24 at most; `index` is what `explain` takes.

        They show themselves as a table.

        Raises:
            RunError: the split was not evaluated yet. This opens nothing: the test split's are there after `evaluate`.

        Example:
            run.explain(run.mistakes()[0].index)
        """
        return shown_mistakes(mistakes_of(self.folder, split))

    def answers(self, split: SplitName = "val") -> KeptAnswers:
        """Return what the last evaluation of a split answered to each of its examples.

        Raises:
            RunError: the split was not evaluated yet. This opens nothing: the test split's are there after `evaluate`.

        Example:
            kept = run.answers("val")
            kept.indices[kept.numbers.max(axis=1) < 0.6]
        """
        return kept_answers(self.folder, split)
