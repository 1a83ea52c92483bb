"""From a dataset and a recipe with open choices to a run's full record: every decision made, said and written down."""

from __future__ import annotations

import os
import platform
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import torch
from torch import nn

from pellucid.data import Dataset
from pellucid.errors import ModelError, RecipeError
from pellucid.files import file_stem
from pellucid.kinds import SPLITS, ClassTarget, ImageInput, LabelsTarget, Target, ValuesTarget, ValueTarget, Wishes
from pellucid.models import LayerSummary, ModelOptions, build_model, count_parameters, find_model, summarise
from pellucid.preprocessing import (
    Augmentation,
    ImagePreprocessing,
    Preprocessing,
    choose_augmentation,
    fit_preprocessing,
    fit_target_scaling,
)
from pellucid.records import Decision
from pellucid.runs import SCHEMA_VERSION, DatasetRecord, ModelRecord, Recipe, RunRecord, Timings, check_name
from pellucid.tasks import Task, build_task, default_task
from pellucid.training.borrowing import borrow_for_photos, choose_weights, favourite_backbone
from pellucid.training.defaults import Family, family_of, is_dense, resolve_learning, with_rosenblatts_rule
from pellucid.training.device import choose_device, choose_precision
from pellucid.training.frozen_first import freeze_first
from pellucid.training.imbalance import check_unweighted, emphasis_of, resolve_imbalance
from pellucid.training.stages import EVERYTHING
from pellucid.training.teachers import choose_teacher
from pellucid.training.transfer import epochs_in_all, plain_views, resolve_transfer
from pellucid.version import VERSION

CUSTOM_IMAGE_WISHES = Wishes(kind="image")
CUSTOM_TABLE_WISHES = Wishes(kind="table")
NORMALISING = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)
AUGMENTATION_FIELDS = (
    "mirror", "rotation", "translation", "scaling", "crop", "brightness", "contrast", "saturation", "hue",
    "perspective", "erasing", "trivial_augment", "mixup", "cutmix",
)  # fmt: skip
OPTION_FIELDS = ("hidden", "activation", "maxout_pieces", "dropout", "batch_norm")


@dataclass(frozen=True)
class Plan:
    """A run that could begin: its record, and the model with the weights it starts from."""

    record: RunRecord
    model: nn.Module


def plan_run(
    dataset: Dataset,
    recipe: Recipe,
    *,
    model: nn.Module | None = None,
    name: str | None = None,
    command: str | None = None,
) -> Plan:
    """Make every open choice, and build the model; nothing is written, nothing is trained.

    Args:
        dataset: what to learn from.
        recipe: what the user chose.
        model: a module of the user's own, instead of `recipe.model`.
        name: the run's name; None for "dataset-model".
        command: the command line, to be written down.

    Raises:
        RecipeError, ModelError, DataError: the choices do not fit each other, the model or the data.
    """
    if name is not None:
        check_name(name)
    decisions: list[Decision] = list(dataset.decisions)
    recipe = borrow_for_photos(dataset, recipe, model, decisions)
    model_name, wishes = _choose_model(dataset, recipe, model, decisions)
    weights, wishes = choose_weights(dataset, recipe, model, model_name, wishes, decisions)
    preprocessing, said = fit_preprocessing(
        dataset,
        wishes,
        imgsz=recipe.imgsz,
        resize=recipe.resize,
        colour=recipe.colour,
        scale=recipe.scale,
        model=model_name,
    )
    decisions += said
    family = family_of(model_name, custom=model is not None)
    augmentation = _choose_augmentation(dataset, recipe, family, preprocessing, decisions)
    task = _choose_task(dataset, recipe, decisions)
    options = _choose_options(dataset, recipe, model_name, decisions)
    shape = preprocessing.input_shape
    built = model or build_model(
        model_name,
        input_shape=shape,
        outputs=task.output_width,
        options=options,
        init=recipe.init,
        weights=weights,
        seed=recipe.seed,
    )
    if family == "library" and model is None and not any(isinstance(part, NORMALISING) for part in built.modules()):
        family = "unnormalised"
    if model_name == "perceptron" and recipe.loss in (None, "perceptron"):
        recipe = _choose_perceptrons_rule(dataset, recipe, decisions)
    about_model = _describe_model(built, model_name, options, shape, task, custom=model is not None)
    _check_output(built, shape, task)
    recipe, teacher = choose_teacher(dataset, recipe, decisions)
    recipe = recipe.override(model=model_name, task=task.name, pretrained=weights is not None)
    order = [layer.name for layer in about_model.layers]
    if weights is not None:
        recipe = _choose_what_learns(dataset, recipe, built, shape, augmentation, decisions)
    recipe, said = resolve_transfer(recipe, built, order, pretrained=weights is not None)
    plain = plain_views(recipe, augmentation)
    decisions[:] = [plain if plain and one.name == plain.name else one for one in decisions]
    decisions += [one for one in said if one.name != "freeze" or all(other.name != "freeze" for other in decisions)]
    family = "frozen" if recipe.freeze == EVERYTHING else "borrowed" if weights is not None else family
    resolved = _resolve_learning(dataset, recipe, family, decisions, mixes=augmentation.mixes)
    course = epochs_in_all(resolved)
    decisions += [course] if course else []
    resolved = _resolve_machine(resolved, built, about_model.layers, decisions)
    record = RunRecord(
        schema_version=SCHEMA_VERSION,
        name=f"{file_stem(dataset.name)}-{file_stem(model_name)}" if name is None else name,
        status="running",
        command=command,
        task=task.name,
        dataset=_describe_dataset(dataset),
        model=about_model,
        preprocessing=preprocessing,
        target_scaling=fit_target_scaling(dataset, scale=recipe.scale) if task.name == "regression" else None,
        augmentation=augmentation if isinstance(dataset.input, ImageInput) else None,
        recipe=resolved,
        decisions=tuple(decisions),
        **describe_machine(),
        timings=Timings(created=time.time()),
        weights=weights.card if weights else None,
        teacher=teacher,
        sees_plain=plain is not None,
        chosen_by="balanced_accuracy" if resolved.counts_classes_alike else "accuracy",
    )
    return Plan(record, built)


def describe_machine() -> dict[str, Any]:
    """Return the fields of a record that say what it was made with: versions and hardware."""
    return {"pellucid_version": VERSION, "versions": _versions(), "hardware": _hardware()}


def task_of(record: RunRecord, *, temperature: float = 1.0) -> Task:
    """Make the task that a run learns, or answers with."""
    given = record.target_scaling
    scalings = given if isinstance(given, tuple) else () if given is None else (given,)
    return build_task(
        record.task,
        record.dataset.target,
        label_smoothing=record.recipe.label_smoothing or 0.0,
        temperature=temperature,
        bounds=record.recipe.bounds,
        class_loss=record.recipe.loss or "cross-entropy",
        gamma=record.recipe.gamma or 0.0,
        emphasis=emphasis_of(record),
        target_mean=tuple(scaling.mean for scaling in scalings) or (0.0,),
        target_std=tuple(scaling.std for scaling in scalings) or (1.0,),
    )


def _choose_augmentation(
    dataset: Dataset, recipe: Recipe, family: Family, preprocessing: Preprocessing, decisions: list[Decision]
) -> Augmentation:
    size = (preprocessing.height, preprocessing.width) if isinstance(preprocessing, ImagePreprocessing) else None
    given = _given(recipe, AUGMENTATION_FIELDS)
    if recipe.augment is None and not given and is_dense(family) and isinstance(dataset.input, ImageInput):
        augmentation, decision = choose_augmentation(dataset, "none", size=size)
        reason = "this network has weights of its own for each pixel: shifted pictures hinder it (--augment)"
        decision = decision.model_copy(update={"reason": reason})
    else:
        augmentation, decision = choose_augmentation(dataset, recipe.augment, given, size=size)
    decisions.append(decision)
    return augmentation


def _choose_what_learns(
    dataset: Dataset,
    recipe: Recipe,
    model: nn.Module,
    shape: tuple[int, ...],
    augmentation: Augmentation,
    decisions: list[Decision],
) -> Recipe:
    """Return the recipe of a network with borrowed weights, frozen where that is the better start on this machine."""
    asked_to_augment = recipe.augment not in (None, "none") or any(_given(recipe, AUGMENTATION_FIELDS).values())
    device, _ = choose_device(recipe.device)
    recipe, said = freeze_first(
        recipe,
        model,
        input_shape=shape,
        num_train=len(dataset.splits["train"]),
        num_val=len(dataset.splits["val"]),
        augmentation=augmentation,
        asked_to_augment=asked_to_augment,
        device=device,
    )
    decisions += [said] if said else []
    return recipe


def _choose_model(
    dataset: Dataset, recipe: Recipe, model: nn.Module | None, decisions: list[Decision]
) -> tuple[str, Wishes]:
    is_image = isinstance(dataset.input, ImageInput)
    if model is not None:
        return type(model).__name__.lower(), CUSTOM_IMAGE_WISHES if is_image else CUSTOM_TABLE_WISHES
    if recipe.model is None and recipe.pretrained and is_image:
        entry, decision = favourite_backbone()
        decisions.append(decision)
    elif recipe.model is not None:
        entry = find_model(recipe.model)
        if entry.name != recipe.model:
            decisions.append(
                Decision(name="model", value=entry.name, reason=f"what the bare name '{recipe.model}' stands for")
            )
    else:
        entry = find_model("cnn" if is_image else "mlp")
        reason = "small, quick and strong on pictures" if is_image else "learns from the columns of a table"
        decisions.append(
            Decision(name="model", value=entry.name, reason=f"{reason} (--model; 'pellucid models' lists them)")
        )
    return entry.name, entry.wishes


def _choose_options(dataset: Dataset, recipe: Recipe, model: str, decisions: list[Decision]) -> ModelOptions:
    given = _given(recipe, OPTION_FIELDS)
    is_table_of_classes = not isinstance(dataset.input, ImageInput) and isinstance(dataset.target, ClassTarget)
    if model == "mlp" and is_table_of_classes and "activation" not in given:
        given["activation"] = "tanh"
        reason = "draws smooth borders between classes, which suits the few columns of a table (--activation)"
        decisions.append(Decision(name="activation", value="tanh", reason=reason))
    return ModelOptions(**given)


def _resolve_learning(
    dataset: Dataset, recipe: Recipe, family: Family, decisions: list[Decision], *, mixes: bool
) -> Recipe:
    """Close the open choices of learning, those for uneven classes included."""
    classes = dataset.target.classes if isinstance(dataset.target, ClassTarget) else None
    resolved, learned = resolve_learning(
        recipe,
        family=family,
        num_train=len(dataset.splits["train"]),
        num_val=len(dataset.splits["val"]),
        num_classes=None if classes is None else len(classes),
        table=not isinstance(dataset.input, ImageInput),
    )
    decisions += learned
    if resolved.task == "ordered":
        check_unweighted(resolved)
        return resolved
    counts = None if classes is None else list(dataset.class_counts("train").values())
    resolved, balanced = resolve_imbalance(
        resolved,
        counts,
        labels=isinstance(dataset.target, LabelsTarget),
        mixes=mixes,
        table=not isinstance(dataset.input, ImageInput),
    )
    decisions += balanced
    return resolved


def _resolve_machine(
    recipe: Recipe, model: nn.Module, layers: tuple[LayerSummary, ...], decisions: list[Decision]
) -> Recipe:
    device, about_device = choose_device(recipe.device)
    convolutional = any(isinstance(module, nn.Conv2d) for module in model.modules())
    multiply_adds = sum(layer.multiply_adds for layer in layers)
    precision, about_precision = choose_precision(
        recipe.precision, device, multiply_adds=multiply_adds, convolutional=convolutional
    )
    if recipe.freeze == EVERYTHING and recipe.precision is None:
        reason = "the head learns on features of the precision in which it will answer"
        precision, about_precision = torch.float32, Decision(name="precision", value="float32", reason=reason)
    decisions += [about_device, about_precision]
    return recipe.override(
        device=str(device),
        precision=str(precision).removeprefix("torch."),
        workers=min(os.cpu_count() or 1, 8) if recipe.workers is None else recipe.workers,
        init=recipe.init or "default",
    )


def _check_output(model: nn.Module, shape: tuple[int, ...], task: Task) -> None:
    was_training = model.training
    model.eval()
    with torch.no_grad():
        outputs = model(torch.zeros(2, *shape))
    model.train(was_training)
    if not isinstance(outputs, torch.Tensor) or tuple(outputs.shape) != (2, task.output_width):
        got = tuple(outputs.shape) if isinstance(outputs, torch.Tensor) else type(outputs).__name__
        raise ModelError(
            f"For a batch of 2 inputs of shape {shape} the model gives {got}.",
            expected=f"Task '{task.name}' needs a tensor of shape (2, {task.output_width}).",
        )


def _choose_task(dataset: Dataset, recipe: Recipe, decisions: list[Decision]) -> Task:
    check_bounds(dataset, recipe.bounds)
    positive = dataset.target.positive(recipe.positive)
    if positive is not None and recipe.positive is None:
        decisions.append(_default_positive(positive, dataset.target))
    if recipe.ordered and recipe.task not in (None, "ordered"):
        raise RecipeError(f"--ordered and --task {recipe.task} contradict each other.", fix="Leave out one of them.")
    name = "ordered" if recipe.ordered else recipe.task or default_task(dataset.target)
    task = build_task(name, dataset.target)
    if name == "ordered":
        assert isinstance(dataset.target, ClassTarget)
        steps = " < ".join(dataset.target.classes)
        reason = f"the classes are steps, {steps}: near misses cost less, the median step is answered (--ordered)"
        decisions.append(Decision(name="task", value="ordered", reason=reason))
    elif recipe.task is None:
        decisions.append(Decision(name="task", value=task.name, reason=_describe_target(dataset)))
    return task


def _default_positive(positive: str, target: Target) -> Decision:
    other = next(name for name in target.classes if name != positive) if isinstance(target, ClassTarget) else ""
    reason = (
        f"the second of two classes: average precision is of finding it (--positive {shlex.quote(other)}: the other)"
    )
    return Decision(name="positive class", value=positive, reason=reason)


def _choose_perceptrons_rule(dataset: Dataset, recipe: Recipe, decisions: list[Decision]) -> Recipe:
    if isinstance(dataset.target, ValueTarget | ValuesTarget):
        raise RecipeError(
            f"A perceptron answers yes or no, and the target '{dataset.target.name}' is a number.",
            fix="Use --model linear.",
        )
    recipe, rule = with_rosenblatts_rule(recipe)
    decisions.append(rule)
    return recipe


def check_bounds(dataset: Dataset, bounds: tuple[float, float] | None) -> None:
    """Raise RecipeError when answers are to stay in a range and the target is no number, or leaves it in training."""
    if bounds is None:
        return
    if not isinstance(dataset.target, ValueTarget | ValuesTarget):
        raise RecipeError(
            f"--bounds {bounds[0]:g},{bounds[1]:g} is for a number as target.",
            expected=f"'{dataset.target.name}' is none.",
            fix="Leave it out.",
        )
    known = dataset.targets[np.concatenate([dataset.splits["train"], dataset.splits["val"]])]
    if known.min() < bounds[0] or known.max() > bounds[1]:
        raise RecipeError(
            f"--bounds {bounds[0]:g},{bounds[1]:g} leaves out targets of the data.",
            expected=f"In train and val they run from {known.min():g} to {known.max():g}.",
            fix="Widen the bounds, or leave them out.",
        )


def _given(recipe: Recipe, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: getattr(recipe, field) for field in fields if getattr(recipe, field) is not None}


def _describe_target(dataset: Dataset) -> str:
    if isinstance(dataset.target, ClassTarget):
        return f"the target '{dataset.target.name}' has {len(dataset.target.classes)} classes"
    if isinstance(dataset.target, LabelsTarget):
        return f"any of {len(dataset.target.classes)} labels may hold at once"
    if isinstance(dataset.target, ValuesTarget):
        return f"there are {len(dataset.target.names)} numbers to answer"
    return f"the target '{dataset.target.name}' is a number"


def _describe_model(
    model: nn.Module, name: str, options: ModelOptions, shape: tuple[int, ...], task: Task, *, custom: bool
) -> ModelRecord:
    return ModelRecord(
        name=name,
        custom=custom,
        options=options,
        input_shape=shape,
        output_width=task.output_width,
        num_parameters=count_parameters(model),
        layers=tuple(summarise(model, shape)),
    )


def _describe_dataset(dataset: Dataset) -> DatasetRecord:
    is_class = isinstance(dataset.target, ClassTarget | LabelsTarget)
    return DatasetRecord(
        name=dataset.name,
        source=dataset.source,
        options=dict(dataset.options),
        fingerprint=dataset.fingerprint,
        split_fingerprint=dataset.split_fingerprint,
        input=dataset.input,
        target=dataset.target,
        num_examples={split: len(dataset.splits[split]) for split in SPLITS},
        class_counts={split: dataset.class_counts(split) for split in SPLITS} if is_class else {},
        findings=tuple(finding.message for finding in dataset.findings),
    )


def _versions() -> dict[str, str]:
    found: Mapping[str, str] = {"python": platform.python_version()}
    for package in ("torch", "torchvision", "timm", "numpy", "pillow", "scikit-learn"):
        try:
            found = {**found, package: version(package)}
        except PackageNotFoundError:
            continue
    return dict(found)


def _hardware() -> dict[str, str]:
    return {"machine": platform.machine(), "system": platform.system(), "threads": str(torch.get_num_threads())}
