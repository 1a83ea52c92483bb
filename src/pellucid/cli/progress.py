"""How a training shows itself: a bar with the time left in a terminal, a line per epoch in a pipe or a log file."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from pellucid.cli.lines import MovingBar, Printed
from pellucid.cli.output import is_terminal
from pellucid.spec import Decision
from pellucid.words import visible

if TYPE_CHECKING:
    from pellucid.api import Run
    from pellucid.data import Finding
    from pellucid.runs import EpochRow
    from pellucid.training import Pass, Position

EXAMPLES_SHOWN = 3
ROUTINE = frozenset({"task", "batch", "optimizer", "schedule", "weight decay", "patience", "device", "precision"})
"""Choices that say little of the data: they share a line before the training, their reasons stand in the report."""
ROUTINE_REASON = "the reasons stand in the report and in run.json; flags of these names choose otherwise"
LAST_DECISION = "run"


def choose_progress(*, quiet: bool) -> Lines:
    """Return the watcher that suits standard output; of several processes that train together the first speaks."""
    from pellucid.data.torchrun import how_started

    quiet = quiet or how_started()[0].rank > 0
    return Terminal() if is_terminal() and not quiet else Lines(quiet=quiet)


class Lines(Printed):
    """A line per decision, a line per epoch."""

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet)
        self._header_shown = False
        self._routine: list[Decision] = []

    def decided(self, decision: Decision) -> None:
        """Print a choice with its reason; of several routine ones the values alone, once all are known."""
        if decision.name in ROUTINE:
            self._routine.append(decision)
            return
        if decision.name == LAST_DECISION:
            self._say_routine()
        self._say(decision)

    def said(self, text: str) -> None:
        """Print a line, as it is, under what was decided before."""
        self._say_routine()
        super().said(text)

    def _say_routine(self) -> None:
        waiting, self._routine = self._routine, []
        if len(waiting) > 1:
            values = ", ".join(f"{one.name} {one.value}" for one in waiting)
            self._say(Decision(name="learning", value=values, reason=ROUTINE_REASON))
        elif waiting:
            self._say(waiting[0])

    def _say(self, decision: Decision) -> None:
        super().said(f"{decision.name}: {decision.value} - {decision.reason}")

    def found(self, findings: Sequence[Finding]) -> None:
        """Print one line per thing that was noticed in the data, with a few examples."""
        for finding in findings:
            shown = finding.examples[:EXAMPLES_SHOWN]
            more = f" and {finding.count - len(shown):,} more" if finding.count > len(shown) else ""
            self.said(f"found: {finding.message}" + (f" {', '.join(shown)}{more}" if shown else ""))

    def passed(self, progress: Pass) -> None:
        """Say nothing: a line tells when all is done."""

    def stepped(self, position: Position) -> None:
        """Say nothing between epochs."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Print one line of a table: losses, metric, gap, pace."""
        if not self._header_shown:
            self._header_shown = True
            self.said("")
            self.said(" ".join(f"{title:>{width}}" for title, width in _columns(row)))
        self.said(_epoch_line(row, num_epochs, is_best=is_best))

    def show_result(self, run: Run) -> None:
        """Say how the run did, and where it lies."""
        evaluations = run.evaluations
        self.said("")
        if evaluations:
            for line in [*str(evaluations[-1]).split("\n"), ""]:
                self.said(line)
        if formula := formula_lines(run):
            for line in [*formula, ""]:
                self.said(line)
        self.said(f"Run:    {run.path}")
        self.said(f"Report: {run.folder.report}")
        self.said(f"The test split is still sealed. To open it: pellucid evaluate {run.path}")


class Terminal(Lines):
    """A bar with loss, pace and time left, under the lines of the epochs that are done."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = MovingBar(self._console, shows_share=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def _say(self, decision: Decision) -> None:
        from rich.text import Text

        name, value, reason = (visible(words) for words in (decision.name, decision.value, decision.reason))
        self._console.print(Text.assemble(f"{name}: ", (value, "bold"), (f" - {reason}", "dim")))

    def passed(self, progress: Pass) -> None:
        """Move the bar of the pass through the backbone."""
        self._say_routine()
        words = f"{progress.done:,} of {progress.total:,}  {duration(progress.seconds_left)} left"
        self._bar.move(f"features of {progress.split}", done=progress.done, total=progress.total, words=words)

    def stepped(self, position: Position) -> None:
        """Move the bar."""
        self._say_routine()
        pace, left = f"{position.examples_per_second:,.0f} examples/s", f"{duration(position.seconds_left)} left"
        self._bar.move(
            f"epoch {position.epoch}/{position.num_epochs}",
            done=(position.epoch - 1) * position.num_steps + position.step,
            total=position.num_epochs * position.num_steps,
            words=f"loss {position.train_loss:.4f}  {pace}  {left}",
        )


def _columns(row: EpochRow) -> list[tuple[str, int]]:
    titles = [("epoch", 9), ("train loss", 10)]
    titles += [("val loss", 9)] if "val_loss" in row else []
    for name in ("accuracy", "mae"):
        if f"train_{name}" in row:
            titles += (
                [(f"train {name}", 14), (f"val {name}", 12), ("gap", 7)]
                if f"val_{name}" in row
                else [(f"train {name}", 14)]
            )
    titles += [("val balanced", 12)] if "val_balanced_accuracy" in row else []
    return [*titles, ("examples/s", 11), ("seconds", 8)]


def _epoch_line(row: EpochRow, num_epochs: int, *, is_best: bool) -> str:
    cells = [f"{row['epoch']:.0f}/{num_epochs}", f"{row['train_loss']:.4f}"]
    cells += [f"{row['val_loss']:.4f}"] if "val_loss" in row else []
    for name in ("accuracy", "mae"):
        if f"train_{name}" in row:
            cells.append(f"{row[f'train_{name}']:.4f}")
            cells += (
                [f"{row[f'val_{name}']:.4f}", f"{row[f'train_{name}'] - row[f'val_{name}']:+.4f}"]
                if f"val_{name}" in row
                else []
            )
    cells += [f"{row['val_balanced_accuracy']:.4f}"] if "val_balanced_accuracy" in row else []
    cells += [f"{row['examples_per_second']:,.0f}", f"{row['seconds']:.1f}"]
    line = " ".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, _columns(row), strict=True))
    return line + ("  best" if is_best else "")


def formula_lines(run: Run) -> list[str]:
    """Return a linear model on a table in the data's own units, below a line that says so; [] of other models."""
    if run.record.preprocessing.kind != "table" or (formula := run.formula) is None:
        return []
    return ["In the units of the data:", *(f"  {line}" for line in formula.lines)]


def duration(seconds: float) -> str:
    """Return seconds as "12 s", "3 min 04 s" or "2 h 10 min"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
