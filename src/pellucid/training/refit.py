"""A finished run's choices, learned once more from training and validation together, as a run of its own.

What comes last is what a forecast needs most, and validation took it away. How many epochs are right, how wide bands
have to be and from where an answer is unsure, validation has said by then: these are taken over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.records import Decision
from pellucid.runs import Answering, Recipe, RunFolder, RunRecord
from pellucid.training.batch_sizes import check_batches
from pellucid.training.executing import execute
from pellucid.training.hooks import Hooks
from pellucid.training.plan import plan_run
from pellucid.training.processes import these_processes
from pellucid.training.progress import NullProgress, Progress
from pellucid.training.threads import threads_restored
from pellucid.training.train import Then, begin
from pellucid.words import counted


def refit(
    original: RunFolder,
    dataset: Dataset,
    merged: Dataset,
    *,
    runs_dir: Path,
    command: str | None = None,
    progress: Progress | None = None,
    then: Then | None = None,
) -> RunFolder:
    """Train again what a finished run trained, on its training and validation examples together.

    Args:
        original: the run; it stays as it is.
        dataset: what it was trained on.
        merged: the same data without a validation split.
        runs_dir: where the new folder is made.
        command: the command line, to be written down.
        progress: the callback that is told how it goes.
        then: finishes the new run, before anybody else may work on it.

    Raises:
        RunError: the run is not finished, has no validation, was trained with code of the user's own or by a
            teacher, or the data's test examples would be others without a validation split; or a forecast would be
            learned in other units.
    """
    record = original.read_record()
    _check(record, original, dataset, merged)
    recipe, epochs = _shortened(record)
    openings = original.num_openings("test")
    opened = Decision(
        name="test opened before",
        value=f"{counted(openings, 'time')} for '{record.name}'",
        reason="the test split is the same: who looked at it then has seen what is sealed here",
    )
    said = Decision(
        name="refit",
        value=f"on train and val, {counted(epochs, 'epoch')}",
        reason=f"those that '{record.name}' found best on its validation, of which nothing is held back here; how "
        "outputs become answers is that run's",
    )
    processes, progress = these_processes(), progress or NullProgress()
    with merged.sealed():
        plan = plan_run(merged, recipe, name=f"{record.name}-refit", command=command)
        _check_units(record, plan.record)
        check_batches(plan.record, plan.model, processes)
        update = {
            "decisions": (
                said,
                *([opened] if openings else []),
                *plan.record.decisions,
                *processes.describe(plan.model),
            ),
            "answering": _taken_over(record),
        }
        with threads_restored(), begin(plan.record.model_copy(update=update), runs_dir, processes) as (folder, begun):
            progress.planned(begun, folder.path)
            execute(folder, begun, plan.model, merged, progress, Hooks())
            if then is not None:
                then(folder)
    return folder


def _shortened(record: RunRecord) -> tuple[Recipe, int]:
    """Return the recipe of the epochs that validation found best, and how many these are, those of the head included.

    The schedule of the learning rate is as much shorter as the training: the rate falls as far as before. What a
    forecast counts from is what validation judged.
    """
    assert record.best is not None
    before, head = record.recipe, record.recipe.freezing.head_epochs or 0
    epochs, planned, rate = max(1, record.best.epoch - head), before.duration.epochs or 1, before.learning_rate
    share = epochs / planned
    update: dict[str, Any] = {"epochs": epochs, "first_round": 0, "steps": None, "patience": None, "time": None}
    if rate.warmup:
        update["warmup"] = round(rate.warmup * share, 3)
    if rate.step_epochs:
        update["step_epochs"] = max(1, round(rate.step_epochs * share))
    anchors = [scaling.units()["anchor"] for scaling in record.scalings if "anchor" in scaling.units()]
    if anchors:
        update["anchor"] = anchors[0]
    return before.override(**update), epochs + head


def _check_units(record: RunRecord, again: RunRecord) -> None:
    """Raise RunError where a forecast would be learned as logarithms and was not, or the other way round."""
    logs = [[scaling.units().get("log") for scaling in one.scalings] for one in (record, again)]
    if logs[0] != logs[1]:
        raise RunError(
            f"'{record.name}' learned {'logarithms' if any(logs[0]) else 'the values themselves'}, and with the "
            "validation examples it would be the other way round: its bands would not fit.",
            expected="Data that are learned alike with and without the validation examples.",
            fix="Train anew with --scale standard; then refit that run.",
        )


def _check(record: RunRecord, original: RunFolder, dataset: Dataset, merged: Dataset) -> None:
    if record.status != "finished" or record.best is None:
        raise RunError(
            f"'{original.path}' is not finished ({record.status}): how many epochs are right is not known yet.",
            fix=f"Go on with it first: pellucid train --resume {original.path}",
        )
    if not len(dataset.splits["val"]):
        raise RunError(f"'{original.path}' held nothing back for validation: it has learned from all there is.")
    if record.model.custom or record.hooks:
        raise RunError(
            f"'{original.path}' was trained with code of your own, which is not there.",
            fix="Train in Python on the data loaded with val=0.",
        )
    if record.recipe.distillation.teacher is not None:
        raise RunError(
            f"'{original.path}' was trained by a teacher, which learned without the validation examples.",
            expected="A run that learned from its data alone.",
            fix="Refit the teacher in place of it.",
        )
    if len(merged.splits["val"]) or not np.array_equal(dataset.splits["test"], merged.splits["test"]):
        raise RunError(
            f"The data of '{original.path}' cannot be split without validation so that the test examples stay the "
            "same.",
            expected="Data that are split in time, or that bring their own test split.",
        )


def _taken_over(record: RunRecord) -> Answering | None:
    """Return how the first run's outputs become answers, less what compares with its own features."""
    answering = record.answering
    if answering is None:
        return None
    note = f"as '{record.name}' found it on its validation: "
    update = {
        "bands_note": answering.bands_note and note + answering.bands_note,
        "unknown_above": None,
        "unknown_note": "features of the network that was refitted are not compared",
    }
    return answering.model_copy(update=update)
