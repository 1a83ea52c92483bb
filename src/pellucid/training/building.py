"""From a record back to what it describes: its model, its examples, and the engine that trains the one on the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.data import Dataset, FileImages
from pellucid.errors import RunError
from pellucid.kinds import SplitName
from pellucid.models import build_model, find_same_weights
from pellucid.preprocessing import IN_MEMORY, ImagePreprocessing, TargetScaling, open_inputs
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.training.arranging import arrange
from pellucid.training.batches import BatchSource, Examples, ImageBatches, TensorBatches, num_batches
from pellucid.training.engine import Engine, EngineSettings
from pellucid.training.hooks import Hooks
from pellucid.training.optimizers import OptimizerSettings
from pellucid.training.plan import task_of
from pellucid.training.processes import ALONE, Processes, own_device
from pellucid.training.progress import Progress
from pellucid.training.schedule import Course, Schedule, TwoCourses

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
        input_shape=record.model.input_shape,
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
        if isinstance(dataset.inputs, FileImages) and len(loaded) == len(TRAINING_SPLITS):
            dataset.inputs.release()  # what was decoded is prepared now; the memory is better used
        return source

    hooks = hooks or Hooks()
    examples = {split: examples_of(record, dataset, split) for split in TRAINING_SPLITS}
    arranged = arrange(
        record, model, dataset, examples, load, device=device, progress=progress, hooks=hooks, processes=processes
    )
    return Engine(
        task=hooks.on_task(task_of(record)),
        models={"model": arranged.model},
        train=hooks.on_source(arranged.train, recipe.seed),
        val=arranged.val,
        settings=engine_settings(recipe, len(arranged.train)),
        device=device,
        progress=progress,
        callbacks=hooks.callbacks,
        strata=torch.from_numpy(dataset.targets[dataset.splits["train"]]) if recipe.sampler == "balanced" else None,
        before_epoch=arranged.before_epoch,
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
    course: Course = schedule
    if recipe.head_epochs:
        steps = recipe.head_epochs * steps_per_epoch
        warmup = schedule.warmup_epochs * recipe.head_epochs / epochs
        lr = recipe.head_lr or schedule.lr
        course = TwoCourses(replace(schedule, lr=lr, num_steps=steps, warmup_epochs=warmup), steps, schedule)
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
        schedule=course,
        patience=recipe.patience or 0,
        seed=recipe.seed,
        precision=getattr(torch, recipe.precision or "float32"),
        ema=recipe.ema,
        seconds=recipe.time,
        head_epochs=recipe.head_epochs or 0,
    )


def load_batches(
    record: RunRecord,
    dataset: Dataset,
    split: SplitName,
    *,
    device: torch.device,
    channels_last: bool,
    progress: Progress,
) -> BatchSource:
    """Decode and prepare one split, into memory or onto the disk; the training split with room for its random crops."""
    indices = dataset.splits[split]
    training, preprocessing = split == "train", record.preprocessing
    examples = examples_of(record, dataset, split)
    if not isinstance(preprocessing, ImagePreprocessing):
        inputs = open_inputs(dataset, preprocessing, indices)[:]
        return TensorBatches(torch.from_numpy(inputs), examples.targets, examples.ids, device, examples.weights)
    augmentation = record.augmentation if training else None
    # The margin stays, so that what is decoded for one is known to the other.
    margin = augmentation.margin(preprocessing.height, preprocessing.width) if augmentation else 0
    recipe = record.recipe
    canvases = open_inputs(dataset, preprocessing, indices, margin=margin, workers=recipe.workers, keep=recipe.cache)
    if training and canvases.where != IN_MEMORY:
        progress.decided(Decision(name="pixels", value=f"{len(canvases):,} training pictures", reason=canvases.where))
    return ImageBatches(
        canvases=canvases,
        targets=examples.targets,
        ids=examples.ids,
        preprocessing=preprocessing,
        augmentation=None if record.sees_plain else augmentation,
        seed=record.recipe.seed,
        device=device,
        channels_last=channels_last,
        weights=examples.weights,
    )


def examples_of(record: RunRecord, dataset: Dataset, split: SplitName) -> Examples:
    """Return the targets of a split, scaled where they are numbers, and what else is known of its examples."""
    indices = dataset.splits[split]
    targets: NDArray[Any] = dataset.targets[indices]
    if record.target_scaling is not None:
        targets = scale_targets(targets, record.target_scaling)
    weights = example_weights(dataset, indices) if split == "train" else None
    return Examples(torch.from_numpy(targets), torch.from_numpy(indices), weights)


def scale_targets(targets: NDArray[Any], scaling: TargetScaling | tuple[TargetScaling, ...]) -> NDArray[np.float32]:
    """Return [N] or [N, M] targets in units of their own spread."""
    if not isinstance(scaling, tuple):
        return scaling.scale(targets)
    return np.stack([one.scale(column) for one, column in zip(scaling, targets.T, strict=True)], axis=1)


def example_weights(dataset: Dataset, indices: NDArray[np.int64]) -> Tensor | None:
    """Return [N] float32 weights of training examples, of mean 1, or None where the data bring none.

    With a mean of 1 the learning rate means what it means without weights.
    """
    if dataset.weights is None:
        return None
    given = dataset.weights[indices]
    return torch.from_numpy((given / given.mean()).astype(np.float32))
