"""The winner and the default recipe, trained again from fresh seeds: what the search's own scores cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.evaluation import balancing_weights
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.prediction import Predictor
from pellucid.runs import Recipe, RunFolder
from pellucid.training import Hooks
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.records import Repeat, SearchRecord, Trial
from pellucid.tuning.training_trials import recipe_of, score_of, train_or_resume


@dataclass(frozen=True)
class Job:
    """One training from a fresh seed."""

    role: Literal["winner", "default"]
    seed: int
    path: Path


def jobs_of(folder: SearchFolder, record: SearchRecord, winner: Trial, count: int, *, is_default: bool) -> list[Job]:
    """Return the trainings that judge a winner: pairs of the same seed, one pair after the other.

    Args:
        folder: of the search.
        record: of the search.
        winner: of the search.
        count: of seeds.
        is_default: whether the winner is the default recipe itself, which is then trained alone.
    """
    jobs = []
    for seed in range(record.recipe.machine.seed + 1, record.recipe.machine.seed + 1 + count):
        jobs.append(Job("default", seed, folder.repeats / f"default-seed-{seed}"))
        if not is_default:
            jobs.append(Job("winner", seed, folder.repeats / f"trial-{winner.number:04}-seed-{seed}"))
    return jobs


def is_done(job: Job) -> bool:
    """Return whether a job's training has come to its end."""
    return (job.path / "run.json").is_file() and RunFolder(job.path).read_record().status == "finished"


def do_job(job: Job, record: SearchRecord, winner: Trial, dataset: Dataset) -> None:
    """Train what a job says, from where it was left."""

    def recipe() -> Recipe:
        chosen = record.recipe if job.role == "default" else recipe_of(record, winner.choices, dataset)
        return chosen.override(seed=job.seed)

    train_or_resume(job.path, dataset, recipe, Hooks())


def as_repeat(job: Job) -> Repeat:
    """Return a finished job with its score."""
    run = f"{job.path.parent.name}/{job.path.name}"
    return Repeat(role=job.role, seed=job.seed, run=run, score=score_of(RunFolder(job.path).read_record()))


def gains_of(jobs: list[Job], record: SearchRecord, dataset: Dataset) -> NDArray[np.float64]:
    """Return [S, N]: what the winner gains over the default, per seed and validation example; more is better.

    For classes N is the number of validation examples, and a gain is 1, 0 or -1 (weighted by class for balanced
    accuracy); for other targets N is 1, and the gain is that of the score.

    Args:
        jobs: finished, of both roles.
        record: of the search.
        dataset: what was learned from.
    """
    merits = MERITS[dataset.target.kind]
    rows = {(job.role, job.seed): merits(RunFolder(job.path), record, dataset) for job in jobs}
    seeds = sorted({seed for role, seed in rows if role == "winner"})
    return np.stack([rows["winner", seed] - rows["default", seed] for seed in seeds])


def _by_example(folder: RunFolder, record: SearchRecord, dataset: Dataset) -> NDArray[np.float64]:
    """Return [N] how right each validation example's class is; [1] the score where that is no share of examples."""
    if record.metric.endswith("accuracy"):
        return _rightness(folder, dataset, balanced=record.metric.startswith("balanced"))
    return _by_score(folder, record, dataset)


def _by_score(folder: RunFolder, record: SearchRecord, _dataset: Dataset) -> NDArray[np.float64]:
    """Return [1]: the score; more is better."""
    sign = 1 if record.higher_is_better else -1
    return np.array([sign * score_of(folder.read_record())])


MERITS: KindTable[Callable[[RunFolder, SearchRecord, Dataset], NDArray[np.float64]]] = KindTable(
    "comparison of repeats",
    TARGETS,
    {
        "class": _by_example,
        "future": _by_score,
        "labels": _by_score,
        "mask": _by_score,
        "next": _by_score,
        "generated": Refused(
            "No figure of its training tells which of two runs draws better pictures: nothing is searched."
        ),
        "paired": _by_score,
        "picture": _by_score,
        "text": _by_score,
        "value": _by_score,
        "values": _by_score,
    },
)
"""How good a run is on the validation split, [N] or [1]; more is better."""


def _rightness(folder: RunFolder, dataset: Dataset, *, balanced: bool) -> NDArray[np.float64]:
    """Return [N]: whether each validation example is answered rightly, as 0 or 1, or weighted by its class."""
    indices = dataset.splits["val"]
    predictor = Predictor.from_run(folder)
    answer = predictor.answer(predictor.split_outputs(dataset, indices))
    right: NDArray[np.float64] = np.equal(answer.as_targets, dataset.targets[indices]).astype(np.float64)
    return right * balancing_weights(dataset.targets[indices]) if balanced else right
