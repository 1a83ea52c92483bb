"""A dataset and a recipe become a run: planned, begun in a folder of its own, trained, gone on with when stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from torch import nn

from pellucid.data import Dataset
from pellucid.errors import PellucidError, RecipeError, RunError
from pellucid.models import Fitted
from pellucid.runs import Recipe, RunFolder, RunRecord
from pellucid.training.batch_sizes import check_batches
from pellucid.training.building import framed, rebuild_model
from pellucid.training.checkpoint import LAST
from pellucid.training.executing import execute, note_of
from pellucid.training.hooks import Hooks
from pellucid.training.plan import plan_run
from pellucid.training.processes import Processes, these_processes
from pellucid.training.progress import NullProgress, Progress
from pellucid.training.same_data import check_same_data
from pellucid.training.settling import settle_by_trying
from pellucid.training.tensorboard import check_tensorboard
from pellucid.training.threads import as_many_threads, threads_restored

Then = Callable[[RunFolder], None]
"""What is done with a run that was trained to its end, while nobody else may work on it."""


def train(
    dataset: Dataset,
    recipe: Recipe,
    *,
    model: nn.Module | None = None,
    runs_dir: Path = Path("runs"),
    name: str | None = None,
    command: str | None = None,
    progress: Progress | None = None,
    hooks: Hooks | None = None,
    then: Then | None = None,
) -> RunFolder:
    """Train, and leave a run folder.

    Args:
        dataset: what to learn from; its test split is not touched.
        recipe: the choices; None is open.
        model: a module of the user's own instead of `recipe.architecture.model`; it is trained in place.
        runs_dir: where the run folder is made.
        name: of the folder; None for "dataset-model", numbered when taken.
        command: the command line, to be written down.
        progress: the callback that is told how it goes.
        hooks: code of the user's own that takes part.
        then: measures the run, before anybody else may work on it.

    Raises:
        RecipeError, ModelError, DataError: before anything is written.
        RunError: the training diverged, or the folder cannot be written.
    """
    with dataset.sealed():
        return _train(dataset, recipe, model, runs_dir, name, command, progress, hooks, then)


def _train(
    dataset: Dataset,
    recipe: Recipe,
    model: nn.Module | None,
    runs_dir: Path,
    name: str | None,
    command: str | None,
    progress: Progress | None,
    hooks: Hooks | None,
    then: Then | None,
) -> RunFolder:
    """Do what `train` says."""
    processes = these_processes()
    progress, hooks = progress if progress and processes.is_first else NullProgress(), hooks or Hooks()
    must_probe = recipe.learning_rate.lr == "auto" or recipe.duration.time is not None
    open_recipe = recipe.override(lr=None) if recipe.learning_rate.lr == "auto" else recipe
    own = hooks.augmentation is not None
    plan = plan_run(dataset, open_recipe, model=model, name=name, command=command, own_augmentation=own)
    check_batches(plan.record, plan.model, processes)
    if must_probe and isinstance(plan.model, Fitted):
        raise RecipeError(
            f"The model '{plan.record.model.name}' learns in one pass: there is neither a rate to look for nor "
            "a number of epochs to fit into a time.",
            fix="Leave out --lr auto and --time.",
        )
    if must_probe:
        settled, said, range_test = settle_by_trying(plan, dataset, recipe, hooks)
        # Planned twice: the rate and the epochs that were found stand in the recipe as if somebody had chosen them.
        plan = plan_run(dataset, settled, model=model, name=name, command=command, own_augmentation=own)
        update = {"decisions": (*plan.record.decisions, *said), "range_test": range_test}
        plan = replace(plan, record=plan.record.model_copy(update=update))
    if recipe.machine.tensorboard:
        check_tensorboard()
    if hooks.loss is not None and plan.record.augmentation is not None and plan.record.augmentation.mixes:
        raise RecipeError(
            "A loss of your own sees one target per example, and --mixup and --cutmix make two of it.",
            fix="Leave out the one or the other.",
        )
    decisions = (*plan.record.decisions, *processes.describe(plan.model))
    resolved = plan.record.model_copy(update={"decisions": decisions, "hooks": hooks.names})
    with threads_restored(), begin(resolved, runs_dir, processes) as (folder, record):
        progress.planned(record, folder.path)
        execute(folder, record, plan.model, dataset, progress, hooks)
        if then is not None:
            then(folder)
    return folder


@contextmanager
def begin(record: RunRecord, runs_dir: Path, processes: Processes) -> Iterator[tuple[RunFolder, RunRecord]]:
    """Make the folder of a new run, write its record, and own it for a `with` block.

    The first process does, the others are told. However the block ends, the record does not say "running" any more.
    """
    with ExitStack() as stack:
        path = ""
        if processes.is_first:
            made = RunFolder.create(runs_dir, record.name)
            # In this order: the lock is let go before an empty folder is removed, and the record is mended while it is
            # still held.
            stack.callback(made.discard_empty)
            stack.enter_context(made.owned("trained"))
            stack.enter_context(_no_longer_running(made))
            path = str(made.path)
            hardware = record.hardware | ({"processes": str(processes.count)} if processes.count > 1 else {})
            record = record.model_copy(update={"name": made.path.name, "hardware": hardware, "measured": False})
            made.write_record(record)
        # The others train what the first one wrote, and not what they planned themselves: a name may have been taken
        # meanwhile.
        path, text = (processes.text_of_the_first(each) for each in (path, json.dumps(record.to_dict())))
        if not processes.is_first:
            record = RunRecord.from_dict(json.loads(text), source="the first process", error=RunError)
        yield RunFolder(Path(path)), record


@contextmanager
def _no_longer_running(folder: RunFolder) -> Iterator[None]:
    """See to it that the record of a run that is stopped in a `with` block, at whatever instant, says so."""
    try:
        yield
    # Also Ctrl-C and SystemExit: whatever ends the block, no record may go on saying "running".
    except BaseException as problem:
        with suppress(PellucidError, OSError):
            record = folder.read_record()
            if record.status == "running":
                is_stopped = isinstance(problem, KeyboardInterrupt)
                update = {
                    "status": "interrupted" if is_stopped else "failed",
                    "status_note": "before its first epoch" if is_stopped else note_of(problem),
                }
                folder.write_record(record.model_copy(update=update))
        raise


def resume(
    folder: RunFolder,
    dataset: Dataset,
    *,
    model: nn.Module | None = None,
    progress: Progress | None = None,
    hooks: Hooks | None = None,
    then: Then | None = None,
) -> RunFolder:
    """Go on with a training that was interrupted or killed, as if nothing had happened.

    Args:
        folder: of the run.
        dataset: the same data, opened again.
        model: the module, where the run was trained with a module of the user's own.
        progress: the callback that is told how it goes.
        hooks: the code of the user's own that took part.
        then: measures the run, before anybody else may work on it; all that is left to do where it was trained to its
            end, and stopped before it was measured.

    Raises:
        RunError: another process works on it, the data changed, the module or a hook is missing, or the training is
            already finished. The run is left as it was.
    """
    processes = these_processes()
    with ExitStack() as stack:
        stack.enter_context(dataset.sealed())
        if processes.is_first:
            stack.enter_context(folder.owned("trained"))
        before = folder.read_record()
        # Trained to its end and killed while it was measured: there is no epoch to go on with, and only that is left to
        # do.
        if before.status == "finished" and then is not None and not folder.is_measured(before):
            check_same_data(before, dataset)
            if processes.is_first:
                folder.sweep()
            stack.enter_context(as_many_threads(before))
        else:
            stack.enter_context(threads_restored())
            _go_on(folder, before, dataset, model, progress or NullProgress(), hooks or Hooks(), processes)
        if then is not None:
            then(folder)
    return folder


def _go_on(
    folder: RunFolder,
    before: RunRecord,
    dataset: Dataset,
    model: nn.Module | None,
    progress: Progress,
    hooks: Hooks,
    processes: Processes,
) -> None:
    """Check that a training can be gone on with, and do."""
    if before.status == "finished":
        raise RunError(
            f"'{folder.path}' is finished: there is nothing to resume.",
            fix="Start a longer training with 'pellucid train ... --epochs N'.",
        )
    if before.status == "pruned":
        raise RunError(
            f"'{folder.path}' was ended by its search, because others did better: it is not gone on with.",
            fix=f"Train its recipe in full: pellucid train DATA --recipe {folder.path}",
        )
    check_same_data(before, dataset)
    how = "Resume it in Python, with the same: pellucid.resume(path, loss=..., metrics=..., callbacks=...)."
    check_hooks(before, hooks, how)
    if model is None:
        # Borrowed weights are looked for only where no checkpoint will replace them: they may be gone from this
        # machine.
        model = rebuild_model(before, as_it_started=not (folder.checkpoints / LAST).exists())
    model = framed(before, model)
    check_batches(before, model, processes)
    record = before.model_copy(update={"status": "running", "status_note": "", "measured": False})
    processes.wait()  # until every process has read what the first one now changes
    if processes.is_first:
        folder.sweep()
        folder.write_record(record)
    execute(folder, record, model, dataset, progress, hooks, before=before)


def check_hooks(record: RunRecord, hooks: Hooks, fix: str) -> None:
    """Raise RunError, with this `fix`, when other kinds of code take part than took part in a run."""
    if hooks.names != record.hooks:
        raise RunError(
            f"Code of your own takes part in '{record.name}': {_and(record.hooks)} at first, {_and(hooks.names)} now.",
            fix=fix,
        )


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "none"
