"""The loop of a run: trained epoch by epoch, its folder kept up to date, and safe against a kill at any instant."""

from __future__ import annotations

import time
from typing import Any

import torch
from torch import nn

from pellucid.data import Dataset, save_memory
from pellucid.errors import PellucidError, RunError
from pellucid.late import Late
from pellucid.runs import EpochRow, RunFolder, RunRecord, ThreadsFrom, clear_progress
from pellucid.tasks import DrawsPictures
from pellucid.training.at_rest import end_at_rest
from pellucid.training.building import build_engine
from pellucid.training.checkpoint import BEST, LAST, load_checkpoint, save_checkpoint, save_weights
from pellucid.training.distilling import with_teacher
from pellucid.training.engine import Engine
from pellucid.training.freezing import compute_ahead
from pellucid.training.frozen_wrapper import release
from pellucid.training.health import watch_health
from pellucid.training.hooks import Hooks
from pellucid.training.kept_epochs import keep_epochs
from pellucid.training.kept_progress import KeptProgress
from pellucid.training.kinds import INPUT_HABITS
from pellucid.training.processes import Processes, these_processes
from pellucid.training.progress import NullProgress, Progress
from pellucid.training.self_test import check_device
from pellucid.training.tensorboard import EventWriter
from pellucid.training.threads import AHEAD, Threads, describe

_KEEP_FILM = Late("pellucid.training.film", "keep_film")


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
        progress: the callback that is told how it goes.
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
        engine = _set_up(folder, record, model, dataset, progress, hooks, processes)
        engine.on_first_step = lambda: started_at.append(time.time())
        threads = Threads(engine, record, replay=replay)
        # Before the checkpoint is read: features of a frozen backbone are computed there, and their bits hang on the
        # threads.
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
    # Also Ctrl-C, whose epochs are kept. What happened is written down in `finally`, and then raised as it came.
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt):
            done = engine.state.epoch if engine and is_up else _num_kept(folder)
            status, note = "interrupted", f"after epoch {done} of {record.recipe.total_epochs}"
        else:
            note = note_of(problem)
        raise
    finally:
        if engine is not None:
            release(engine.models.values())
        if events is not None:
            events.close()
        if processes.is_first:
            clear_progress(folder.path)
            update = {"status": status, "status_note": note}
            # It failed before the checkpoint was taken up (damaged, say): the run is as it was, and so must its record
            # be.
            if before is not None and status == "failed" and not is_up:
                folder.write_record(before)
            else:
                folder.write_record(record.model_copy(update=update | _how_far(record, engine, started_at, is_up)))
    processes.wait()


def _set_up(
    folder: RunFolder,
    record: RunRecord,
    model: nn.Module,
    dataset: Dataset,
    progress: Progress,
    hooks: Hooks,
    processes: Processes,
) -> Engine:
    """Return the engine of a record, on a device that computes rightly; what it tells is kept in the folder, too."""
    if processes.is_first:
        clear_progress(folder.path)  # a killed process may have left its own
    # Before the first tensors: what is set here holds only for blocks that are allocated later.
    save_memory()
    device = torch.device(record.recipe.machine.device or "cpu")
    if device.type != "cpu":
        progress.decided(check_device(model, record.model.form, device))
    engine = build_engine(record, model, dataset, progress, with_teacher(hooks, record, dataset), processes)
    if processes.is_first:
        engine.progress = KeptProgress(progress, folder.path)
    return engine


def _keep_threads(
    folder: RunFolder, record: RunRecord, choice: ThreadsFrom | None, progress: Progress, processes: Processes
) -> RunRecord:
    """Write down a new number of threads before it is computed with; return the record with it.

    The first change is said. On a busy machine of small networks many follow, and are no news: the record has them.
    """
    if choice is None:
        return record
    record = record.model_copy(update={"thread_choices": (*record.thread_choices, choice)})
    if processes.is_first:
        folder.write_record(record)
    if choice.epoch > AHEAD and sum(one.epoch > AHEAD for one in record.thread_choices) == 1:
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


def note_of(problem: BaseException) -> str:
    """Return what a record says of why a training broke off."""
    return str(problem) if isinstance(problem, PellucidError) else "an unexpected error"


def _take_up(engine: Engine, folder: RunFolder, record: RunRecord, processes: Processes) -> bool:
    """Bring engine and folder to the last checkpoint, the same for all processes; without one there it is written.

    Returns:
        True, once that is done.
    """
    last = folder.checkpoints / LAST
    is_new = not last.exists()
    if not is_new:
        # A kill between row and checkpoint leaves a row too many, which is cut off below; one too few cannot come
        # about.
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
        if isinstance(engine.task, DrawsPictures):
            _KEEP_FILM(engine, engine.task, folder.checkpoints, is_new=is_new)
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
