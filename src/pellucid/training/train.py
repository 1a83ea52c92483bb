"""A dataset and a recipe become a run: planned, trained epoch by epoch, and safe against a kill at any instant."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pellucid.data import Dataset, save_memory
from pellucid.errors import PellucidError, RecipeError, RunError
from pellucid.models import Fitted
from pellucid.runs import EpochRow, Recipe, RunFolder, RunRecord, ThreadsFrom, clear_progress
from pellucid.training.at_rest import end_at_rest
from pellucid.training.batch_sizes import check_batches
from pellucid.training.building import build_engine, framed, rebuild_model
from pellucid.training.checkpoint import load_checkpoint, save_checkpoint, save_weights
from pellucid.training.distilling import with_teacher
from pellucid.training.engine import Engine
from pellucid.training.freezing import compute_ahead
from pellucid.training.frozen_wrapper import release
from pellucid.training.health import watch_health
from pellucid.training.hooks import Hooks
from pellucid.training.kept_epochs import keep_epochs
from pellucid.training.kept_progress import KeptProgress
from pellucid.training.kinds import INPUT_HABITS
from pellucid.training.plan import plan_run
from pellucid.training.processes import Processes, these_processes
from pellucid.training.progress import NullProgress, Progress
from pellucid.training.same_data import check_same_data
from pellucid.training.self_test import check_device
from pellucid.training.settling import settle_by_trying
from pellucid.training.tensorboard import EventWriter, check_tensorboard
from pellucid.training.threads import AHEAD, Threads, as_many_threads, describe, threads_restored

LAST, BEST = "last.safetensors", "best.safetensors"

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
        progress: who watches.
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
    plan = plan_run(dataset, open_recipe, model=model, name=name, command=command)
    check_batches(plan.record, plan.model, processes)
    if must_probe and isinstance(plan.model, Fitted):
        raise RecipeError(
            f"The model '{plan.record.model.name}' learns in one pass: there is neither a rate to look for nor "
            "a number of epochs to fit into a time.",
            fix="Leave out --lr auto and --time.",
        )
    if must_probe:
        settled, said, range_test = settle_by_trying(plan, dataset, recipe, hooks)
        plan = plan_run(dataset, settled, model=model, name=name, command=command)
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
            stack.callback(made.discard_empty)
            stack.enter_context(made.owned("trained"))
            stack.enter_context(_no_longer_running(made))
            path = str(made.path)
            hardware = record.hardware | ({"processes": str(processes.count)} if processes.count > 1 else {})
            record = record.model_copy(update={"name": made.path.name, "hardware": hardware, "measured": False})
            made.write_record(record)
        path, text = (processes.text_of_the_first(each) for each in (path, json.dumps(record.to_dict())))
        if not processes.is_first:
            record = RunRecord.from_dict(json.loads(text), source="the first process", error=RunError)
        yield RunFolder(Path(path)), record


@contextmanager
def _no_longer_running(folder: RunFolder) -> Iterator[None]:
    """See to it that the record of a run that is stopped in a `with` block, at whatever instant, says so."""
    try:
        yield
    except BaseException as problem:
        with suppress(PellucidError, OSError):
            record = folder.read_record()
            if record.status == "running":
                is_stopped = isinstance(problem, KeyboardInterrupt)
                update = {
                    "status": "interrupted" if is_stopped else "failed",
                    "status_note": "before its first epoch" if is_stopped else _note_of(problem),
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
        progress: who watches.
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


def execute(
    folder: RunFolder,
    record: RunRecord,
    model: nn.Module,
    dataset: Dataset,
    progress: Progress,
    hooks: Hooks,
    *,
    before: RunRecord | None = None,
    replay: bool = False,
) -> None:
    """Train what a record says, from the folder's last checkpoint if there is one, and keep the folder up to date.

    Args:
        folder: of the run, which this process owns, or follows.
        record: of the run.
        model: as it starts; its weights become the checkpoint's.
        dataset: what is learned from.
        progress: who watches.
        hooks: code of the user's own.
        before: the record of a run that is gone on with, which stays where its checkpoint cannot be taken up.
        replay: whether to compute with the threads that the record names, and choose none anew.
    """
    folder.refuse_links()
    started_at: list[float] = []
    processes = these_processes()
    if not processes.is_first:
        progress = NullProgress()
    engine: Engine | None = None
    events: EventWriter | None = None
    is_up = False  # from then on the engine knows best how far the training is
    status, note = "failed", "an unexpected error"
    try:
        if processes.is_first:
            clear_progress(folder.path)  # a killed process may have left its own
        save_memory()
        device = torch.device(record.recipe.machine.device or "cpu")
        if device.type != "cpu":
            progress.decided(check_device(model, record.model.form, device))
        engine = build_engine(record, model, dataset, progress, with_teacher(hooks, record, dataset), processes)
        if processes.is_first:
            engine.progress = KeptProgress(progress, folder.path)
        engine.on_first_step = lambda: started_at.append(time.time())
        threads = Threads(engine, record, replay=replay)
        record = _keep_threads(folder, record, threads.before(AHEAD), progress, processes)
        is_up = _take_up(engine, folder, record, processes)
        if record.recipe.machine.tensorboard and processes.is_first:
            events = EventWriter(folder.path, epoch=engine.state.epoch)
        while engine.why_done is None:
            choice = threads.before(engine.state.epoch + 1)
            record = _keep_threads(folder, record, choice, progress, processes)
            row, is_best = engine.run_epoch()
            threads.after(row["examples_per_second"])
            if processes.is_first:
                _keep_epoch(engine, folder, row, is_best=is_best, events=events)
        status, note = "finished", engine.why_done
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt):
            done = engine.state.epoch if engine and is_up else _num_kept(folder)
            status, note = "interrupted", f"after epoch {done} of {record.recipe.total_epochs}"
        else:
            note = _note_of(problem)
        raise
    finally:
        if engine is not None:
            release(engine.models.values())
        if events is not None:
            events.close()
        if processes.is_first:
            clear_progress(folder.path)
            update = {"status": status, "status_note": note}
            if before is not None and status == "failed" and not is_up:
                folder.write_record(before)
            else:
                folder.write_record(record.model_copy(update=update | _how_far(record, engine, started_at, is_up)))
    processes.wait()


def _keep_threads(
    folder: RunFolder, record: RunRecord, choice: ThreadsFrom | None, progress: Progress, processes: Processes
) -> RunRecord:
    """Write down a new number of threads before it is computed with, and say it; return the record with it."""
    if choice is None:
        return record
    record = record.model_copy(update={"thread_choices": (*record.thread_choices, choice)})
    if processes.is_first:
        folder.write_record(record)
    if choice.epoch > AHEAD:
        progress.decided(describe(choice))
    return record


def _how_far(record: RunRecord, engine: Engine | None, started_at: list[float], is_up: bool) -> dict[str, Any]:
    """Return the fields of a record that say how far a training came; those of before where it did not begin."""
    if engine is None or not is_up:
        return {"timings": record.timings.model_copy(update={"ended": time.time()})}
    timings = record.timings.model_copy(
        update={
            "first_step": record.timings.first_step or (started_at[0] if started_at else None),
            "ended": time.time(),
            "training_seconds": engine.state.training_seconds,
        }
    )
    return {"timings": timings, "best": engine.state.best}


def _num_kept(folder: RunFolder) -> int:
    try:
        return len(folder.history())
    except PellucidError:
        return 0


def _note_of(problem: BaseException) -> str:
    return str(problem) if isinstance(problem, PellucidError) else "an unexpected error"


def _take_up(engine: Engine, folder: RunFolder, record: RunRecord, processes: Processes) -> bool:
    """Bring engine and folder to the last checkpoint, the same for all processes; without one there it is written.

    Returns:
        True, once that is done.
    """
    last = folder.checkpoints / LAST
    is_new = not last.exists()
    if not is_new:
        load_checkpoint(last, engine)
        _check_history(folder, engine.state.epoch)
    processes.follow_weights(engine.models.values())
    # No process may look for the checkpoint after the first one has written it.
    processes.wait()
    if processes.is_first and is_new:
        save_checkpoint(last, engine)
    end_at_rest(engine, record.recipe)
    compute_ahead(engine.train, engine.val)  # by all processes together; what follows is the first one's alone
    if processes.is_first:
        folder.truncate_history(engine.state.epoch)
        if INPUT_HABITS[record.preprocessing.kind].keeps_epochs:
            keep_epochs(engine, folder.checkpoints, is_new=engine.state.epoch == 0)
        if record.recipe.machine.health:
            # Not by the checkpoint, which is there before the first look: between the two a process may be killed.
            is_unseen = engine.state.epoch == 0 and not folder.health()
            watch_health(engine, folder.append_health, is_new=is_unseen)
    return True


def _check_history(folder: RunFolder, num_epochs: int) -> None:
    """Raise RunError unless the history has every epoch that a checkpoint has; it is always written first."""
    there = {int(row["epoch"]) for row in folder.history()}
    missing = [epoch for epoch in range(1, num_epochs + 1) if epoch not in there]
    if missing:
        raise RunError(
            f"'{folder.path}' has a checkpoint of epoch {num_epochs}, and its metrics.jsonl lacks epoch {missing[0]}.",
            fix="Put the run's folder back as its training left it, or train anew.",
        )


def _keep_epoch(engine: Engine, folder: RunFolder, row: EpochRow, *, is_best: bool, events: EventWriter | None) -> None:
    """Write an epoch's weights, its row and its checkpoint into the folder.

    This order makes every instant safe: what is written first is written again when `last` is not reached.
    """
    if is_best:
        with engine.answering_weights():
            save_weights(folder.checkpoints / BEST, engine.models)
    folder.append_epoch(row)
    if events is not None:
        events.write(row)
    save_checkpoint(folder.checkpoints / LAST, engine)
