"""A training in a notebook: one table that is written anew in place, and stays as it was when the notebook is saved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pellucid.records import Decision
from pellucid.report import wording
from pellucid.report.rendering import render
from pellucid.runs import EpochRow, RunRecord

if TYPE_CHECKING:
    from pathlib import Path

    from pellucid.training import Pass, Position

MOST_ROWS = 12
"""Epochs shown below one another; of a longer training the last ones, and the best."""


def in_notebook() -> bool:
    """Tell whether this process is the kernel of a notebook, which can show HTML; IPython is not loaded to find out."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class NotebookProgress:
    """Watches a training, and keeps one table of it up to date. Needs IPython, no widgets and no script."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._decisions: list[Decision] = []
        self._rows: list[tuple[EpochRow, bool]] = []

    def planned(self, record: RunRecord, folder: Path) -> None:
        """Add all choices to those that can be folded out."""
        self._decisions += record.decisions
        how = f"if it stops: pellucid.resume({str(folder)!r})"
        self._decisions.append(Decision(name="run", value=str(folder), reason=how))

    def decided(self, decision: Decision) -> None:
        """Add one choice to those that can be folded out."""
        self._decisions.append(decision)

    def passed(self, progress: Pass) -> None:
        """Say how many examples the frozen backbone has seen."""
        self._show(
            f"features of {progress.split}: {progress.done:,} of {progress.total:,} · "
            f"{wording.duration(progress.seconds_left)} left",
            progress.done / progress.total,
        )

    def stepped(self, position: Position) -> None:
        """Say where it stands."""
        done = ((position.epoch - 1) + position.step / position.num_steps) / position.num_epochs
        self._show(
            f"epoch {position.epoch} of {position.num_epochs} · loss {position.train_loss:.4f} · "
            f"{position.examples_per_second:,.0f} examples/s · {wording.duration(position.seconds_left)} left",
            done,
        )

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Add a line to the table; what stands there is true even when nothing comes any more."""
        self._rows.append((row, is_best))
        self._show(f"{row['epoch']:.0f} of {num_epochs} epochs", row["epoch"] / num_epochs)

    def html(self, status: str, done: float) -> str:
        """Return the table as a static fragment.

        Args:
            status: one line.
            done: share of the training, in [0, 1].
        """
        best = max((place for place, (_, is_best) in enumerate(self._rows) if is_best), default=None)
        first = max(0, len(self._rows) - MOST_ROWS)
        shown = [best] if best is not None and best < first else []
        shown += range(first, len(self._rows))
        num_hidden = len(self._rows) - len(shown)
        return render(
            "notebook_progress.html.jinja",
            title="Training",
            status=status,
            percent=round(100 * min(max(done, 0.0), 1.0), 1),
            columns=[name.replace("_", " ") for name in self._columns()],
            rows=[([self._cell(place, name) for name in self._columns()], place == best) for place in shown],
            hidden=f"{num_hidden} epochs before these are not shown; .history has all." if num_hidden else "",
            decisions=self._decisions,
        )

    def _columns(self) -> list[str]:
        if not self._rows:
            return []
        names = self._rows[-1][0]
        return ["epoch", *(name for name in names if name.startswith(("train_", "val_"))), "seconds"]

    def _cell(self, place: int, name: str) -> str:
        value = self._rows[place][0].get(name)
        if value is None:
            return ""
        if name == "epoch":
            return f"{value:.0f}"
        return f"{value:.1f}" if name == "seconds" else f"{value:.4f}"

    def _show(self, status: str, done: float) -> None:
        self._handle = show_in_place(self._handle, self.html(status, done))


def show_in_place(handle: Any, html: str) -> Any:
    """Show a fragment where an earlier one stood, and return the handle of that place.

    Args:
        handle: None for a place of its own.
        html: static.
    """
    from IPython.display import HTML, display

    shown = HTML(html)  # type: ignore[no-untyped-call]
    if handle is None:
        return display(shown, display_id=True)  # type: ignore[no-untyped-call]
    handle.update(shown)
    return handle
