"""A dataset and a recipe become a run: planned, trained epoch by epoch, and safe against a kill at any instant."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import torch
from torch import nn

from pellucid.data import Dataset, save_memory
from pellucid.errors import RecipeError, RunError
from pellucid.runs import DatasetRecord, EpochRow, RangeTest, Recipe, RunFolder, RunRecord
from pellucid.spec import Decision
from pellucid.training.arranging import compute_ahead
from pellucid.training.batches import num_batches
from pellucid.training.building import build_engine, rebuild_model
from pellucid.training.checkpoint import load_checkpoint, save_checkpoint, save_weights
from pellucid.training.distilling import with_teacher
from pellucid.training.engine import Engine
from pellucid.training.health import watch_health
from pellucid.training.hooks import Hooks
from pellucid.training.partly import release
from pellucid.training.plan import Plan, plan_run
from pellucid.training.probe import find_learning_rate, seconds_per_epoch
from pellucid.training.processes import Processes, these_processes
from pellucid.training.progress import Progress, Silence
from pellucid.training.self_test import check_device
from pellucid.training.tensorboard import EventWriter, check_tensorboard

LAST, BEST = "last.safetensors", "best.safetensors"
TIME_MARGIN = 0.92
"""Share of `--time` that is planned for; the rest is for what a short probe cannot see."""


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
) -> RunFolder:
    """Train, and leave a run folder.

    Args:
        dataset: what to learn from; its test split is not touched.
        recipe: the choices; None is open.
        model: a module of the user's own instead of `recipe.model`; it is trained in place.
        runs_dir: where the run folder is made.
        name: of the folder; None for "dataset-model", numbered when taken.
        command: the command line, to be written down.
        progress: who watches.
        hooks: code of the user's own that takes part.

    Raises:
        RecipeError, ModelError, DataError: before anything is written.
        RunError: the training diverged, or the folder cannot be written.
    """
    processes = these_processes()
    progress, hooks = progress if progress and processes.is_first else Silence(), hooks or Hooks()
    must_probe = recipe.lr == "auto" or recipe.time is not None
    open_recipe = recipe.override(lr=None) if recipe.lr == "auto" else recipe
    plan = plan_run(dataset, open_recipe, model=model, name=name, command=command)
    if must_probe:
        settled, said, range_test = _settle(plan, dataset, recipe, hooks)
        plan = plan_run(dataset, settled, model=model, name=name, command=command)
        update = {"decisions": (*plan.record.decisions, *said), "range_test": range_test}
        plan = replace(plan, record=plan.record.model_copy(update=update))
    if recipe.tensorboard:
        check_tensorboard()
    if hooks.loss is not None and plan.record.augmentation is not None and plan.record.augmentation.mixes:
        raise RecipeError(
            "A loss of your own sees one target per example, and --mixup and --cutmix make two of it.",
            fix="Leave out the one or the other.",
        )
    processes.check_batches(smallest_batch(plan.record))
    decisions = (*plan.record.decisions, *processes.describe(plan.model))
    for decision in decisions:
        progress.decided(decision)
    resolved = plan.record.model_copy(update={"decisions": decisions, "hooks": hooks.names})
    folder, record = begin(resolved, runs_dir, processes)
    how_to_resume = f"if it stops: pellucid train --resume {folder.path}"
    progress.decided(Decision(name="run", value=str(folder.path), reason=how_to_resume))
    execute(folder, record, plan.model, dataset, progress, hooks)
    return folder


def _settle(
    plan: Plan, dataset: Dataset, recipe: Recipe, hooks: Hooks
) -> tuple[Recipe, list[Decision], RangeTest | None]:
    """Try what can only be known by trying: the learning rate of `--lr auto`, the epochs that fit into `--time`."""
    hooks = with_teacher(hooks, plan.record, dataset)
    engine = build_engine(plan.record, copy.deepcopy(plan.model), dataset, Silence(), hooks)
    settled, said, range_test = recipe, [], None
    if recipe.lr == "auto":
        range_test = find_learning_rate(engine)
        settled = settled.override(lr=range_test.chosen)
        reason = f"a tenth of where the loss was lowest in a probe of {len(range_test.rates)} steps (--lr auto)"
        said.append(Decision(name="lr", value=f"{range_test.chosen:g}", reason=reason))
    if recipe.time is not None and recipe.epochs is None:
        seconds = seconds_per_epoch(engine)
        fitting = max(1, int(TIME_MARGIN * recipe.time / seconds))
        if fitting < (plan.record.recipe.epochs or 1):
            settled = settled.override(epochs=fitting)
            reason = f"what fits into {recipe.time:g} s, at {seconds:.2g} s each by a short probe (--time)"
            said.append(Decision(name="epochs", value=str(fitting), reason=reason))
    return settled, said, range_test


def smallest_batch(record: RunRecord) -> int:
    """Return the number of examples in the smallest batch of an epoch."""
    count, batch = record.dataset.num_examples["train"], record.recipe.batch
    return count if batch == "full" else count // num_batches(count, min(int(batch or 1), count))


def begin(record: RunRecord, runs_dir: Path, processes: Processes) -> tuple[RunFolder, RunRecord]:
    """Make the folder of a new run and write its record; the first process does, the others are told."""
    path = ""
    if processes.is_first:
        made = RunFolder.create(runs_dir, record.name)
        path = str(made.path)
        hardware = record.hardware | ({"processes": str(processes.count)} if processes.count > 1 else {})
        record = record.model_copy(update={"name": made.path.name, "hardware": hardware})
        try:
            made.write_record(record)
        except BaseException:
            made.discard()  # a full disk: nothing of a run without a record is left
            raise
    path, text = (processes.text_of_the_first(each) for each in (path, json.dumps(record.to_dict())))
    if not processes.is_first:
        record = RunRecord.from_dict(json.loads(text), source="the first process", error=RunError)
    return RunFolder(Path(path)), record


def resume(
    folder: RunFolder,
    dataset: Dataset,
    *,
    model: nn.Module | None = None,
    progress: Progress | None = None,
    hooks: Hooks | None = None,
) -> RunFolder:
    """Go on with a training that was interrupted or killed, as if nothing had happened.

    Args:
        folder: of the run.
        dataset: the same data, opened again.
        model: the module, where the run was trained with a module of the user's own.
        progress: who watches.
        hooks: the code of the user's own that took part.

    Raises:
        RunError: the data changed, the module or a hook is missing, or the training is already finished.
    """
    record = folder.read_record()
    if record.status == "finished":
        raise RunError(
            f"'{folder.path}' is finished: there is nothing to resume.",
            fix="Start a longer training with 'pellucid train ... --epochs N'.",
        )
    if record.status == "pruned":
        raise RunError(
            f"'{folder.path}' was ended by its search, because others did better: it is not gone on with.",
            fix=f"Train its recipe in full: pellucid train DATA --recipe {folder.path}",
        )
    check_same_data(record, dataset)
    hooks = hooks or Hooks()
    how = "Resume it in Python, with the same: pellucid.resume(path, loss=..., metrics=..., callbacks=...)."
    check_hooks(record, hooks, how)
    if model is None:
        model = rebuild_model(record, as_it_started=not (folder.checkpoints / LAST).exists())
    processes = these_processes()
    processes.check_batches(smallest_batch(record))
    record = record.model_copy(update={"status": "running", "status_note": ""})
    processes.wait()  # until every process has read what the first one now changes
    if processes.is_first:
        folder.sweep()
        folder.write_record(record)
    execute(folder, record, model, dataset, progress or Silence(), hooks)
    return folder


class TrainedOn(Protocol):
    """A record that says which data it is of: a run's, or a search's."""

    @property
    def name(self) -> str:
        """What the record calls itself."""

    @property
    def dataset(self) -> DatasetRecord:
        """The data."""


def check_same_data(record: TrainedOn, dataset: Dataset) -> None:
    """Raise RunError when `dataset` is not what a run was trained on, split as it was then."""
    if dataset.fingerprint != record.dataset.fingerprint:
        then = sum(record.dataset.num_examples.values())
        raise RunError(
            f"The data of '{record.name}' changed since its training: "
            f"{then:,} examples then, {len(dataset):,} now, or other contents.",
            expected="The very same files, labels and names.",
            fix="Put the data back as they were, or train anew.",
        )
    if dataset.split_fingerprint != record.dataset.split_fingerprint:
        raise RunError(
            f"The splits of '{record.name}' cannot be made again as they were.",
            fix="Install the Pellucid that made the run, or train anew.",
        )


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
    folder: RunFolder, record: RunRecord, model: nn.Module, dataset: Dataset, progress: Progress, hooks: Hooks
) -> None:
    """Train what a record says, from the folder's last checkpoint if there is one, and keep the folder up to date."""
    folder.refuse_links()
    save_memory()
    started_at: list[float] = []
    processes = these_processes()
    if not processes.is_first:
        progress = Silence()
    device = torch.device(record.recipe.device or "cpu")
    if device.type != "cpu":
        progress.decided(check_device(model, record.model.input_shape, device))
    engine = build_engine(record, model, dataset, progress, with_teacher(hooks, record, dataset), processes)
    engine.on_first_step = lambda: started_at.append(time.time())
    _take_up(engine, folder, record, processes)
    writes_events = record.recipe.tensorboard and processes.is_first
    events = EventWriter(folder.path, epoch=engine.standing.epoch) if writes_events else None
    status, note = "failed", "an unexpected error"
    try:
        while engine.why_done is None:
            row, is_best = engine.run_epoch()
            if processes.is_first:
                _keep_epoch(engine, folder, row, is_best=is_best, events=events)
        status, note = "finished", engine.why_done
    except KeyboardInterrupt:
        status, note = "interrupted", f"after epoch {engine.standing.epoch} of {engine.settings.epochs}"
        raise
    except RunError as problem:
        note = str(problem)
        raise
    finally:
        release(engine.models.values())
        if events is not None:
            events.close()
        timings = record.timings.model_copy(
            update={
                "first_step": record.timings.first_step or (started_at[0] if started_at else None),
                "ended": time.time(),
                "training_seconds": engine.standing.training_seconds,
            }
        )
        update = {"status": status, "status_note": note, "timings": timings, "best": engine.standing.best}
        if processes.is_first:
            folder.write_record(record.model_copy(update=update))
    processes.wait()


def _take_up(engine: Engine, folder: RunFolder, record: RunRecord, processes: Processes) -> None:
    """Bring engine and folder to the last checkpoint, the same for all processes; without one there it is written."""
    last = folder.checkpoints / LAST
    is_new = not last.exists()
    if not is_new:
        load_checkpoint(last, engine)
    processes.follow_weights(engine.models.values())
    # No process may look for the checkpoint after the first one has written it.
    processes.wait()
    if processes.is_first and is_new:
        save_checkpoint(last, engine)
    compute_ahead(engine.train, engine.val)  # by all processes together; what follows is the first one's alone
    if processes.is_first:
        folder.truncate_history(engine.standing.epoch)
        if record.recipe.health:
            watch_health(engine, folder.append_health, is_new=is_new)


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
