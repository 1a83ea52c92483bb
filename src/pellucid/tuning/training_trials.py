"""One trial: from what was proposed to a run, watched epoch by epoch, and gone on with where a process left it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.data import Dataset
from pellucid.errors import PellucidError, RecipeError, RunError
from pellucid.files import remove_tree
from pellucid.runs import EpochRow, Recipe, RunFolder, RunRecord
from pellucid.training import ChainedSchedule, Hooks, plan_run, resume, train
from pellucid.tuning.records import SearchRecord, Trial
from pellucid.tuning.space import Scalar

if TYPE_CHECKING:
    from pellucid.training import Engine


class OutOfTime(KeyboardInterrupt):
    """The search's time is up in the middle of a trial: like Ctrl-C, for the run is kept, and can be gone on with."""


@dataclass
class Watcher:
    """A callback of the engine: reports every epoch of a trial, and ends it when it is not worth going on.

    Attributes:
        metric: the validation metric that is reported.
        report: is told (epoch, value, number of epochs, how many of them are of the head alone).
        should_prune: whether to end it, by what was reported.
        deadline: by `time.monotonic`; None for no end.
        head_only: whether a head alone learns, beside trials in which more does: that takes seconds, and is not pruned.
    """

    metric: str
    report: Callable[[int, float, int, int], None]
    should_prune: Callable[[], bool]
    deadline: float | None = None
    head_only: bool = False

    def __call__(self, engine: Engine, row: EpochRow) -> bool:
        """Report an epoch; return True for the end of the training."""
        epoch, last, schedule = int(row["epoch"]), engine.settings.epochs, engine.settings.schedule
        head_epochs = last if self.head_only else 0
        if isinstance(schedule, ChainedSchedule):
            head_epochs = schedule.num_steps // schedule.first.steps_per_epoch
        self.report(epoch, row[f"val_{self.metric}"], last, head_epochs)
        if epoch >= last:
            return False
        # What a head alone can do says little about what comes of all, and is nothing to measure others by.
        if epoch > head_epochs and self.should_prune():
            return True
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise OutOfTime
        return False


def recipe_of(record: SearchRecord, choices: Mapping[str, Scalar], dataset: Dataset) -> Recipe:
    """Return the recipe of a trial: the search's own, with what was proposed.

    Args:
        record: of the search.
        choices: of the trial; those of a parameter with `times` multiply what Pellucid chooses beside the others.
        dataset: what is learned from.

    Raises:
        RecipeError, ModelError: the choices do not fit each other.
    """
    factors = {name: value for name, value in choices.items() if record.space.parameters[name].times is not None}
    recipe = record.recipe.override(**{name: value for name, value in choices.items() if name not in factors})
    if not factors:
        return recipe
    planned = plan_run(dataset, recipe).record.recipe
    products: dict[str, float | int] = {}
    for name, factor in factors.items():
        default = planned.chosen(name)
        if not isinstance(default, int | float) or not default:
            raise RecipeError(
                f"{name}: there is no default that could be multiplied beside the trial's other choices.",
                fix="Give a list, or 'low' and 'high', or a condition ('when') under which it has one.",
            )
        assert isinstance(factor, int | float)
        product = float(f"{default * factor:.6g}")
        products[name] = max(1, round(product)) if isinstance(default, int) else product
    return recipe.override(**products)


def run_trial(trial: Trial, record: SearchRecord, dataset: Dataset, parent: Path, watcher: Watcher) -> Trial:
    """Train a trial to its end, from its last checkpoint if it has one, and return it as it ended.

    Args:
        trial: as it was proposed.
        record: of the search.
        dataset: what is learned from.
        parent: the folder of the trials' runs.
        watcher: reports, and prunes.

    Raises:
        KeyboardInterrupt, OutOfTime: the run is kept as it stands.
    """
    started = time.monotonic()
    watcher = replace(watcher, head_only=trial.choices.get("freeze") == "all")
    path = parent / Path(trial.run).name
    try:
        folder = train_or_resume(
            path, dataset, lambda: recipe_of(record, trial.choices, dataset), Hooks(callbacks=(watcher,))
        )
    except PellucidError as problem:
        is_run = (path / "run.json").is_file()
        diverged = is_run and isinstance(problem, RunError) and RunFolder(path).read_record().status == "failed"
        status = "diverged" if diverged else "failed"
        seconds = time.monotonic() - started
        return trial.model_copy(
            update={"status": status, "note": str(problem), "epochs": len(trial.curve), "seconds": seconds}
        )
    return _ended(trial, record, folder)


def train_or_resume(path: Path, dataset: Dataset, recipe: Callable[[], Recipe], hooks: Hooks) -> RunFolder:
    """Return a run that was trained to its end at just this path, whatever a killed process left there.

    Args:
        path: of the run's folder, in a folder of the search.
        dataset: what is learned from.
        recipe: gives the recipe, where the training has not begun.
        hooks: the code that takes part.

    Raises:
        PellucidError: the recipe does not fit, the training diverged, or a folder of the search is a link.
    """
    if not (path / "run.json").is_file():
        # A folder without a record: killed before anything was trained.
        remove_tree(path, within=path.parents[1])
        return train(dataset, recipe(), runs_dir=path.parent, name=path.name, hooks=hooks)
    folder = RunFolder.open(path)
    status = folder.read_record().status
    if status in ("finished", "pruned"):
        return folder
    return resume(folder, dataset, hooks=hooks)


def _ended(trial: Trial, search: SearchRecord, folder: RunFolder) -> Trial:
    """Return a trial as its run says that it ended, and let the run say that it was pruned."""
    record, epochs = folder.read_record(), len(folder.history())
    planned = record.recipe.total_epochs
    was_pruned = record.status == "pruned" or "callback" in record.status_note
    if record.hooks:
        # What took part only watched: the run can be reproduced without it.
        note = f"after epoch {epochs} of {planned}, by the search '{folder.path.parent.parent.name}'"
        update = {"hooks": (), **({"status": "pruned", "status_note": note} if was_pruned else {})}
        record = record.model_copy(update=update)
        folder.write_record(record)
    best = record.best
    return trial.model_copy(
        update={
            "status": "pruned" if was_pruned else "finished",
            "note": f"after epoch {epochs} of {planned}" if was_pruned else "",
            "score": None if best is None else best.value,
            "epochs": epochs,
            "seconds": record.timings.training_seconds,
            "products": {
                name: record.recipe.chosen(name)
                for name in trial.choices
                if search.space.parameters[name].times is not None
            },
        }
    )


def score_of(record: RunRecord) -> float:
    """Return the validation metric of the epoch whose weights a run answers with.

    Raises:
        RunError: it has none.
    """
    if record.best is None:
        raise RunError(f"The run '{record.name}' has no epoch to score.")
    return record.best.value
