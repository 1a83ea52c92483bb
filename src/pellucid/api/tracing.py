"""From what a user names (files, examples, classes) to what a trace works on: tensors, targets, an optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.api.explaining import Asked, ask, right_answer
from pellucid.errors import DataError, RecipeError, RunError, did_you_mean
from pellucid.kinds import ClassTarget, LabelsTarget, ValuesTarget, ValueTarget
from pellucid.preprocessing import ImagePreprocessing
from pellucid.trace import Criterion, Rule, Surrounding, Trace, outputs_to_answer, picture_to_input, row_to_input
from pellucid.trace import trace as trace_model
from pellucid.training import scale_targets
from pellucid.typed_numbers import read_numbers

if TYPE_CHECKING:
    from pellucid.api.run import Run, Source


def trace_run(run: Run, source: Source) -> Trace:
    """Do what `Run.trace` does; see there."""
    asked = ask(run, source)
    inputs = run.predictor.to_tensor(asked.prepared)
    traced = trace_model(run.predictor.model, inputs)
    outputs = torch.from_numpy(traced.output)[None]
    predictor, is_labels = run.predictor, isinstance(run.record.dataset.target, LabelsTarget)
    ending = outputs_to_answer(
        outputs,
        predictor.task.answer_steps(outputs),
        _names(run),
        thresholds=predictor.thresholds.tolist() if is_labels else (),
    )
    traced.surround(_beginning(run, asked, inputs), ending)
    if isinstance(run.record.preprocessing, ImagePreprocessing):
        layers = run.record.model.layers
        fields = {layer.name: layer.receptive_field for layer in layers if layer.receptive_field is not None}
        traced.show_on(asked.prepared[0], fields)
    traced.name = asked.name
    judged = run.predictor.judge(run.predictor.outputs(asked.prepared))[0]
    traced.answer = str(asked.mark(judged)).removeprefix(": ")
    traced.right = right_answer(run, asked)
    traced.is_sealed = asked.index is not None and not traced.right
    return traced


def _beginning(run: Run, asked: Asked, inputs: Tensor) -> Surrounding | None:
    preprocessing = run.record.preprocessing
    if isinstance(preprocessing, ImagePreprocessing):
        return picture_to_input(preprocessing, asked.prepared[0], inputs)
    return None if asked.cells is None else row_to_input(preprocessing, asked.cells, inputs)


def _names(run: Run) -> tuple[str, ...]:
    """Return the names of what is answered: classes, labels or numbers."""
    target = run.record.dataset.target
    if isinstance(target, ValueTarget):
        return (target.name,)
    return target.names if isinstance(target, ValuesTarget) else target.classes


def prepared(run: Run, source: Source) -> Tensor:
    """Return [1, ...]: one input as the run's network takes it.

    Raises:
        DataError: it cannot be read, or there is no such example.
    """
    if not isinstance(source, int):
        return run.predictor.tensor(source)
    if not 0 <= source < len(run.dataset):
        raise DataError(
            f"The dataset has no example {source}.", expected=f"0 to {len(run.dataset) - 1:,}, counted from 0."
        )
    return run.predictor.example(run.dataset, source)


def batch_of(run: Run, sources: Sequence[Source] | Source) -> Tensor:
    """Return [N, ...]."""
    return torch.cat([prepared(run, source) for source in _listed(sources)])


def targets_of(
    run: Run, sources: Sequence[Source] | Source, targets: Sequence[str | None] | str | None
) -> NDArray[Any]:
    """Return what the loss wants: [N] classes, [N, L] zeros and ones, or [N, M] scaled numbers.

    Args:
        run: whose target it is.
        sources: the inputs.
        targets: one for each, one for all, or None for what the dataset says of its examples.

    Raises:
        RecipeError: there is no such class, or nothing says what is right.
    """
    listed = _listed(sources)
    given = [targets] * len(listed) if targets is None or isinstance(targets, str) else list(targets)
    if len(given) == 1:
        given = given * len(listed)
    if len(given) != len(listed):
        raise RecipeError(f"{len(listed)} inputs, but {len(given)} targets.", expected="One for all, or one for each.")
    rows = np.stack([_target(run, source, target) for source, target in zip(listed, given, strict=True)])
    scaling = run.record.target_scaling
    scaled = rows if scaling is None else scale_targets(rows, scaling)
    return np.asarray(scaled)


def criterion_of(run: Run) -> Criterion:
    """Return the loss of a run's task.

    Raises:
        RunError: it is one that is not shown number by number.
    """
    if run.record.task == "ordered":
        raise RunError(
            "The loss of ordered classes is not shown number by number.",
            fix="Trace the way forward, or a run without --ordered.",
        )
    if not run.predictor.classes:
        return "squared error"
    labels = isinstance(run.record.dataset.target, LabelsTarget)
    return "binary cross-entropy" if labels or run.predictor.task.output_width == 1 else "cross-entropy"


def rule_of(run: Run, name: str | None = None, lr: float | None = None) -> Rule:
    """Return the run's own optimizer, or another one with the run's learning rate.

    Args:
        run: whose recipe says optimizer, learning rate, momentum and weight decay.
        name: of another optimizer.
        lr: another learning rate.
    """
    recipe = run.record.recipe
    own = str(recipe.optimizer or "adamw")
    if own == "sgd" and recipe.momentum:
        own = "nesterov" if recipe.nesterov else "momentum"
    rate = recipe.lr if isinstance(recipe.lr, float) else 0.001
    is_own = name in (None, own)
    return Rule(
        name or own,
        rate if lr is None else lr,
        weight_decay=(recipe.weight_decay or 0.0) if is_own else 0.0,
        momentum=(recipe.momentum or 0.9) if is_own else 0.9,
    )


def _listed(sources: Sequence[Source] | Source) -> list[Source]:
    return list(sources) if isinstance(sources, list | tuple) else [sources]


def _target(run: Run, source: Source, text: str | None) -> NDArray[Any]:
    """Return one target: a class's index, zeros and ones, a number or several."""
    target, classes = run.record.dataset.target, run.predictor.classes
    if text is None:
        if isinstance(source, int):
            return np.asarray(run.dataset.targets[source])
        raise RecipeError(
            f"Nothing says what is right for '{source}'.", fix="Add --target: a class, labels, or a number."
        )
    if isinstance(target, ClassTarget):
        return np.asarray(_index(text, classes))
    if isinstance(target, LabelsTarget):
        row = np.zeros(len(classes), np.int64)
        row[[_index(part.strip(), classes) for part in text.split(",") if part.strip()]] = 1
        return row
    width = run.predictor.task.output_width
    expected = "A number." if width == 1 else f"{width} numbers with commas between them, as the network gives."
    values = read_numbers(text, "--target", expected=expected, count=width)
    return np.asarray(values[0] if width == 1 else values, np.float32)


def _index(text: str, classes: tuple[str, ...]) -> int:
    if text in classes:
        return classes.index(text)
    raise RecipeError(
        f"There is no class '{text}'.{did_you_mean(text, classes)}", expected=f"One of: {', '.join(classes[:30])}."
    )
