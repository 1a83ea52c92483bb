"""A search in a notebook: one table of its trials, written anew in place, static when the notebook is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pellucid.records import Decision
from pellucid.report import wording
from pellucid.report.notebook_progress import show_in_place
from pellucid.report.rendering import render
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.tuning import Standing, Trial

MOST_ROWS = 12
"""Trials shown below one another; of a longer search the last ones, and the best."""
_COLUMNS = ("trial", "ended", "epochs", "score", "choices")


class NotebookSearchProgress:
    """Watches a search, and keeps one table of it up to date. Needs IPython, no widgets and no script."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._decisions: list[Decision] = []
        self._trials: dict[int, Trial] = {}
        self._best: int | None = None
        self._said: list[str] = []

    def decided(self, decision: Decision) -> None:
        """Add one choice to those that can be folded out."""
        self._decisions.append(decision)

    def began_trial(self, trial: Trial, standing: Standing) -> None:
        """Say which trial is trained."""
        self._show(f"trial {trial.number} begins · {_standing_words(standing)}", _done(standing))

    def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
        """Say where the trial stands."""
        what = f"trial {trial.number}, epoch {epoch} of {num_epochs}"
        self._show(f"{what} · {_standing_words(standing)}", _done(standing, epoch / num_epochs))

    def ended_trial(self, trial: Trial, standing: Standing) -> None:
        """Add a line to the table; what stands there is true even when nothing comes any more."""
        self._trials[trial.number] = trial
        self._best = None if standing.best is None else standing.best.number
        self._show(_standing_words(standing), _done(standing))

    def repeating(self, done: int, total: int, standing: Standing) -> None:
        """Say how many of the trainings from fresh seeds are done."""
        words = (
            f"{_ended_words(standing)} · fresh seeds: {done} of {total} trainings of the winner and the default recipe"
        )
        self._show(words, done / total if total else 1.0)

    def said(self, text: str) -> None:
        """Keep a remark under the table."""
        self._said.append(text)
        self._show("stopped" if not self._trials else f"{len(self._trials)} trials ended here", 1.0)

    def html(self, status: str, done: float) -> str:
        """Return the table as a static fragment.

        Args:
            status: one line.
            done: share of the search, or of the trainings from fresh seeds, in [0, 1].
        """
        numbers = sorted(self._trials)
        shown = numbers[-MOST_ROWS:]
        if self._best in self._trials and self._best not in shown:
            shown = [self._best, *shown]
        num_hidden = len(numbers) - len(shown)
        return render(
            "notebook_progress.html.jinja",
            title="Search",
            status=status,
            percent=round(100 * min(max(done, 0.0), 1.0), 1),
            columns=_COLUMNS if numbers else (),
            has_words=True,
            rows=[(_cells(self._trials[number]), number == self._best) for number in shown],
            hidden=f"Not shown: {counted(num_hidden, 'trial')} before these; .trials has all." if num_hidden else "",
            said=self._said,
            decisions=self._decisions,
        )

    def _show(self, status: str, done: float) -> None:
        self._handle = show_in_place(self._handle, self.html(status, done))


def _cells(trial: Trial) -> list[str]:
    score = "" if trial.score is None else f"{trial.score:.4f}"
    return [str(trial.number), trial.status, str(trial.epochs), score, trial.say_choices()]


def _ended_words(standing: Standing) -> str:
    total = "" if standing.total is None else f" of {standing.total}"
    return f"{standing.ended}{total} trials"


def _standing_words(standing: Standing) -> str:
    parts = [_ended_words(standing)]
    if standing.best is not None:
        parts.append(f"best {standing.best.score:.4f} (trial {standing.best.number})")
    if standing.seconds_left is not None:
        parts.append(f"{wording.duration(standing.seconds_left)} left")
    return " · ".join(parts)


def _done(standing: Standing, part: float = 0.0) -> float:
    """Return the share of the trials that is done; 0 where only time limits them."""
    return 0.0 if not standing.total else (standing.ended + part) / standing.total
