"""How optimizers turn a gradient into an update, with every number on the way.

The arithmetic is done in the order and precision of `torch.optim` (the loop over single tensors, `foreach=False`), so
new weights are the very bits that torch would give; `torch.optim` itself shows none of what lies between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pellucid.errors import RecipeError, did_you_mean

Numbers = dict[str, Tensor]
"""By name, each of the weights' shape or a scalar."""


@dataclass(frozen=True)
class Rule:
    """One optimizer with its settings.

    Attributes:
        name: sgd, momentum, nesterov, rmsprop, adam or adamw.
        lr: learning rate, above 0.
        weight_decay: decoupled for adamw (Loshchilov & Hutter 2019, algorithm 2), else added to the gradient (L2).
        momentum: of momentum and nesterov.
        betas: of adam and adamw (Kingma & Ba 2015, algorithm 1).
        alpha: of rmsprop, the decay of the mean square.
        eps: added to the root; of rmsprop, adam and adamw.
    """

    name: str = "sgd"
    lr: float = 0.01
    weight_decay: float = 0.0
    momentum: float = 0.9
    betas: tuple[float, float] = (0.9, 0.999)
    alpha: float = 0.99
    eps: float = 1e-8

    def __post_init__(self) -> None:
        if self.name not in RULES:
            raise RecipeError(
                f"Unknown optimizer '{self.name}'.{did_you_mean(self.name, RULES)}",
                expected=f"One of: {', '.join(RULES)}.",
            )
        if not self.lr > 0:
            raise RecipeError(f"The learning rate is {self.lr:g}.", expected="A number above 0.")

    @torch.no_grad()
    def advance(self, weight: Tensor, gradient: Tensor, state: Numbers) -> tuple[Tensor, Numbers, Numbers]:
        """Return the new weights, the new state, and every number of the update.

        Args:
            weight, gradient: of one shape and dtype; neither is changed.
            state: of the last update; {} for the first.

        Returns:
            New weights; state; and "old", "gradient", ..., "step", "new" in the order of the arithmetic.
        """
        numbers = {"old": weight, "gradient": gradient}
        new, state, between = RULES[self.name](self, weight, gradient, state)
        return new, state, numbers | between | {"step": weight - new, "new": new}

    def to_dict(self) -> dict[str, Any]:
        """Return name and the settings that this rule reads, as plain JSON types."""
        used = {"momentum": ("momentum",), "nesterov": ("momentum",), "rmsprop": ("alpha", "eps")}
        used |= dict.fromkeys(("adam", "adamw"), ("betas", "eps"))
        settings = {name: getattr(self, name) for name in used.get(self.name, ())}
        return {"name": self.name, "lr": self.lr, "weight_decay": self.weight_decay} | settings


Moved = tuple[Tensor, Numbers, Numbers]


def _with_l2(rule: Rule, weight: Tensor, gradient: Tensor) -> tuple[Tensor, Numbers]:
    if not rule.weight_decay:
        return gradient, {}
    decayed = gradient.add(weight, alpha=rule.weight_decay)
    return decayed, {"gradient + weight decay x old": decayed}


def _sgd(rule: Rule, weight: Tensor, gradient: Tensor, _state: Numbers) -> Moved:
    gradient, numbers = _with_l2(rule, weight, gradient)
    return weight.add(gradient, alpha=-rule.lr), {}, numbers


def _momentum(rule: Rule, weight: Tensor, gradient: Tensor, state: Numbers) -> Moved:
    gradient, numbers = _with_l2(rule, weight, gradient)
    before = state.get("momentum buffer")
    # The first buffer is the gradient itself, as in torch: without a history there is nothing to damp.
    buffer = gradient.clone() if before is None else before.mul(rule.momentum).add(gradient)
    numbers["momentum buffer"] = buffer
    direction = buffer
    if rule.name == "nesterov":
        direction = gradient.add(buffer, alpha=rule.momentum)
        numbers["gradient + momentum x buffer"] = direction
    return weight.add(direction, alpha=-rule.lr), {"momentum buffer": buffer}, numbers


def _rmsprop(rule: Rule, weight: Tensor, gradient: Tensor, state: Numbers) -> Moved:
    gradient, numbers = _with_l2(rule, weight, gradient)
    before = state.get("mean square", torch.zeros_like(weight))
    square = before.mul(rule.alpha).addcmul(gradient, gradient, value=1 - rule.alpha)
    root = square.sqrt().add(rule.eps)
    new = weight.addcdiv(gradient, root, value=-rule.lr)
    return new, {"mean square": square}, numbers | {"mean square": square, "root + eps": root}


def _adam(rule: Rule, weight: Tensor, gradient: Tensor, state: Numbers) -> Moved:
    numbers: Numbers = {}
    if rule.name == "adam":
        gradient, numbers = _with_l2(rule, weight, gradient)
    elif rule.weight_decay:
        # Before the step, and with the rate as it is now: decoupled from the gradient, but not from the schedule.
        weight = weight.mul(1 - rule.lr * rule.weight_decay)
        numbers["old x (1 - lr x weight decay)"] = weight
    (first, second), nothing = rule.betas, torch.zeros_like(weight)
    count = int(state["updates"]) + 1 if state else 1
    m = state.get("m", nothing).lerp(gradient, 1 - first)
    v = state.get("v", nothing).mul(second).addcmul(gradient, gradient, value=1 - second)
    bias_first, bias_second = 1 - first**count, 1 - second**count
    # torch corrects the root and not the mean: in float32 not the same bits as the paper's v corrected, whose root is
    # then taken.
    denominator = (v.sqrt() / bias_second**0.5).add(rule.eps)
    # And it moves the first correction into the rate; what a reader expects, m corrected, is only shown.
    new = weight.addcdiv(m, denominator, value=-rule.lr / bias_first)
    corrections = {"1 - beta1^t": torch.tensor(bias_first), "1 - beta2^t": torch.tensor(bias_second)}
    numbers |= {"m": m, "v": v, **corrections, "m corrected": m / bias_first, "v corrected": v / bias_second}
    numbers["root of v corrected + eps"] = denominator
    return new, {"m": m, "v": v, "updates": torch.tensor(count)}, numbers


RULES: dict[str, Callable[[Rule, Tensor, Tensor, Numbers], Moved]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _momentum,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adam,
}
