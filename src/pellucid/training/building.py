"""From a record back to what it describes: its model, its examples, and the engine that trains the one on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.kinds import SplitName
from pellucid.models import Fitted, build_model, find_same_weights, parts_of
from pellucid.runs import Recipe, RunRecord
from pellucid.tasks import find_task
from pellucid.training.batches import BatchSource, num_batches
from pellucid.training.choices.task import scaling_of, task_of
from pellucid.training.engine import Engine
from pellucid.training.engine_settings import EngineSettings
from pellucid.training.fitting import FittingEngine
from pellucid.training.freezing import set_up_frozen
from pellucid.training.hooks import Hooks
from pellucid.training.loading import examples_of, load_batches
from pellucid.training.optimizers import OptimizerSettings
from pellucid.training.processes import ALONE, Processes, own_device
from pellucid.training.progress import Progress
from pellucid.training.schedule import ChainedSchedule, RateSchedule, Schedule
from pellucid.training.starting import start_networks

TRAINING_SPLITS: tuple[SplitName, ...] = ("train", "val")


def rebuild_model(record: RunRecord, *, as_it_started: bool = True) -> nn.Module:
    """Build a run's model.

    Args:
        record: of the run.
        as_it_started: with the weights it started from, of which pretrained ones must be on this machine. False where
            a checkpoint overwrites them all: then nothing is needed but the record.

    Raises:
        RunError: it was a module of the user's own, which only the user has.
        ModelError: it started from pretrained weights that are not here.
    """
    if record.model.custom:
        raise RunError(
            f"The run '{record.name}' was trained with a module of your own ({record.model.name}), "
            "which a run does not contain.",
            fix="Open it in Python: pellucid.open_run(path, model=YourModule()).",
        )
    return framed(
        record,
        build_model(
            record.model.name,
            form=record.model.form,
            outputs=record.model.output_width,
            options=record.model.options,
            init=record.recipe.architecture.init,
            weights=find_same_weights(record.weights) if record.weights and as_it_started else None,
            seed=record.recipe.machine.seed,
        ),
    )


def framed(record: RunRecord, network: nn.Module) -> nn.Module:
    """Return a network with what its task puts around it; one that has it already is left as it is."""
    return find_task(record.task).framed(network, record.dataset.target, scaling_of(record.target_scaling))


def build_engine(
    record: RunRecord,
    model: nn.Module,
    dataset: Dataset,
    progress: Progress,
    hooks: Hooks | None = None,
    processes: Processes = ALONE,
) -> Engine:
    """Make the engine of a fully resolved record: model on its device, examples in memory."""
    recipe = record.recipe
    device = own_device(torch.device(recipe.machine.device or "cpu"))
    # Convolutions on a CPU or a GPU are quicker in this order of memory; a dense network would only copy its inputs
    # about.
    channels_last = len(record.model.input_shape) == 3 and any(
        isinstance(module, nn.Conv2d) for module in model.modules()
    )
    model = model.to(device)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    loaded: list[SplitName] = []

    def load(split: SplitName) -> BatchSource:
        source = load_batches(record, dataset, split, device=device, channels_last=channels_last, progress=progress)
        loaded.append(split)
        if len(loaded) == len(TRAINING_SPLITS):
            dataset.inputs.release()  # what was decoded is prepared now; the memory is better used
        return source

    hooks = hooks or Hooks()
    examples = {split: examples_of(record, dataset, split) for split in TRAINING_SPLITS}
    frozen = set_up_frozen(
        record, model, dataset, examples, load, device=device, progress=progress, hooks=hooks, processes=processes
    )
    models, task = parts_of(frozen.model), hooks.on_task(task_of(record))
    # On the bare task: a teacher's answers are no memberships, and hooks know nothing of how a network begins.
    start_networks(models, task_of(record), frozen.train)
    make: Callable[..., Engine] = Engine
    if any(isinstance(one, Fitted) for one in models.values()):
        spans = None if dataset.spans is None else torch.from_numpy(dataset.spans[dataset.splits["train"]])
        make = partial(FittingEngine, spans=spans)
    return make(
        task=task,
        models=models,
        train=hooks.on_source(frozen.train, recipe.machine.seed),
        val=frozen.val,
        settings=engine_settings(recipe, len(frozen.train)),
        device=device,
        progress=progress,
        callbacks=hooks.callbacks,
        strata=torch.from_numpy(dataset.targets[dataset.splits["train"]])
        if recipe.batches.sampler == "balanced"
        else None,
        before_epoch=frozen.before_epoch,
        processes=processes,
    )


def engine_settings(recipe: Recipe, num_train: int) -> EngineSettings:
    """Return what a resolved recipe says of the loop itself, for so many training examples."""
    rule, rate, duration, freezing = recipe.optimization, recipe.learning_rate, recipe.duration, recipe.freezing
    batch_size = num_train if recipe.batches.batch == "full" else min(int(recipe.batches.batch or 1), num_train)
    steps_per_epoch = num_batches(num_train, batch_size)
    epochs = duration.epochs or 1
    schedule = Schedule(
        name=rate.schedule or "constant",
        lr=rate.lr if isinstance(rate.lr, float) else 0.0,
        num_steps=min(epochs * steps_per_epoch, duration.steps or epochs * steps_per_epoch),
        steps_per_epoch=steps_per_epoch,
        warmup_epochs=rate.warmup or 0.0,
        step_epochs=rate.step_epochs or 1,
        step_factor=rate.step_factor or 0.1,
    )
    chained, first = _in_rounds(schedule, duration.first_round or 0, epochs), duration.first_round or 0
    if freezing.head_epochs:
        steps = freezing.head_epochs * steps_per_epoch
        # The head's own schedule is the same curve, as much shorter as its epochs are fewer.
        warmup = schedule.warmup_epochs * freezing.head_epochs / epochs
        lr = freezing.head_lr or schedule.lr
        chained = ChainedSchedule(replace(schedule, lr=lr, num_steps=steps, warmup_epochs=warmup), steps, chained)
    optimizer = OptimizerSettings(
        name=rule.optimizer or "adamw",
        momentum=rule.momentum or 0.0,
        nesterov=bool(rule.nesterov),
        weight_decay=rule.weight_decay or 0.0,
        l1=rule.l1 or 0.0,
        clip=rule.clip,
    )
    return EngineSettings(
        epochs=recipe.total_epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        schedule=chained,
        patience=duration.patience or 0,
        seed=recipe.machine.seed,
        precision=getattr(torch, recipe.machine.precision or "float32"),
        ema=rule.ema,
        seconds=duration.time,
        head_epochs=freezing.head_epochs or 0,
        first_round=first and first + (freezing.head_epochs or 0),
        steps=duration.steps,
    )


def _in_rounds(schedule: Schedule, first: int, epochs: int) -> RateSchedule:
    """Return the schedule, or one for the first epochs and one for those behind them (Loshchilov & Hutter 2017)."""
    if not 0 < first < epochs:
        return schedule
    steps, share = first * schedule.steps_per_epoch, first / epochs
    parts = (steps, share), (schedule.num_steps - steps, 1 - share)
    one, other = (
        replace(schedule, num_steps=number, warmup_epochs=schedule.warmup_epochs * part) for number, part in parts
    )
    return ChainedSchedule(one, steps, other)
