"""A finished run, trained again exactly as its record says."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import nn

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.records import Decision
from pellucid.runs import RunFolder, Timings
from pellucid.training.batch_sizes import check_batches
from pellucid.training.building import framed, rebuild_model
from pellucid.training.describing import describe_machine
from pellucid.training.device import choose_device
from pellucid.training.executing import execute
from pellucid.training.hooks import Hooks
from pellucid.training.processes import these_processes
from pellucid.training.progress import NullProgress, Progress
from pellucid.training.same_data import check_same_data
from pellucid.training.threads import as_many_threads
from pellucid.training.train import Then, begin, check_hooks


def repeat(
    original: RunFolder,
    dataset: Dataset,
    *,
    model: nn.Module | None = None,
    runs_dir: Path,
    device: str | None = None,
    progress: Progress | None = None,
    hooks: Hooks | None = None,
    then: Then | None = None,
) -> RunFolder:
    """Train a finished run again, exactly as its record says, into a new folder.

    Args:
        original: the run.
        dataset: the same data, opened again.
        model: the module with the weights it started from, where the run was trained with a module of the user's own.
        runs_dir: where the new folder is made.
        device: another than then.
        progress: the callback that is told how it goes.
        hooks: the code of the user's own that took part.
        then: measures the new run, before anybody else may work on it.

    Raises:
        RunError: the run is not finished, the data changed, or the module or a hook is missing.
        RecipeError: there is no such device here.
    """
    record, hooks, progress = original.read_record(), hooks or Hooks(), progress or NullProgress()
    if record.status != "finished":
        raise RunError(
            f"'{original.path}' is not finished ({record.status}): there is nothing yet to reproduce.",
            fix=f"Go on with it first: pellucid train --resume {original.path}",
        )
    check_same_data(record, dataset)
    check_hooks(record, hooks, "Do it in Python, with the same: run.reproduce(loss=..., metrics=..., callbacks=...).")
    chosen, _ = choose_device(device or record.recipe.machine.device)
    model = rebuild_model(record) if model is None else framed(record, model)
    num_epochs = len(original.history())
    # What ended it then (a callback, the time) need not come at the same moment now; the epochs tell when it was.
    ended = replace(hooks, callbacks=(*hooks.callbacks, lambda engine, row: row["epoch"] >= num_epochs))
    update: dict[str, Any] = {
        "name": f"{record.name}-reproduced",
        "status": "running",
        "status_note": "",
        "recipe": record.recipe.override(device=str(chosen), time=None),
        "timings": Timings(created=time.time()),
        "best": None,
        # Where nothing is held back it was taken over from the run that was refitted: nothing could tell it anew.
        "answering": None if len(dataset.splits["val"]) else record.answering,
    }
    processes = these_processes()
    check_batches(record, model, processes)
    renewed = record.model_copy(update=update | describe_machine())
    with as_many_threads(record), begin(renewed, runs_dir, processes) as (folder, fresh):
        said = f"{num_epochs} epochs, exactly as {record.name} was trained"
        progress.decided(Decision(name="run", value=str(folder.path), reason=said))
        execute(folder, fresh, model, dataset, progress, ended, replay=True)
        if then is not None:
            then(folder)
    return folder
