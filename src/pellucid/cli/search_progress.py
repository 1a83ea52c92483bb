"""How a search shows itself: a bar with the time left in a terminal, a line per trial everywhere."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import TYPE_CHECKING

from pellucid.cli.head import guesses
from pellucid.cli.lines import Printed, UnderLines
from pellucid.cli.output import is_terminal, say
from pellucid.cli.spans import duration
from pellucid.records import Decision
from pellucid.words import counted, percent

MORE = 20
"""Trials that are proposed where there were too few for a verdict."""
SHOWN = 0.05
"""Share of the importance below which a choice is left to the report."""

_OF_THE_SEARCH = frozenset({"space", "score"})

if TYPE_CHECKING:
    from pellucid.tuning import Search, Standing, Trial, TrialStatus


def choose_search_progress(*, quiet: bool, verbose: bool = False, typed: Collection[str] = ()) -> SearchLines:
    """Return the watcher that suits standard output; a verbose one prints every choice with its reason.

    Args:
        quiet: the result alone is wanted.
        verbose: every choice with its reason.
        typed: flags that the user typed: what they choose is no guess.
    """
    is_watched = is_terminal() and not quiet
    lines = SearchTerminal(verbose=verbose) if is_watched else SearchLines(quiet=quiet, verbose=verbose)
    lines.typed = typed
    return lines


class SearchLines(Printed):
    """A line per trial."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        super().__init__(quiet=quiet)
        self._verbose = verbose
        self.typed: Collection[str] = ()
        """Flags that the user typed: what they choose is no guess."""
        self._of_the_data: list[Decision] = []
        self._is_new = self._repeats_said = False

    def decided(self, decision: Decision) -> None:
        """Print what is searched and by what score; of the data what was guessed, in one line."""
        if self._verbose:
            self.said(decision.words)
        elif decision.name in _OF_THE_SEARCH:
            self._is_new = True
            guessed, self._of_the_data = guesses(self._of_the_data, self.typed), []
            if guessed:
                self.said(f"guess: {'; '.join(guessed)}")
            self.said(f"{decision.name}: {decision.value}")
        elif decision.name == "search":
            self.said(decision.words + ("; --verbose gives every choice and its reason" if self._is_new else ""))
        else:
            self._of_the_data.append(decision)

    def began_trial(self, trial: Trial, standing: Standing) -> None:
        """Say when a trial is gone on with that was left; a new one is worth a line when it ends."""
        if trial.note:
            self.said(f"trial {trial.number}: {trial.note}")

    def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
        """Say nothing between trials."""

    def ended_trial(self, trial: Trial, standing: Standing) -> None:
        """Print what was tried, how it ended, and the best so far."""
        self.said(trial_line(trial, standing))

    def repeating(self, done: int, total: int, standing: Standing) -> None:
        """Print one line when the repeats begin."""
        if not self._repeats_said:
            self._repeats_said = True
            self.said(f"Fresh seeds: {counted(total, 'more training')}, to tell merit from luck.")


class SearchTerminal(UnderLines, SearchLines):
    """A bar with the trial at work, the best score and the time left, under the lines of the trials that ended."""

    shows_share = False

    def began_trial(self, trial: Trial, standing: Standing) -> None:
        """Move the bar."""
        super().began_trial(trial, standing)
        self._move(f"trial {trial.number}", standing.ended, standing)

    def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
        """Move the bar by a part of a trial."""
        self._move(f"trial {trial.number}, epoch {epoch}/{num_epochs}", standing.ended + epoch / num_epochs, standing)

    def repeating(self, done: int, total: int, standing: Standing) -> None:
        """Move the bar over the repeats."""
        super().repeating(done, total, standing)
        self._move(f"fresh seeds {done}/{total}", done, standing, total=total)

    def _move(self, what: str, done: float, standing: Standing, *, total: int | None = None) -> None:
        best = "" if standing.best is None else f"best {standing.best.score:.4f} (trial {standing.best.number})  "
        left = "" if standing.seconds_left is None else f"{duration(standing.seconds_left)} left"
        self._bar.move(what, done=done, total=total or standing.total, words=best + left)


def trial_line(trial: Trial, standing: Standing) -> str:
    """Return one line: number, what became of it, its score, the best so far, the time left, what was tried."""
    total = "" if standing.total is None else f"/{standing.total}"
    score = "" if trial.score is None else f" {trial.score:.4f}"
    how = {"finished": "", "pruned": f" pruned {trial.note}"}.get(trial.status, f" {trial.status}: {trial.note}")
    best = standing.best
    mark = "  best" if best is not None and best.number == trial.number else ""
    left = "" if standing.seconds_left is None else f"; {duration(standing.seconds_left)} left"
    return f"{standing.ended}{total} trial {trial.number}:{score}{how}{mark}{left} | {trial.say_choices()}"


def _say_optimism(optimism: float) -> str:
    """Return how the winner's score in the search compares with its mean over fresh seeds; 0 or less: not flattered."""
    if optimism > 0:
        said = f"{optimism:.4f} better than from fresh seeds: the best of many trials is partly lucky"
        return f"In the search the winner scored {said}. Both scores are on the validation examples that chose it."
    return "Trained again from fresh seeds, the winner scored as well as in the search."


def show_search(search: Search) -> None:
    """Say what came of a search: the winner, whether it was worth it, what mattered, where it all lies."""
    record, best, verdict = search.record, search.best, search.verdict
    kinds: tuple[TrialStatus, ...] = ("finished", "pruned", "diverged", "failed", "running")
    counts = ", ".join(f"{search.count(one)} {one}" for one in kinds if search.count(one))
    say("")
    say(f"{counted(len(search.trials), 'trial')}{f' ({counts})' if counts else ''}, {search.epochs:,} epochs")
    if best is None:
        say("No trial has been trained to its end yet.")
    else:
        say(f"Winner:  trial {best.number}, {record.metric.replace('_', ' ')} {best.score:.4f} in the search")
        say(f"         {best.say_choices()}")
    if verdict is not None:
        seeds = len({repeat.seed for repeat in verdict.repeats})
        spreads = [
            f" ± {spread:.4f}" if seeds > 1 else "" for spread in (verdict.winner_spread, verdict.default_spread)
        ]
        of_winner = "" if verdict.is_default else f"winner {verdict.winner_mean:.4f}{spreads[0]}, "
        say(f"Fresh seeds ({seeds}): {of_winner}default {verdict.default_mean:.4f}{spreads[1]}")
        say(verdict.summary)
        if not verdict.is_default:
            say(_say_optimism(verdict.optimism))
    if search.importance.shares:
        note = f" ({search.importance.note})" if search.importance.note else ""
        shares = [(name.replace("_", " "), share) for name, share in search.importance.shares.items() if share >= SHOWN]
        say(f"Mattered{note}: " + ", ".join(f"{name} {percent(share)}" for name, share in shares))
    say("")
    say(f"Search:  {search.path}")
    if search.report:
        say(f"Report:  {search.report}")
    if best is not None:
        say(f"Train:   {search.command}")
    if verdict is not None and verdict.is_default and verdict.worth_it is None:
        say(f"Go on:   pellucid tune --resume {shlex.quote(search.path)} --trials {len(search.trials) + MORE}")
    say("The test split is still sealed.")
