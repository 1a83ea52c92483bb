"""What a training computes on, and in which arithmetic."""

from __future__ import annotations

import os

import torch
from torch import nn

from pellucid.models import LayerSummary
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.device import choose_device, choose_precision
from pellucid.training.stages import EVERYTHING

MOST_WORKERS = 8
"""Threads that read pictures: more wait for one another."""


def resolve_machine(
    recipe: Recipe, model: nn.Module, layers: tuple[LayerSummary, ...]
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choices of device, precision, workers and first weights.

    Args:
        recipe: with no open choice of learning.
        model: built.
        layers: of it, with their costs.
    """
    device, about_device = choose_device(recipe.machine.device)
    convolutional = any(isinstance(module, nn.Conv2d) for module in model.modules())
    multiply_adds = sum(layer.multiply_adds for layer in layers)
    precision, about_precision = choose_precision(
        recipe.machine.precision, device, multiply_adds=multiply_adds, convolutional=convolutional
    )
    if recipe.freezing.freeze == EVERYTHING and recipe.machine.precision is None:
        reason = "the head learns on features of the precision in which it will answer"
        precision, about_precision = torch.float32, Decision(name="precision", value="float32", reason=reason)
    resolved = recipe.override(
        device=str(device),
        precision=str(precision).removeprefix("torch."),
        workers=min(os.cpu_count() or 1, MOST_WORKERS) if recipe.machine.workers is None else recipe.machine.workers,
        init=recipe.architecture.init or "default",
    )
    return resolved, (about_device, about_precision)
