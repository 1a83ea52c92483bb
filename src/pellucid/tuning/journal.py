"""The journal of a search: one line of JSON per event, shared by processes, whole after a kill at any instant."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import BaseJournalBackend, JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState
from pydantic import Field

from pellucid.errors import PellucidError, RunError
from pellucid.files import guarded, open_plain, open_to_write, parse_json
from pellucid.records import Record
from pellucid.tuning.folder import SearchFolder, acquire
from pellucid.tuning.journal_lines import check_journal
from pellucid.tuning.proposing import NumberedSampler, build_pruner, suggest
from pellucid.tuning.records import SearchRecord, Trial, TrialStatus
from pellucid.tuning.space import Scalar, SearchSpace

STUDY = "search"
MOST_BYTES = 256 << 20
"""Of the largest journal that is read: 256 MiB, some hundred thousand trials."""
STATES: dict[TrialStatus, TrialState] = {
    "finished": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    # Not FAIL, which a sampler would not learn from: a rate that diverges is as bad as a rate can be.
    "diverged": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}


class KernelLock(JournalFileOpenLock):
    """Optuna's lock of the journal as one of the operating system's, which ends with the process that holds it.

    Whoever gets it mends what a killed process had half written: the last line, if it has no end.

    Args:
        journal: the file.
        lock: the file that is locked in its place.
    """

    def __init__(self, journal: Path, lock: Path) -> None:
        super().__init__(str(journal))
        self.journal, self.lock = journal, lock
        self._held: Any = None

    def acquire(self) -> bool:
        """Wait for the lock, and mend the journal."""
        self._held = acquire(self.lock, -1, within=self.journal.parent)
        mend(self.journal)
        return True

    def release(self) -> None:
        """Let the next one in."""
        self._held.release()


def mend(journal: Path) -> None:
    """Cut off the last line of a journal where it has no end: its event never happened. Only for who has the lock."""
    if not os.path.isfile(journal):
        return
    with open_to_write(journal, "mend", within=journal.parent) as file:
        end = file.seek(0, 2)
        place = end
        while place > 0:
            start = max(0, place - 4096)
            file.seek(start)
            found = file.read(place - start).rfind(b"\n")
            if found >= 0:
                place = start + found + 1
                break
            place = start
        if place < end:
            file.truncate(place)


class ReadOnly(BaseJournalBackend):
    """The events of a journal that is only looked at: no lock is taken, and nothing is written.

    A last line without an end never happened: somebody may be writing it.
    """

    def __init__(self, journal: Path) -> None:
        self.journal = journal

    def read_logs(self, log_number_from: int) -> Iterator[dict[str, Any]]:
        """Yield the events from a number on.

        Raises:
            RunError: the journal cannot be read, or a line is damaged.
        """
        with guarded(lambda reason: RunError(f"'{self.journal}' is damaged: {reason}.")):
            try:
                with open_plain(self.journal, most=MOST_BYTES) as file:
                    lines = file.read(MOST_BYTES).split(b"\n")[:-1]
            except FileNotFoundError:
                lines = []
            for line in lines[log_number_from:]:
                yield parse_json(line)

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Refuse to write."""
        raise RunError(f"'{self.journal}' is only looked at.")


def read_trials(folder: SearchFolder, space: SearchSpace) -> tuple[Trial, ...]:
    """Return every trial of a search, by number, as the journal has them; nothing is written, and nobody held up.

    Args:
        folder: of the search.
        space: of the search; all that lean on it (the page, what mattered, Optuna) may take a trial's values for its.

    Raises:
        RunError: the journal is damaged, or holds a trial that cannot be of this space.
    """
    with guarded(lambda reason: RunError(f"'{folder.journal}' is damaged: {reason}.")), quiet():
        storage = JournalStorage(ReadOnly(folder.journal))
        if STUDY not in [study.study_name for study in storage.get_all_studies()]:
            return ()  # nothing was proposed yet
        study = optuna.load_study(study_name=STUDY, storage=storage)
        trials = tuple(as_trial(frozen, str(folder.journal)) for frozen in study.get_trials(deepcopy=False))
    for trial in trials:
        if fault := space.fault_of(trial.choices):
            raise RunError(
                f"Trial {trial.number} in '{folder.journal}' does not belong to the space in search.json: {fault}.",
                expected="A search's space and journal, as `pellucid tune` wrote them.",
                fix="Bring back what was changed of either, or remove the search's folder and begin anew.",
            )
    return trials


class Journal:
    """Proposes trials and keeps what became of them.

    Args:
        folder: of the search.
        record: of the search.

    Raises:
        RunError: the journal is damaged.
    """

    def __init__(self, folder: SearchFolder, record: SearchRecord) -> None:
        self.folder, self.record = folder, record
        self._sampler = NumberedSampler(record)
        lock = KernelLock(folder.journal, folder.locks / "journal.lock")
        pruner = build_pruner(record.pruning, record.default.duration.epochs or 1)
        folder.refuse_links()
        read_trials(folder, record.space)  # before Optuna does, which trusts what it reads
        check_journal(folder.journal)
        try:
            with folder.alone(), quiet():
                self.study = optuna.create_study(
                    storage=JournalStorage(JournalFileBackend(str(folder.journal), lock_obj=lock)),
                    sampler=self._sampler,
                    pruner=pruner,
                    study_name=STUDY,
                    direction="maximize" if record.higher_is_better else "minimize",
                    load_if_exists=True,
                )
                self.trials()
        except (PellucidError, OSError):
            raise
        except Exception as problem:  # Optuna replays foreign lines: whatever it makes of them
            reason = f"{type(problem).__name__}: {problem}"[:300]
            raise RunError(
                f"'{folder.journal}' is damaged: {reason}.", fix="Remove the search's folder, and begin anew."
            ) from None
        self._sampler.all_trials = lambda: self.study.get_trials(deepcopy=False)

    @property
    def num_combinations(self) -> int | None:
        """How many different proposals there are; None: endlessly many."""
        combinations = self._sampler.combinations
        return None if combinations is None else len(combinations)

    @property
    def default(self) -> dict[str, Scalar] | None:
        """The default recipe as a proposal; None where the space does not contain it."""
        return self._sampler.default

    def trials(self) -> tuple[Trial, ...]:
        """Return every trial, by number."""
        source = str(self.folder.journal)
        return tuple(as_trial(frozen, source) for frozen in self.study.get_trials(deepcopy=False))

    def propose(self) -> Trial:
        """Make the next trial; only while no other process proposes (`SearchFolder.alone`)."""
        with quiet():
            return self._write_choices(self.study.ask())

    def complete(self, number: int) -> Trial:
        """Return a trial that is running; one that was killed while it was being proposed gets what it lacks."""
        with quiet():
            return self._write_choices(self._trial(number))

    def _write_choices(self, trial: optuna.Trial) -> Trial:
        space, otherwise = self.record.space, self.record.default.model_dump()
        chosen: dict[str, Scalar] = {}
        for name, distribution in self._sampler.distributions.items():
            if space.is_active(name, chosen, otherwise):
                chosen[name] = suggest(trial, name, distribution)
        return as_trial(self._frozen(trial.number), str(self.folder.journal))

    def report(self, number: int, epoch: int, value: float, *, head_epochs: int = 0) -> None:
        """Keep the validation metric of one epoch; again, after a resumption, it is the same.

        Pruning compares trials after the same number of epochs in which all that learns was learning: epochs of the
        head alone, of which each trial may have another number, are kept apart from what it looks at.

        Args:
            number: of the trial.
            epoch: counted from 1.
            value: of the metric.
            head_epochs: how many epochs of this trial train its head alone; they come first.
        """
        frozen, handle = self._frozen(number), self._trial(number)
        if epoch <= head_epochs:
            curve = frozen.user_attrs.get("head", {}).get("curve", {})
            handle.set_user_attr("head", {"epochs": head_epochs, "curve": {**curve, str(epoch): value}})
        elif epoch - head_epochs not in frozen.intermediate_values:
            handle.report(value, epoch - head_epochs)

    def should_prune(self, number: int) -> bool:
        """Return whether a trial is to be ended early, by its last epoch that was reported."""
        with quiet():
            return self._trial(number).should_prune()

    def end(self, trial: Trial) -> None:
        """Keep how a trial ended; a second time changes nothing."""
        if self._frozen(trial.number).state.is_finished():
            return
        handle = self._trial(trial.number)
        kept: dict[str, Any] = {
            "status": trial.status,
            "note": trial.note,
            "epochs": trial.epochs,
            "seconds": trial.seconds,
        }
        kept["products"] = trial.products
        for name, value in (kept | {"score": trial.score}).items():
            handle.set_user_attr(name, value)
        state = STATES[trial.status]
        value = trial.score if state is TrialState.COMPLETE else None
        with quiet():
            self.study.tell(trial.number, value, state=state)

    def _frozen(self, number: int) -> FrozenTrial:
        return self.study.get_trials(deepcopy=False)[number]

    def _trial(self, number: int) -> optuna.Trial:
        return optuna.trial.Trial(self.study, self._frozen(number)._trial_id)


class Head(Record):
    """What is kept apart of the epochs of a trial that trained its head alone."""

    epochs: int = Field(default=0, ge=0)
    curve: dict[int, float] = Field(default_factory=dict)


def as_trial(frozen: FrozenTrial, source: str) -> Trial:
    """Return what the journal has of a trial as what it means here.

    Raises:
        RunError: what is kept of it is no trial's; `source` is named.
    """
    kept = frozen.user_attrs
    head = Head.from_dict(kept.get("head", {}), source=source, error=RunError)
    of_all = [(step + head.epochs, value) for step, value in frozen.intermediate_values.items()]
    curve = sorted([*head.curve.items(), *of_all])
    data = {
        "number": frozen.number,
        "status": kept.get("status", "failed") if frozen.state.is_finished() else "running",
        "note": kept.get("note", ""),
        "choices": dict(frozen.params),
        "products": kept.get("products", {}),
        "run": f"trials/{run_name(frozen.number)}",
        "score": kept.get("score"),
        "epochs": kept.get("epochs", len(curve)),
        "head_epochs": head.epochs,
        "seconds": kept.get("seconds", 0.0),
        "curve": curve,
    }
    return Trial.from_dict(data, source=f"Trial {frozen.number} in '{source}'", error=RunError)


def run_name(number: int) -> str:
    """Return the name of a trial's run."""
    return f"trial-{number:04}"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna's own messages back for a `with` block: the search has a voice of its own."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(before)
