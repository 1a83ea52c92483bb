"""Training as a call: from data and choices to a finished run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.api.finishing import finish
from pellucid.api.run import Run
from pellucid.data import Dataset, dataset_of
from pellucid.errors import RecipeError
from pellucid.prediction import OpenedRun
from pellucid.records import Decision
from pellucid.report import NotebookProgress, in_notebook
from pellucid.runs import Recipe, RunFolder, read_recipe
from pellucid.training import Hooks, task_of
from pellucid.training import resume as resume_run
from pellucid.training import train as train_run

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn

    from pellucid.training import Callback, OutputsAndTargets, Progress


def train(
    data: str | Path | Dataset,
    *,
    model: str | nn.Module | None = None,
    recipe: Recipe | str | Path | None = None,
    runs_dir: str | Path = "runs",
    name: str | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    restarts: int = 1,
    loss: OutputsAndTargets | str | None = None,
    metrics: Mapping[str, OutputsAndTargets] | None = None,
    augmentation: Callable[[Tensor, Generator], Tensor] | None = None,
    callbacks: Sequence[Callback] = (),
    **choices: Any,
) -> Run:
    """Train a network and leave a run folder with a report.

    Args:
        data: a path, a name, or a Dataset.
        model: a name (see `pellucid models`), or a module of your own; None for the one that suits the data.
        recipe: choices made before, or the path of a YAML or JSON file or of a run that holds them; `choices` win.
        runs_dir: where the run folder is made.
        name: of the run folder; None for "dataset-model".
        progress: the callback that is told; None for nobody, in a notebook for one table that is kept up to date.
        command: the command line, to be written down.
        restarts: how many trainings, each from other random weights (seed, seed + 1, ...); the one that validation
            finds best is returned, the others stay as runs beside it.
        loss: a function of your own, from outputs [N, width] and targets [N] to the mean loss, a scalar tensor.
        metrics: functions of your own by name, from the same two to the mean over the batch; shown epoch by epoch.
        augmentation: a function of your own, from a normalised training batch and a generator to one of the same shape.
        callbacks: called after every epoch with (engine, row); True from one of them ends the training.
        **choices: any field of Recipe, e.g. epochs=5, lr=0.01.

    Raises:
        PellucidError: a choice is unknown or does not fit; nothing is written then.

    Example:
        run = pellucid.train("digits", model="cnn", epochs=5)
    """
    import torch

    if restarts < 1:
        raise RecipeError(f"--restarts is {restarts}.", expected="1 or more trainings.")
    own = model if isinstance(model, torch.nn.Module) else None
    if own is not None and restarts > 1:
        raise RecipeError(
            "A module of your own cannot be restarted: its weights are where you left them.",
            fix="Make a new module for each training, and train them one by one.",
        )
    progress = progress or _notebook_table()
    hooks = Hooks(loss if callable(loss) else None, metrics or {}, augmentation, callbacks)
    choices |= {"loss": loss} if isinstance(loss, str) else {}
    named = {} if model is None or own is not None else {"model": model}
    made_before = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe or Recipe()
    resolved = made_before.override(**named, **choices)
    dataset = dataset_of(data, task=resolved.data_task)
    finished: list[Run] = []

    def measure(folder: RunFolder) -> None:
        finished.append(Run(OpenedRun(folder, model=own, dataset=dataset)))
        finish(finished[-1].opened)

    for number in range(restarts):
        train_run(
            dataset,
            resolved.override(seed=resolved.machine.seed + number),
            model=own,
            runs_dir=Path(runs_dir),
            name=name,
            command=command,
            progress=progress,
            hooks=hooks,
            then=measure,
        )
    return _best_of(finished, progress)


def _notebook_table() -> Progress | None:
    """Return what shows a training in a notebook; None elsewhere."""
    return NotebookProgress() if in_notebook() else None


def _best_of(finished: Sequence[Run], progress: Progress | None) -> Run:
    """Return the run that validation finds best: by the metric that chose its epoch, then by the loss."""
    if len(finished) == 1:
        return finished[0]

    def rank(run: Run) -> tuple[float, float]:
        best = run.record.best
        assert best is not None  # a finished training has an epoch
        return (-best.value if best.metric != "loss" else best.value), best.loss

    is_told = not task_of(finished[0].record).monitor.is_last
    chosen = min(finished, key=rank) if is_told else finished[0]
    best = chosen.record.best
    if progress is not None and best is not None:
        values = ", ".join(f"{run.record.best.value:.4f}" for run in finished if run.record.best)
        reason = f"best validation {best.metric} of {values}; chosen by it, so it flatters a little (--restarts)"
        if not is_told:
            reason = "the first: no figure of the training tells which is better (--restarts)"
        progress.decided(Decision(name="restarts", value=str(chosen.path), reason=reason))
    return chosen


def resume(
    path: str | Path,
    *,
    model: nn.Module | None = None,
    data: Dataset | str | Path | None = None,
    progress: Progress | None = None,
    loss: OutputsAndTargets | None = None,
    metrics: Mapping[str, OutputsAndTargets] | None = None,
    augmentation: Callable[[Tensor, Generator], Tensor] | None = None,
    callbacks: Sequence[Callback] = (),
) -> Run:
    """Go on with an interrupted training as if nothing had happened; measure one that was only trained to its end.

    Args:
        path: of the run folder.
        model: the module, where the run was trained with a module of your own.
        data: the dataset, where it was handed over in Python; or the path to which the data were moved.
        progress: the callback that is told how it goes.
        loss, metrics, augmentation, callbacks: the code of your own that took part, again.

    Raises:
        RunError: there is nothing to resume, another process works on the run, the data changed, or code of your own is
            missing.
    """
    progress = progress or _notebook_table()
    run = Run(OpenedRun(RunFolder.open(path), model=model, dataset=data))
    hooks = Hooks(loss, metrics or {}, augmentation, callbacks)
    resume_run(
        run.folder, run.dataset, model=model, progress=progress, hooks=hooks, then=lambda _folder: finish(run.opened)
    )
    return run
