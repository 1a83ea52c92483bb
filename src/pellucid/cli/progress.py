"""How a training shows itself: a bar with the time left in a terminal, a line per epoch in a pipe or a log file."""

from __future__ import annotations

import math
import textwrap
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pellucid.cli.epochs import EpochTable
from pellucid.cli.head import head, is_worth_a_line
from pellucid.cli.lines import Printed, UnderLines
from pellucid.cli.output import is_terminal, say
from pellucid.cli.spans import duration
from pellucid.machine import STARTED
from pellucid.records import Decision
from pellucid.torchrun import how_started
from pellucid.words import visible

if TYPE_CHECKING:
    from pellucid.api import Run
    from pellucid.data import Finding
    from pellucid.runs import EpochRow, RunRecord
    from pellucid.training import Pass, Position

NARROWEST, WIDEST, UNKNOWN_WIDTH = 60, 120, 100
"""Columns that the lines before the first epoch fit: of a terminal, within these; of a file."""
LONG_SECONDS = 20.0
"""A training that takes longer says so at its beginning, where no bar does."""
NOT_MEASURED = (
    "Nothing was held back, so nothing says how it does on examples that it has not learned from. The epoch was chosen "
    "by what its weights give on the training examples."
)
LOOK_SECONDS = 2.0
"""Time in an epoch after which its pace tells something."""


def choose_progress(*, quiet: bool, verbose: bool = False, typed: Collection[str] = ()) -> Lines:
    """Return the watcher that suits standard output; of several processes that train together the first speaks.

    Args:
        quiet: the result alone is wanted.
        verbose: every choice with its reason, and every epoch.
        typed: flags that the user typed: what they choose is no guess.
    """
    quiet = quiet or how_started()[0].rank > 0
    lines = Terminal(verbose=verbose) if is_terminal() and not quiet else Lines(quiet=quiet, verbose=verbose)
    lines.typed = typed
    return lines


class Lines(Printed):
    """A few lines before a training, then lines of epochs."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        super().__init__(quiet=quiet)
        self._verbose = verbose
        self._table = EpochTable(self.said, all_rows=verbose)
        self._said_pace_for = 0  # the last epoch of the part whose pace was said
        self._pass: tuple[str, float] | None = None  # of which split, and since when; inf once it was told
        self._began = self._ended = time.perf_counter()
        starting = time.perf_counter() - STARTED.wall
        self._spent = {"starting": starting, "preparing": 0.0, "training": 0.0, "measuring": 0.0}
        self.folder: Path | None = None
        """Of the run, once there is one: how to go on with it is said when it is stopped."""
        self.typed: Collection[str] = ()
        """Flags that the user typed: what they choose is no guess."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say the last epochs, and how to go on with a training that was stopped."""
        self._table.close()
        if isinstance(error, KeyboardInterrupt) and self.folder is not None and not self._quiet:
            say(f"Go on with it: pellucid train --resume {self.folder}", err=True)

    def planned(self, record: RunRecord, folder: Path) -> None:
        """Print what is about to be done, and what was guessed; with --verbose every choice."""
        self._table.close()
        self._spend("measuring" if self.folder is not None else "preparing")
        self.folder, self._said_pace_for = folder, 0
        num_epochs = record.recipe.total_epochs
        self._table = EpochTable(self.said, all_rows=self._verbose)
        if self._verbose:
            for decision in record.decisions:
                self._say(decision)
            how = f"if it stops: pellucid train --resume {folder}"
            self._say(Decision(name="run", value=str(folder), reason=how))
            return
        every = self._table.every(num_epochs)
        for line in head(record, folder, width=self._width(), every=every, typed=self.typed):
            self._say_head(line)

    def decided(self, decision: Decision) -> None:
        """Print a choice that was made while a training runs, where it matters to who waits; or --verbose."""
        if decision.name in ("restarts", "rung"):
            self._table.close()
        if self._verbose or is_worth_a_line(decision):
            self._say(decision)

    def _say(self, decision: Decision) -> None:
        self.said(decision.words)

    def _say_head(self, line: str) -> None:
        self.said(line)

    def _width(self) -> int:
        return UNKNOWN_WIDTH

    def found(self, findings: Sequence[Finding]) -> None:
        """Print one line per thing that was noticed in the data, with as many examples as fit."""
        for finding in findings:
            self.said(found_line(finding, self._width()))

    def passed(self, progress: Pass) -> None:
        """Say once, of a pass through the backbone that takes long, how long."""
        now = time.perf_counter()
        if self._pass is None or self._pass[0] != progress.split:
            self._pass = (progress.split, now)  # the very first example takes long: it tells little of the others
        elif now - self._pass[1] >= LOOK_SECONDS and progress.seconds_left >= LONG_SECONDS:
            self._pass = (progress.split, math.inf)
            many, left = f"{progress.total - progress.done:,}", duration(progress.seconds_left)
            self.said(f"features of {progress.split}: {many} examples pass the frozen backbone, about {left}")

    def stepped(self, position: Position) -> None:
        """Say once, from the first steps on, what an epoch and all of them will take."""
        is_told = position.is_warm and position.seconds_in_epoch >= LOOK_SECONDS
        if position.last_epoch != self._said_pace_for and is_told:
            self._say_pace(position)

    def _say_pace(self, position: Position) -> None:
        self._said_pace_for = position.last_epoch
        if position.seconds_left >= LONG_SECONDS:
            self.said(pace_line(position))

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Print one line of a table: losses, metric, gap, pace; of a long training every so many."""
        self._table.add(row, num_epochs=num_epochs, is_best=is_best)
        if not self._spent["training"] and not self._spent["preparing"]:  # a run that is gone on with has no plan
            self._spend("preparing")
            self._spent["preparing"] -= row["seconds"]
            self._spent["training"] += row["seconds"]
        self._spend("training")

    def _spend(self, what: str) -> None:
        now = time.perf_counter()
        self._spent[what] += now - self._ended
        self._ended = now

    def show_result(self, run: Run) -> None:
        """Say how the run did, how long each part of the command took, and where the run lies."""
        self._table.close()
        self._spend("measuring")
        evaluations = run.evaluations
        self.said("")
        if evaluations:
            for line in [*str(evaluations[-1]).split("\n"), ""]:
                self.said(line)
        else:
            self.said(NOT_MEASURED)
            self.said("")
        if formula := formula_lines(run):
            for line in [*formula, ""]:
                self.said(line)
        for line in border_lines(run):
            self.said(line)
        self.said(f"Run:    {run.path}")
        self.said(f"Report: {run.folder.report}")
        self.said(f"Time:   {spent_words(self._spent)}")
        if len(run.dataset.splits["test"]):
            judge = " --judge CLASSIFIER" if run.record.dataset.target.measured_when_asked else ""
            self.said(f"The test split is still sealed. To open it: pellucid evaluate {run.path}{judge}")


class Terminal(UnderLines, Lines):
    """A bar with loss, pace and time left, under the lines of the epochs that are done."""

    def _width(self) -> int:
        return min(WIDEST, max(NARROWEST, self._console.width))

    def _say(self, decision: Decision) -> None:
        from rich.text import Text

        name, value, reason = (visible(words) for words in (decision.name, decision.value, decision.reason))
        self._console.print(Text.assemble(f"{name}: ", (value, "bold"), (f"; {reason}", "dim")))

    def _say_head(self, line: str) -> None:
        from rich.text import Text

        topic, colon, words = visible(line).partition(":") if not line.startswith(" ") else ("", "", visible(line))
        self._console.print(Text.assemble((topic + colon, "bold"), words), soft_wrap=True)

    def passed(self, progress: Pass) -> None:
        """Move the bar of the pass through the backbone."""
        words = f"{progress.done:,} of {progress.total:,}  {duration(progress.seconds_left)} left"
        self._bar.move(f"features of {progress.split}", done=progress.done, total=progress.total, words=words)

    def stepped(self, position: Position) -> None:
        """Move the bar."""
        pace, left = f"{position.examples_per_second:,.0f} examples/s", f"{duration(position.seconds_left)} left"
        whose = " for the head" if position.last_epoch < position.num_epochs else ""
        self._bar.move(
            f"epoch {position.epoch}/{position.num_epochs}",
            done=(position.epoch - 1) * position.num_steps + position.step,
            total=position.num_epochs * position.num_steps,
            words=f"loss {position.train_loss:.4f}  {pace}  {_each(position.seconds_per_epoch)}{left}{whose}",
        )


_LEAST_EXAMPLE = 60
"""Characters of an example that are shown where the line has no room for it."""


def found_line(finding: Finding, width: int) -> str:
    """Return one line for a thing that was noticed: its sentence, and as many examples as fit `width` columns."""
    line = f"found: {finding.message}"
    shown = 0
    for example in finding.examples:
        longer = f"{line}{', ' if shown else ' '}{example}"
        if len(longer) > width - len("; and 1,000 more like these"):
            break
        line, shown = longer, shown + 1
    if finding.examples and not shown:  # one is always named: its beginning, which is a path or a row
        line, shown = f"{line} {textwrap.shorten(finding.examples[0], _LEAST_EXAMPLE, placeholder=' ...')}", 1
    rest = finding.count - shown
    return f"{line}; and {rest:,} more like {'it' if shown == 1 else 'these'}" if shown and rest > 0 else line


def pace_line(position: Position) -> str:
    """Return what an epoch takes, and how long it will be until the last one, in words."""
    each, left = duration(position.seconds_per_epoch), duration(position.seconds_left)
    if position.last_epoch < position.num_epochs:
        return (
            f"about {each} per epoch of the head alone, {left} for all {position.head_epochs}; later epochs, in which "
            "more learns, take longer"
        )
    if position.head_epochs:
        return f"from now on about {each} per epoch, {left} for the {position.num_epochs - position.epoch + 1} to come"
    in_all = duration(position.seconds_left + position.seconds_in_epoch)
    whole = "" if position.num_epochs == 1 else f", about {in_all} in all"
    return f"about {each} per epoch{whole}" if position.epoch == 1 else f"about {each} per epoch, {left} left"


def formula_lines(run: Run) -> list[str]:
    """Return a linear model on a table in the data's own units, below a line that says so; [] of other models."""
    layers = [layer for layer in run.record.model.layers if layer.parameters]
    # The record tells that of other models there is none, without building them.
    if [layer.operator for layer in layers] != ["Linear"] or (formula := run.formula) is None:
        return []
    return ["In the units of the data:", *(f"  {line}" for line in formula.lines)]


def border_lines(run: Run) -> list[str]:
    """Return what there is to say of a straight border where a single layer learned two classes, and an empty line."""
    layers = [layer for layer in run.record.model.layers if layer.parameters]
    if [layer.operator for layer in layers] != ["Linear"] or not (words := run.straight_border):
        return []
    note = run.record.status_note
    return [words, *([f"The training ended: {note}."] if not note.startswith("all ") else []), ""]


def spent_words(spent: dict[str, float]) -> str:
    """Return how long a command took, in all and in its parts."""
    parts = ", ".join(f"{name} {duration(seconds)}" for name, seconds in spent.items() if seconds >= 0.5)
    return f"{duration(sum(spent.values()))} in all" + (f" ({parts})" if parts else "")


def _each(seconds: float) -> str:
    return f"{duration(seconds)} per epoch  " if seconds >= 1 else ""
