"""Training in slow motion: a few steps on one batch, with every number that moves the weights one looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.errors import RecipeError
from pellucid.printed import Printed
from pellucid.records import brief
from pellucid.trace.backward import Backward, WeightUpdate
from pellucid.trace.graph import Recording, record, replay
from pellucid.trace.loss import Criterion, Targets
from pellucid.trace.rules import Numbers, Rule

Weight = tuple[str, tuple[int, ...]]
"""A parameter's name and a position in it."""


@dataclass(frozen=True)
class SlowStep:
    """One step.

    Attributes:
        number: counted from 1.
        loss: before the update.
        updates: of the chosen weights, with the terms of their gradients.
    """

    number: int
    loss: float
    updates: tuple[WeightUpdate, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        updates = [update.to_dict() for update in self.updates]
        return {"number": self.number, "loss": self.loss, "updates": updates}


@dataclass(frozen=True)
class SlowMotion(Printed):
    """Some steps on one batch.

    Attributes:
        rule: the optimizer.
        criterion: the loss's name and formula.
        steps: in their order.
        final_loss: after the last update.
        final_parameters: by name, all parameters after the last update.
    """

    __repr__ = brief

    rule: Rule
    criterion: str
    steps: tuple[SlowStep, ...]
    final_loss: float
    final_parameters: dict[str, Tensor]

    @property
    def losses(self) -> list[float]:
        """Before every step, and after the last."""
        return [*(step.loss for step in self.steps), self.final_loss]

    def to_dict(self) -> dict[str, Any]:
        """Return all but the final parameters, as plain JSON types."""
        return {
            "optimizer": self.rule.to_dict(),
            "criterion": self.criterion,
            "losses": self.losses,
            "steps": [step.to_dict() for step in self.steps],
        }


def slow_motion(
    model: nn.Module,
    inputs: Tensor | NDArray[Any],
    targets: Targets,
    *,
    steps: int,
    rule: Rule | None = None,
    weights: Sequence[Weight] = (),
    criterion: Criterion | None = None,
) -> SlowMotion:
    """Train all parameters for some steps on one batch; the model itself is not changed.

    The network is in evaluation mode: batch normalisation uses its gathered statistics and nothing is dropped, so a
    step depends on nothing but what is shown.

    Args:
        model: any module of one tensor input and one tensor output.
        inputs: [N, ...].
        targets: [N] class indices, or [N, K] numbers.
        steps: how many, at least 1.
        rule: the optimizer; None for `Rule()`, plain gradient descent with a learning rate of 0.01.
        weights: to look at.
        criterion: the loss; None for what fits.

    Raises:
        ModelError: the model cannot be turned into a graph of operators.
        RecipeError: a weight or target does not exist.

    Example:
        slow_motion(model, pictures, [3, 1], steps=5, rule=Rule("adam", 1e-3), weights=[("conv1.weight", (0, 0, 2, 2))])
    """
    return follow_steps(record(model, torch.as_tensor(inputs)), targets, steps, rule or Rule(), weights, criterion)


def follow_steps(
    recording: Recording,
    targets: Targets,
    steps: int,
    rule: Rule,
    weights: Sequence[Weight] = (),
    criterion: Criterion | None = None,
    *,
    answered: int | None = None,
) -> SlowMotion:
    """Do the work of `slow_motion` on a model that was recorded already.

    Raises:
        RecipeError: fewer than one step.
    """
    if steps < 1:
        raise RecipeError(f"{steps} steps.", expected="At least 1.")
    trained = {name for name, parameter in recording.model.named_parameters() if parameter.requires_grad}
    parameters = {name: value.detach().clone() for name, value in replay(recording).parameters.items()}
    states: dict[str, Numbers] = {}
    watched: dict[str, Numbers] = {}
    done: list[SlowStep] = []
    words = ""
    for number in range(1, steps + 1):
        back = Backward(recording, targets, criterion=criterion, parameters=parameters, answered=answered)
        updates = back.advance(list(weights), rule, watched)
        done.append(SlowStep(number, back.loss, tuple(updates)))
        words = back.criterion
        for name, value in parameters.items():
            if name in trained:
                gradient = torch.from_numpy(back.gradient(name))
                parameters[name], states[name], _ = rule.advance(value, gradient, states.get(name, {}))
        del back
    last = Backward(recording, targets, criterion=criterion, parameters=parameters, answered=answered).loss
    return SlowMotion(rule, words, tuple(done), last, parameters)
