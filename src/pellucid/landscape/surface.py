"""The loss on a grid of weights: one forward pass over the examples at each point."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.errors import RecipeError
from pellucid.kinds import Form
from pellucid.landscape.directions import draw_direction
from pellucid.models import Assembly, fold_norms, parts_of
from pellucid.tasks import Batch, Task

PART_NUMBERS = 100_000
"""Input numbers per forward pass: few enough that a layer's maps stay in the processor's cache, which measured half
again as quick as all 256 pictures at once."""
Watch = Callable[[int, int], None]


def measure_landscape(
    model: nn.Module,
    task: Task,
    batch: Batch,
    *,
    size: int = 25,
    reach: float = 1.0,
    seed: int = 0,
    watch: Watch | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the loss around a network's weights, along two filter-normalised random directions.

    The network answers in evaluation mode: dropout is off, and batch normalisation keeps the statistics of the
    training. The model itself is left alone; a copy is moved.

    Args:
        model: with trained weights; of several networks that learn together, all of them.
        task: says what the loss is of its networks.
        batch: the examples that it is the mean over.
        size: points along each direction, odd, so that one of them is the network itself.
        reach: how far, in lengths of the filters.
        seed: of the directions.
        watch: is told (points done, points in all).

    Returns:
        (steps [size] ascending from -reach to reach, losses [size, size] with rows along the second direction,
        seconds).

    Raises:
        RecipeError: the size is even or too small, or the reach is not above 0.
    """
    if size < 3 or size % 2 == 0:
        raise RecipeError(f"The size is {size}.", expected="An odd number from 3 on: the network is its middle.")
    if not reach > 0:
        raise RecipeError(f"The reach is {reach}.", expected="A number above 0; 1 is as far as the filters are long.")
    started = time.perf_counter()
    moved = copy.deepcopy(model).eval()
    generator = torch.Generator().manual_seed(seed)
    axes = [draw_direction(moved, generator) for _ in range(2)]
    dtype: Literal["float32", "int64"] = "float32" if batch.inputs.is_floating_point() else "int64"
    moved, axes = _folded(moved, axes, Form(shape=tuple(batch.inputs.shape[1:]), dtype=dtype))
    is_convolutional = batch.inputs.ndim == 4 and any(isinstance(part, nn.Conv2d) for part in moved.modules())
    if is_convolutional:
        moved = moved.to(memory_format=torch.channels_last)
    parts = list(_parts(batch, channels_last=is_convolutional))
    centre = {name: parameter.detach().clone() for name, parameter in moved.named_parameters()}
    steps = np.linspace(-reach, reach, size)
    steps[size // 2] = 0.0
    losses = np.empty((size, size))
    with torch.inference_mode():
        for row, up in enumerate(steps.tolist()):
            for column, along in enumerate(steps.tolist()):
                _place(moved, centre, axes, along, up)
                losses[row, column] = _loss(parts_of(moved), task, parts) / batch.units
                if watch is not None:
                    watch(row * size + column + 1, size * size)
    return steps, losses, time.perf_counter() - started


def _folded(model: nn.Module, axes: list[dict[str, Tensor]], form: Form) -> tuple[nn.Module, list[dict[str, Tensor]]]:
    """Return a network and directions that give the same losses with less work, or the same ones where there is none.

    Folding a normalisation multiplies each filter by a number that no step changes, for steps move neither statistics
    nor biases. So the weights at a place, folded, are the folded weights plus the folded directions.
    """
    # A task asks an assembly for its networks; folded, it would be another.
    folded = None if isinstance(model, Assembly) else fold_norms(model, form)
    if folded is None:
        return model, axes
    directions = []
    for axis in axes:
        pointing = copy.deepcopy(model)
        for name, parameter in pointing.named_parameters():
            if parameter.ndim > 1:
                parameter.data = axis[name].clone()
        direction = fold_norms(pointing, form, check=False)
        assert direction is not None, "it has the layers of the one that could be folded"
        directions.append({name: parameter.detach() for name, parameter in direction.named_parameters()})
    return folded, directions


def _place(model: nn.Module, centre: dict[str, Tensor], axes: list[dict[str, Tensor]], along: float, up: float) -> None:
    """Put the weights at centre + along * first direction + up * second."""
    first, second = axes
    for name, parameter in model.named_parameters():
        # In place on .data: the memory, and its order, stay; parameters that do not move need nothing.
        if parameter.ndim > 1:
            torch.add(centre[name], first[name], alpha=along, out=parameter.data)
            parameter.data.add_(second[name], alpha=up)


def _loss(models: Mapping[str, nn.Module], task: Task, parts: list[Batch]) -> float:
    """Return the sum of the loss over all parts; exact zero steps give the networks' own."""
    return sum(float(task.measure(models, part)["loss"]) for part in parts)


def _parts(batch: Batch, *, channels_last: bool) -> Iterator[Batch]:
    count = -(-batch.inputs.numel() // PART_NUMBERS)
    edges = [len(batch) * k // count for k in range(count + 1)]
    for start, stop in pairwise(edges):
        part = batch.part(start, stop)
        if channels_last:
            laid = part.inputs.contiguous(memory_format=torch.channels_last)
            part = replace(part, inputs=laid)
        if len(part):
            yield part
