"""A recipe's optimizer over a phase's parameters, and the L1 penalty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from pellucid.runs import OptimizerName
from pellucid.uncompiled import without_compiler

ADAM_BETAS = (0.9, 0.999)
"""torch's own (Kingma & Ba 2015)."""


@dataclass(frozen=True)
class OptimizerSettings:
    """Which rule turns gradients into updates; the learning rate comes from the schedule, step by step.

    Attributes:
        name: sgd, rmsprop, adam or adamw.
        momentum: of sgd and rmsprop.
        nesterov: Nesterov's form of momentum (sgd).
        weight_decay: decoupled for adamw (Loshchilov & Hutter 2019), added to the gradient (L2) for the others.
        l1: weight of the sum of absolute weights, added to the loss.
        clip: largest gradient norm over a phase's parameters; None for no limit.
    """

    name: OptimizerName = "adamw"
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    l1: float = 0.0
    clip: float | None = None


def decayed_parameters(module: nn.Module) -> list[nn.Parameter]:
    """Return the weights that decay and L1 act on: matrices and kernels, not biases nor the scales of norms."""
    # Decay of biases and of norms' scales makes no function simpler (He et al. 2019, "Bag of Tricks", section 3.1).
    return [parameter for parameter in module.parameters() if parameter.requires_grad and parameter.ndim > 1]


def build_optimizer(
    models: Iterable[nn.Module], settings: OptimizerSettings, *, betas: tuple[float, float] | None = None
) -> Optimizer:
    """Make the optimizer of one phase: weights that decay apart from the rest, and each learning rate apart.

    A model with a method `scale_of` says by a parameter's name what its learning rate is multiplied by; it is kept in
    the group as "lr_scale" (timm's word).

    Args:
        models: whose parameters it holds.
        settings: the rule.
        betas: of Adam and AdamW, how much the means of the gradient and of its square keep; None for torch's.
    """
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for model in models:
        with_decay = {id(parameter) for parameter in decayed_parameters(model)}
        scale_of: Callable[[str], float] | None = getattr(model, "scale_of", None)
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                scale = 1.0 if scale_of is None else scale_of(name)
                groups.setdefault((scale, id(parameter) in with_decay), []).append(parameter)
    listed = [
        {"params": parameters, "weight_decay": settings.weight_decay if decays else 0.0, "lr_scale": scale}
        # In a fixed order: a checkpoint knows a parameter by its number among the groups.
        for (scale, decays), parameters in sorted(groups.items(), key=lambda group: group[0], reverse=True)
    ]
    with without_compiler():
        return _make(listed, settings, betas or ADAM_BETAS)


def _make(groups: list[dict[str, Any]], settings: OptimizerSettings, betas: tuple[float, float]) -> Optimizer:
    # One fused kernel per step instead of a dozen per parameter: a third of a small network's step time on a CPU.
    match settings.name:
        case "sgd":
            # torch refuses Nesterov's form without momentum.
            nesterov = settings.nesterov and settings.momentum > 0
            return torch.optim.SGD(groups, lr=0.0, momentum=settings.momentum, nesterov=nesterov, fused=True)
        case "rmsprop":
            # torch has no fused kernel for it.
            return torch.optim.RMSprop(groups, lr=0.0, momentum=settings.momentum)
        case "adam":
            return torch.optim.Adam(groups, lr=0.0, betas=betas, fused=True)
        case "adamw":
            return torch.optim.AdamW(groups, lr=0.0, betas=betas, fused=True)


def state_names(optimizer: Optimizer) -> tuple[str, ...]:
    """Return what an optimizer remembers of each parameter after its first step; "step" is one number."""
    group = optimizer.param_groups[0] if optimizer.param_groups else {}
    moving = ("momentum_buffer",) if group.get("momentum") else ()
    if isinstance(optimizer, torch.optim.Adam):  # AdamW is one
        return ("step", "exp_avg", "exp_avg_sq")
    if isinstance(optimizer, torch.optim.RMSprop):
        return ("step", "square_avg", *moving)
    return moving


def l1_penalty(models: Iterable[nn.Module]) -> Tensor:
    """Return the sum of absolute weights of these models, a scalar."""
    weights = [parameter for model in models for parameter in decayed_parameters(model)]
    return torch.stack([weight.abs().sum() for weight in weights]).sum()
