"""From a record back to what it describes: its model, its examples, and the engine that trains the one on the other."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.kinds import SplitName
from pellucid.models import build_model, find_same_weights, parts_of
from pellucid.runs import Recipe, RunRecord
from pellucid.training.batches import BatchSource, num_batches
from pellucid.training.choices.task import task_of
from pellucid.training.engine import Engine, EngineSettings
from pellucid.training.freezing import set_up_frozen
from pellucid.training.hooks import Hooks
from pellucid.training.loading import examples_of, load_batches
from pellucid.training.optimizers import OptimizerSettings
from pellucid.training.processes import ALONE, Processes, own_device
from pellucid.training.progress import Progress
from pellucid.training.schedule import ChainedSchedule, RateSchedule, Schedule

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
    return build_model(
        record.model.name,
        form=record.model.form,
        outputs=record.model.output_width,
        options=record.model.options,
        init=record.recipe.init,
        weights=find_same_weights(record.weights) if record.weights and as_it_started else None,
        seed=record.recipe.seed,
    )


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
    device = own_device(torch.device(recipe.device or "cpu"))
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
    return Engine(
        task=hooks.on_task(task_of(record)),
        models=parts_of(frozen.model),
        train=hooks.on_source(frozen.train, recipe.seed),
        val=frozen.val,
        settings=engine_settings(recipe, len(frozen.train)),
        device=device,
        progress=progress,
        callbacks=hooks.callbacks,
        strata=torch.from_numpy(dataset.targets[dataset.splits["train"]]) if recipe.sampler == "balanced" else None,
        before_epoch=frozen.before_epoch,
        processes=processes,
    )


def engine_settings(recipe: Recipe, num_train: int) -> EngineSettings:
    """Return what a resolved recipe says of the loop itself, for so many training examples."""
    batch_size = num_train if recipe.batch == "full" else min(int(recipe.batch or 1), num_train)
    steps_per_epoch = num_batches(num_train, batch_size)
    epochs = recipe.epochs or 1
    schedule = Schedule(
        name=recipe.schedule or "constant",
        lr=recipe.lr if isinstance(recipe.lr, float) else 0.0,
        num_steps=epochs * steps_per_epoch,
        steps_per_epoch=steps_per_epoch,
        warmup_epochs=recipe.warmup or 0.0,
        step_epochs=recipe.step_epochs or 1,
        step_factor=recipe.step_factor or 0.1,
    )
    chained: RateSchedule = schedule
    if recipe.head_epochs:
        steps = recipe.head_epochs * steps_per_epoch
        warmup = schedule.warmup_epochs * recipe.head_epochs / epochs
        lr = recipe.head_lr or schedule.lr
        chained = ChainedSchedule(replace(schedule, lr=lr, num_steps=steps, warmup_epochs=warmup), steps, schedule)
    optimizer = OptimizerSettings(
        name=recipe.optimizer or "adamw",
        momentum=recipe.momentum or 0.0,
        nesterov=bool(recipe.nesterov),
        weight_decay=recipe.weight_decay or 0.0,
        l1=recipe.l1 or 0.0,
        clip=recipe.clip,
    )
    return EngineSettings(
        epochs=recipe.total_epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        schedule=chained,
        patience=recipe.patience or 0,
        seed=recipe.seed,
        precision=getattr(torch, recipe.precision or "float32"),
        ema=recipe.ema,
        seconds=recipe.time,
        head_epochs=recipe.head_epochs or 0,
    )
