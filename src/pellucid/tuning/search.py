"""The search itself: propose, train, prune, judge; any number of processes, stopped and gone on with at any instant."""

from __future__ import annotations

import json
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import DataError, MissingExtraError, RecipeError, RunError
from pellucid.files import write_text
from pellucid.records import Decision, Record
from pellucid.runs import Recipe, read_json
from pellucid.training import ASKED, EVERYTHING, check_same_data, plan_run, task_of
from pellucid.tuning.default_space import default_space, recipe_fields_given, spell_out
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.records import (
    METHODS,
    PRUNINGS,
    Importance,
    Method,
    Pruning,
    Search,
    SearchRecord,
    Trial,
    Verdict,
    choose_winner,
)
from pellucid.tuning.space import SearchSpace
from pellucid.tuning.training_trials import OutOfTime, Watcher, run_trial
from pellucid.tuning.transfer_space import freezes_to_try, with_conditions
from pellucid.tuning.watching import NullProgress, SearchProgress, Standing
from pellucid.version import VERSION

DEFAULT_TRIALS, DEFAULT_REPEATS = 30, 5
MOST_RESERVED, RESERVED_IN_DOUBT = 0.5, 0.2
"""The largest share of the time that is kept for fresh seeds; the same while the default recipe leads."""
FAILURES_IN_A_ROW = 3


class Limits(Record):
    """How long a search goes on."""

    trials: int | None = None
    """How many in all, those of other processes and of earlier times included; None: as many as fit."""
    seconds: float | None = None
    """From the start of this process' part to its end, the repeats included; None: no limit."""
    repeats: int | None = None
    """Trainings from fresh seeds of the winner, and as many of the default recipe; 0 for none; None: five."""

    def settled(self, folder: SearchFolder, method: Method) -> Limits:
        """Return the same with what was left open: as it was asked for last, or else what is usual; and keep it."""
        path = folder.path / "limits.json"
        last = Limits.from_dict(read_json(path), source=str(path), error=RunError) if path.exists() else Limits()
        trials, seconds = self.trials, self.seconds
        if trials is None and seconds is None:
            trials, seconds = last.trials, last.seconds
        if trials is None and seconds is None and method != "grid":  # a grid ends by itself
            trials = DEFAULT_TRIALS
        repeats = next(one for one in (self.repeats, last.repeats, DEFAULT_REPEATS) if one is not None)
        settled = Limits(trials=trials, seconds=seconds, repeats=repeats)
        if settled != last:
            write_text(path, json.dumps(settled.to_dict()) + "\n")
        return settled


def begin_search(
    dataset: Dataset,
    recipe: Recipe,
    *,
    space: SearchSpace | None,
    method: Method,
    pruning: Pruning,
    runs_dir: Path,
    name: str | None = None,
    command: str | None = None,
) -> SearchFolder:
    """Return the folder of a new search, or of the same search where it has begun already.

    Args:
        dataset: what to learn from.
        recipe: the choices that every trial shares; what is open is chosen in each, or searched.
        space: what is searched; None for what suits the model and the data.
        method: how trials are proposed.
        pruning: when trials are ended early.
        runs_dir: where the folder is made.
        name: of the folder; None for "dataset-model-search".
        command: the command line, to be written down.

    Raises:
        MissingExtraError: Optuna is not installed.
        RecipeError, ModelError, DataError: the choices do not fit; nothing is written then.
    """
    check_optuna()
    _check_choices(recipe, method, pruning)
    if len(dataset.splits["val"]) == 0:
        raise DataError(
            "A search chooses by the validation split, and there is none.", fix="Give it a share: --val 0.1."
        )
    planned = plan_run(dataset, recipe, name=name)
    record, monitor = planned.record, task_of(planned.record).monitor
    decisions = dataset.decisions
    if space is None:
        space, said = default_space(dataset, record, recipe_fields_given(recipe))
        decisions = (*decisions, *said)
    reason = f"the {monitor.name.replace('_', ' ')} of the validation split; the test split stays sealed"
    decisions = (*decisions, Decision(name="score", value=monitor.name, reason=reason))
    space = with_conditions(space, record.recipe)
    both = [given for given in recipe_fields_given(recipe) if given in space.parameters]
    if both:
        raise RecipeError(
            f"--{both[0].replace('_', '-')} is given, and searched as well.", fix="Leave it out, or out of the space."
        )
    if recipe.freeze is None and record.recipe.freeze == EVERYTHING and not set(ASKED) & set(space.parameters):
        # The number of cores chose it here; every trial shall be of the same kind, on whatever machine.
        recipe = recipe.override(freeze=EVERYTHING)
    for freeze in freezes_to_try(space):
        plan_run(dataset, recipe.override(freeze=freeze))
    made = SearchRecord(
        name=f"{record.name}-search" if name is None else name,
        created=time.time(),
        pellucid_version=VERSION,
        command=command,
        dataset=record.dataset,
        model=record.model.name,
        recipe=recipe,
        default=spell_out(record),
        space=space,
        decisions=decisions,
        method=method,
        pruning=pruning,
        seed=recipe.seed,
        metric=monitor.name,
        higher_is_better=monitor.higher_is_better,
    )
    if method == "grid":
        from pellucid.tuning.proposing import grid_of

        grid_of(made)
    return SearchFolder.find_or_create(runs_dir, made)


def check_optuna() -> None:
    """Raise MissingExtraError where Optuna is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in a notebook its progress bar, which is not used, asks for widgets
            import optuna  # noqa: F401
    except ImportError:
        raise MissingExtraError("Optuna", extra="tune", feature="A search") from None


def _check_choices(recipe: Recipe, method: str, pruning: str) -> None:
    for flag, value, known in (("method", method, METHODS), ("pruning", pruning, PRUNINGS)):
        if value not in known:
            raise RecipeError(f"--{flag} is '{value}'.", expected=f"One of {', '.join(known)}.")
    if recipe.lr == "auto":
        raise RecipeError(
            "--lr auto is for a single training.", fix="Leave it out: a search looks for the rate itself."
        )
    if recipe.time is not None:
        raise RecipeError("A trial has no time of its own.", fix="Give the search a time.")


def run_search(
    folder: SearchFolder, dataset: Dataset, limits: Limits, *, progress: SearchProgress | None = None
) -> Search:
    """Go on with a search until a limit is reached, judge the winner, and return the search.

    Args:
        folder: of the search.
        dataset: the same data, opened again.
        limits: how long it goes on.
        progress: who watches.

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
    trials = read_trials(folder)
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
    started: float = field(default_factory=lambda: time.monotonic())
    failed_in_a_row: int = 0

    def __post_init__(self) -> None:
        from pellucid.tuning.journal import Journal

        self.journal = Journal(self.folder, self.record)
        combinations, wanted = self.journal.num_combinations, self.limits.trials
        self.repeats = self.limits.repeats or 0
        self.total = min((count for count in (combinations, wanted) if count is not None), default=None)

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
                if self._time_is_up(trials):
                    return None
                for trial in running:
                    claim = self.folder.claim(_claim_name(trial.number))
                    if claim is not None:
                        left = trial.model_copy(update={"note": "left by another process or an earlier time: gone on"})
                        complete = self.journal.complete(trial.number).model_copy(update={"note": left.note})
                        return complete, claim
                if self.total is None or len(trials) < self.total:
                    proposed = self.journal.propose()
                    # Nobody else works on it; whoever lists searches may be looking at its lock for an instant.
                    claim = self.folder.claim(_claim_name(proposed.number), wait_seconds=10.0)
                    assert claim is not None
                    return proposed, claim
            if not running:
                return None
            self.progress.said(f"Waiting for another process, which trains trial {running[0].number}.")
            wait = -1.0 if self.limits.seconds is None else max(0.0, self._search_ends(trials) - time.monotonic())
            claim = self.folder.claim(_claim_name(running[0].number), wait_seconds=wait)
            if claim is None:
                return None
            claim.release()

    def _train(self, trial: Trial) -> None:
        self.progress.began_trial(trial, self._standing())

        def report(epoch: int, value: float, num_epochs: int, head_epochs: int) -> None:
            self.journal.report(trial.number, epoch, value, head_epochs=head_epochs)
            self.progress.ended_epoch(trial, epoch, num_epochs, self._standing())

        deadline = None if self.limits.seconds is None else self._search_ends(self.journal.trials())
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

    # --- time ---

    def _search_ends(self, trials: tuple[Trial, ...]) -> float:
        """Return the moment (of `time.monotonic`) until which trials may be trained; the rest is for the repeats."""
        assert self.limits.seconds is not None
        share = RESERVED_IN_DOUBT if self._default_leads(trials) else MOST_RESERVED
        reserve = min(share * self.limits.seconds, self.repeats * self._seconds_per_seed(trials))
        return self.started + self.limits.seconds - reserve

    def _time_is_up(self, trials: tuple[Trial, ...]) -> bool:
        """Return whether another trial would likely end after the search."""
        if self.limits.seconds is None:
            return False
        lasting = [trial.seconds for trial in trials if trial.status in ("finished", "pruned")]
        expected = sum(lasting) / len(lasting) if lasting else 0.0
        return time.monotonic() + expected > self._search_ends(trials)

    def _standing(self, repeated: float = 0.0) -> Standing:
        trials = self.journal.trials()
        ended = [trial for trial in trials if trial.status != "running"]
        winner = choose_winner(trials, higher_is_better=self.record.higher_is_better)
        lasting = [trial.seconds for trial in ended if trial.seconds]
        left = None
        if lasting and self.total is not None:
            side_by_side = max(1, len(trials) - len(ended))
            repeating = (1 - repeated) * self.repeats * self._seconds_per_seed(trials)
            left = ((self.total - len(ended)) * sum(lasting) / len(lasting) + repeating) / side_by_side
        if self.limits.seconds is not None:
            until = max(0.0, self.started + self.limits.seconds - time.monotonic())
            left = until if left is None else min(left, until)
        return Standing(len(ended), self.total, None if winner is None else trials[winner], left)

    # --- the winner ---

    def _judge(self) -> None:
        """Train the winner and the default recipe from fresh seeds, and write down what that says."""
        from pellucid.tuning.repeats import as_repeat, do_job, gains_of, is_done, jobs_of
        from pellucid.tuning.verdict import judge

        trials = self.journal.trials()
        number = choose_winner(trials, higher_is_better=self.record.higher_is_better)
        if number is None or self.repeats == 0:
            return
        winner, is_default = trials[number], self._default_leads(trials)
        jobs = jobs_of(self.folder, self.record, winner, self._seeds_that_fit(trials), is_default=is_default)
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
        write_text(self.folder.path / "verdict.json", text + "\n")

    def _seeds_that_fit(self, trials: tuple[Trial, ...]) -> int:
        if self.limits.seconds is None:
            return self.repeats
        left, lasting = self.started + self.limits.seconds - time.monotonic(), self._seconds_per_seed(trials)
        fitting = max(0, min(self.repeats, int(left / lasting))) if lasting else self.repeats
        if 0 < fitting < self.repeats:
            self.progress.said(f"There is time for {fitting} of {self.repeats} fresh seeds.")
        return fitting

    def _seconds_per_seed(self, trials: tuple[Trial, ...]) -> float:
        """Return the time of a fresh seed: the default recipe, and the winner where that is another; 0: not known."""
        number = choose_winner(trials, higher_is_better=self.record.higher_is_better)
        if number is None:
            return 0.0
        whole = (trial for trial in trials if trial.status == "finished")
        default = next((one.seconds for one in whole if one.choices == self.journal.default), trials[number].seconds)
        return default if self._default_leads(trials) else default + trials[number].seconds

    def _default_leads(self, trials: tuple[Trial, ...]) -> bool:
        number = choose_winner(trials, higher_is_better=self.record.higher_is_better)
        return number is not None and trials[number].choices == self.journal.default


def _claim_name(number: int) -> str:
    return f"trial-{number:04}"
