"""The search itself: propose, train, prune, judge; any number of processes, stopped and gone on with at any instant."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import RecipeError, RunError
from pellucid.runs import read_json
from pellucid.training import check_same_data
from pellucid.tuning.beginning import check_optuna
from pellucid.tuning.budget import Budget
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.limits import Limits
from pellucid.tuning.records import Importance, Search, SearchRecord, Trial, Verdict, choose_winner
from pellucid.tuning.training_trials import OutOfTime, Watcher, run_trial
from pellucid.tuning.watching import NullProgress, SearchProgress, Standing

FAILURES_IN_A_ROW = 3


def run_search(
    folder: SearchFolder, dataset: Dataset, limits: Limits, *, progress: SearchProgress | None = None
) -> Search:
    """Go on with a search until a limit is reached, judge the winner, and return the search.

    Args:
        folder: of the search.
        dataset: the same data, opened again.
        limits: how long it goes on.
        progress: the callback that is told how it goes.

    Raises:
        RunError: the data changed.
        PellucidError: trial after trial fails.
        KeyboardInterrupt: everything is kept; trials that were being trained are gone on with next time.
    """
    check_optuna()
    folder.refuse_links()
    record = folder.read_record()
    check_same_data(record, dataset)
    if dataset.source != "arrays":
        folder.remember_place(dataset.source)
    settled = limits.settled(folder, record.method)
    return _Searching(folder, record, dataset, settled, progress or NullProgress()).run()


def read_search(folder: SearchFolder) -> Search:
    """Return a search as it stands on the disk; nothing is written.

    Raises:
        MissingExtraError: Optuna is not installed.
        RunError: it is damaged.
    """
    check_optuna()
    from pellucid.tuning.importance import rank_importance
    from pellucid.tuning.journal import read_trials

    record = folder.read_record()
    trials = read_trials(folder, record.space)
    winner = choose_winner(trials, higher_is_better=record.higher_is_better)
    verdict = None
    if (folder.path / "verdict.json").exists() and winner is not None:
        kept = read_json(folder.path / "verdict.json")
        if kept.get("winner") == winner:
            verdict = Verdict.from_dict(kept.get("verdict"), source="verdict.json", error=RunError)
    return Search(
        path=str(folder.path),
        record=record,
        trials=trials,
        winner=winner,
        verdict=verdict,
        importance=rank_importance(record, trials) if trials else Importance(),
        report=str(folder.report) if folder.report.is_file() else None,
    )


@dataclass
class _Searching:
    """This process' part in a search."""

    folder: SearchFolder
    record: SearchRecord
    dataset: Dataset
    limits: Limits
    progress: SearchProgress
    failed_in_a_row: int = 0

    def __post_init__(self) -> None:
        from pellucid.tuning.journal import Journal

        self.journal = Journal(self.folder, self.record)
        counts = (self.journal.num_combinations, self.limits.trials)
        total = min((count for count in counts if count is not None), default=None)
        self.budget = Budget(self.limits, total, self.journal.default, self.record.higher_is_better)

    def run(self) -> Search:
        """Train trials until a limit is reached, then judge the winner."""
        try:
            while (work := self._next()) is not None:
                trial, claim = work
                try:
                    self._train(trial)
                finally:
                    claim.release()
        except OutOfTime:
            self.progress.said("The time is up in the middle of a trial: it goes on when the search does.")
        self._judge()
        return read_search(self.folder)

    # --- trials ---

    def _next(self) -> tuple[Trial, Any] | None:
        """Return a trial for this process: one that a killed process left, or a new one; None when there is none."""
        while True:
            with self.folder.alone():
                trials = self.journal.trials()
                running = [trial for trial in trials if trial.status == "running"]
                if self.budget.is_up(trials):
                    return None
                for trial in running:
                    claim = self.folder.claim(_claim_name(trial.number))
                    if claim is not None:
                        left = trial.model_copy(update={"note": "left by another process or an earlier time: gone on"})
                        complete = self.journal.complete(trial.number).model_copy(update={"note": left.note})
                        return complete, claim
                if self.budget.total is None or len(trials) < self.budget.total:
                    proposed = self.journal.propose()
                    # Nobody else works on it; whoever lists searches may be looking at its lock for an instant.
                    claim = self.folder.claim(_claim_name(proposed.number), wait_seconds=10.0)
                    assert claim is not None
                    return proposed, claim
            if not running:
                return None
            self.progress.said(f"Waiting for another process, which trains trial {running[0].number}.")
            wait = -1.0 if self.limits.seconds is None else max(0.0, self.budget.search_ends(trials) - time.monotonic())
            claim = self.folder.claim(_claim_name(running[0].number), wait_seconds=wait)
            if claim is None:
                return None
            claim.release()

    def _train(self, trial: Trial) -> None:
        self.progress.began_trial(trial, self._standing())

        def report(epoch: int, value: float, num_epochs: int, head_epochs: int) -> None:
            self.journal.report(trial.number, epoch, value, head_epochs=head_epochs)
            self.progress.ended_epoch(trial, epoch, num_epochs, self._standing())

        deadline = None if self.limits.seconds is None else self.budget.search_ends(self.journal.trials())
        watcher = Watcher(
            self.record.metric, report, should_prune=lambda: self.journal.should_prune(trial.number), deadline=deadline
        )
        ended = run_trial(trial, self.record, self.dataset, self.folder.trials, watcher)
        self.journal.end(ended)
        self.progress.ended_trial(ended, self._standing())
        self.failed_in_a_row = self.failed_in_a_row + 1 if ended.status == "failed" else 0
        if self.failed_in_a_row >= FAILURES_IN_A_ROW:
            raise RecipeError(
                f"{FAILURES_IN_A_ROW} trials in a row could not be trained. The last one: {ended.note}",
                fix="Mend the recipe or the space; the search goes on with the same command.",
            )

    def _standing(self, repeated: float = 0.0) -> Standing:
        return self.budget.standing(self.journal.trials(), repeated)

    # --- the winner ---

    def _judge(self) -> None:
        """Train the winner and the default recipe from fresh seeds, and write down what that says."""
        from pellucid.tuning.repeats import as_repeat, do_job, gains_of, is_done, jobs_of
        from pellucid.tuning.verdict import judge

        trials = self.journal.trials()
        number, wanted = self.budget.winner(trials), self.budget.repeats
        if number is None or wanted == 0:
            return
        winner, is_default = trials[number], self.budget.default_leads(trials)
        fitting = self.budget.seeds_that_fit(trials)
        if 0 < fitting < wanted:
            self.progress.said(f"There is time for {fitting} of {wanted} fresh seeds.")
        jobs = jobs_of(self.folder, self.record, winner, fitting, is_default=is_default)
        for patience in (0.0, -1.0):  # first what nobody else does, then what others have not ended
            for job in jobs:
                ended = sum(is_done(one) for one in jobs)
                self.progress.repeating(ended, len(jobs), self._standing(ended / len(jobs)))
                claim = None if is_done(job) else self.folder.claim(f"repeat-{job.path.name}", wait_seconds=patience)
                if claim is not None:
                    try:
                        do_job(job, self.record, winner, self.dataset)
                    finally:
                        claim.release()
        open_seeds = {job.seed for job in jobs if not is_done(job)}
        done = [job for job in jobs if job.seed not in open_seeds]
        if not done:
            self.progress.said("No time was left for fresh seeds: go on with the search, and give it more.")
            return
        self.progress.repeating(len(done), len(jobs), self._standing(len(done) / len(jobs)))
        assert winner.score is not None
        verdict = judge(
            [as_repeat(job) for job in done],
            None if is_default else gains_of(done, self.record, self.dataset),
            metric=self.record.metric,
            higher_is_better=self.record.higher_is_better,
            searched_score=winner.score,
            others=sum(trial.choices != self.journal.default for trial in trials if trial.status != "running"),
            is_all=self.journal.num_combinations == len(trials),
        )
        text = json.dumps({"winner": number, "verdict": verdict.to_dict()}, indent=1, ensure_ascii=False)
        self.folder.write("verdict.json", text + "\n")


def _claim_name(number: int) -> str:
    return f"trial-{number:04}"
