"""The end of Rosenblatt's rule: once an epoch has answered everything rightly, no weight ever changes again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from pellucid.runs import Recipe
    from pellucid.training.engine import Engine

RESTS = "no answer was wrong in a whole pass, so the rule changes no weight any more,"


def end_at_rest(engine: Engine, recipe: Recipe) -> None:
    """Let a training by the perceptron's own rule end after the first epoch without a wrong answer.

    With a rate that stays and nothing that remembers or shrinks, every later epoch would be the same. A training that
    is gone on with ends where it would have ended: what is compared with are the weights that it went on with. Weights
    that are at an epoch's end what they were at its beginning are not at rest where some answer was wrong: where no
    line separates the classes, the rule goes round in circles.

    Args:
        engine: with its weights in place.
        recipe: resolved.
    """
    rule, rate = recipe.optimization, recipe.learning_rate
    is_plain = rule.optimizer == "sgd" and rate.schedule == "constant" and not rate.warmup
    is_plain = is_plain and not (rule.momentum or rule.weight_decay or rule.l1)
    if recipe.objective.loss != "perceptron" or not is_plain:
        return
    before = _weights(engine)

    def look(engine: Engine, row: Mapping[str, float]) -> bool:
        nonlocal before
        now = _weights(engine)
        is_same = all(torch.equal(a, b) for a, b in zip(before, now, strict=True))
        # Steps of an epoch may also cancel out: then some answers were wrong.
        met = engine.while_learning
        is_at_rest = is_same and met["loss"] == 0 and met.get("accuracy", 1.0) == 1
        before = now
        if is_at_rest:
            engine.why_stopped = RESTS
        return is_at_rest

    engine.callbacks = (*engine.callbacks, look)


def _weights(engine: Engine) -> list[Tensor]:
    return [one.detach().clone() for model in engine.models.values() for one in model.parameters()]
