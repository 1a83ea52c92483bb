"""What a search is and what came of it, as strict records."""

from __future__ import annotations

import shlex
from typing import Any, Literal, get_args

from pydantic import Field

from pellucid.records import Decision, Record
from pellucid.runs import DatasetRecord, Recipe
from pellucid.tuning.space import Scalar, SearchSpace

SCHEMA_VERSION = 1

Method = Literal["tpe", "gp", "random", "grid"]
"""How a search proposes its next trial. tpe: tree-structured Parzen estimators (Bergstra et al. 2011); gp: a Gaussian
process with logarithmic expected improvement (Ament et al. 2023); random: independent draws; grid: every combination,
in an order that the seed shuffles."""
Pruning = Literal["halving", "median", "hyperband", "none"]
"""When a trial is ended early. halving: at 1/5, 2/5 and 4/5 of the epochs only the better half goes on (asynchronous
successive halving, Li et al. 2020); median: as soon as it is below the median of the trials before it at that epoch;
hyperband: halving that begins sooner or later in turn (Li et al. 2018)."""
METHODS: tuple[Method, ...] = get_args(Method)
PRUNINGS: tuple[Pruning, ...] = get_args(Pruning)

TrialStatus = Literal["running", "finished", "pruned", "diverged", "failed"]


class SearchRecord(Record):
    """search.json: what is searched, and how; once it has begun, nothing of it changes but where the data lie."""

    schema_version: int = SCHEMA_VERSION
    name: str
    created: float
    """Seconds since 1970 (UTC)."""
    pellucid_version: str
    command: str | None = None
    dataset: DatasetRecord
    model: str
    recipe: Recipe
    """As given: what is open is chosen by Pellucid in every trial, or searched."""
    default: Recipe
    """The same with every choice made, as `pellucid train` makes them: what the winner is compared with."""
    space: SearchSpace
    decisions: tuple[Decision, ...] = ()
    method: Method
    pruning: Pruning
    seed: int
    """Of what is proposed; the trials themselves all train with the recipe's seed."""
    metric: str
    """The validation metric that chooses, as in metrics.jsonl."""
    higher_is_better: bool

    def same_search(self, other: SearchRecord) -> bool:
        """Return whether another search asks the same question of the same data: then one goes on with the other."""
        passing: dict[str, Any] = {
            "name": True,
            "created": True,
            "command": True,
            "pellucid_version": True,
            "decisions": True,
        }
        passing |= {"dataset": {"moved_to": True}}
        return self.model_dump(exclude=passing) == other.model_dump(exclude=passing)


class Trial(Record):
    """One recipe of a search, trained: a run."""

    number: int
    """Counted from 0, in the order of the proposals."""
    status: TrialStatus
    note: str = ""
    """Why it ended as it did, where that is not plain."""
    choices: dict[str, Scalar]
    """What was proposed, by name of the space's parameters."""
    products: dict[str, float] = Field(default_factory=dict)
    """What the multiples among the choices came to, once it has ended."""
    run: str
    """Folder of the run, relative to the search's."""
    score: float | None = None
    """The validation metric of its best epoch, whose weights it answers with; also of a pruned trial."""
    epochs: int = 0
    """Trained."""
    head_epochs: int = 0
    """How many of them trained the head alone; they come first."""
    seconds: float = 0.0
    """Trained, validation included."""
    curve: tuple[tuple[int, float], ...] = ()
    """(epoch, validation metric) of every epoch."""

    def say_choices(self) -> str:
        """Return what was tried in words, e.g. "optimizer sgd, lr 0.12 (x 1.5), batch 32"."""
        return ", ".join(f"{name.replace('_', ' ')} {self._say(name, value)}" for name, value in self.choices.items())

    def _say(self, name: str, value: Scalar) -> str:
        if name in self.products:
            return f"{self.products[name]:.3g} (x {value:.2g})"
        return f"{value:.3g}" if isinstance(value, float) else str(value)


class Repeat(Record):
    """One training from a fresh seed, after the search."""

    role: Literal["winner", "default"]
    seed: int
    run: str
    """Folder of the run, relative to the search's."""
    score: float


class Verdict(Record):
    """Whether the winner is better than the default recipe: trained from the same fresh seeds, paired seed by seed."""

    repeats: tuple[Repeat, ...]
    winner_mean: float
    winner_spread: float
    """Standard deviation over the seeds."""
    default_mean: float
    default_spread: float
    difference: float
    """Mean of winner - default, with the metric's sign turned so that more is better."""
    low: float | None = None
    """The 95 % interval of the difference; None where it cannot be told."""
    high: float | None = None
    worth_it: bool | None = None
    """True: the interval is above 0; False: below it, or the default recipe won itself; None: cannot be told, also
    because hardly anything was tried."""
    summary: str
    optimism: float
    """The winner's score in the search, less its mean over the fresh seeds: what being chosen flatters it by."""

    @property
    def is_default(self) -> bool:
        """Whether the default recipe won itself: then there is nothing to compare."""
        return all(repeat.role == "default" for repeat in self.repeats)


class Importance(Record):
    """How much each choice mattered among the trials; shares of 1."""

    shares: dict[str, float] = Field(default_factory=dict)
    """Most important first."""
    method: str = ""
    note: str = ""
    """Why there is none, or how far it can be trusted."""


class Search(Record):
    """A search as it stands: every trial, the best one, and whether it was worth it."""

    path: str
    record: SearchRecord
    trials: tuple[Trial, ...]
    winner: int | None = None
    """Number of the trial with the best score among those that were trained to their end."""
    verdict: Verdict | None = None
    importance: Importance = Importance()
    report: str | None = None
    """Path of search.html."""

    @property
    def best(self) -> Trial | None:
        """The winner; None while no trial was trained to its end."""
        return None if self.winner is None else self.trials[self.winner]

    @property
    def command(self) -> str:
        """The command that trains the winner's recipe as a run with a report of its own; "" without a winner."""
        source = self.record.dataset.moved_to or self.record.dataset.source
        data = "DATA" if source == "arrays" else shlex.quote(source)
        return f"pellucid train {data} --recipe {shlex.quote(f'{self.path}/{self.best.run}')}" if self.best else ""

    @property
    def epochs(self) -> int:
        """Trained by all trials."""
        return sum(trial.epochs for trial in self.trials)

    def count(self, *statuses: TrialStatus) -> int:
        """Return how many trials ended so."""
        return sum(trial.status in statuses for trial in self.trials)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, the best trial among them."""
        best = self.best
        return {**super().to_dict(), "best": best.to_dict() if best else None}


def choose_winner(trials: tuple[Trial, ...], *, higher_is_better: bool) -> int | None:
    """Return the number of the best trial that was trained to its end; of equal ones the first."""
    ended = [trial for trial in trials if trial.status == "finished" and trial.score is not None]
    if not ended:
        return None
    sign = -1 if higher_is_better else 1
    return min(ended, key=lambda trial: (sign * (trial.score or 0.0), trial.number)).number
