"""The way back: the loss, its gradient at every step, and the terms that make the gradient of any single weight.

The network is in evaluation mode, as in the trace: batch normalisation uses the statistics gathered in training, and
nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pellucid.errors import RecipeError, did_you_mean
from pellucid.trace.arithmetic import Arithmetic
from pellucid.trace.call import Call
from pellucid.trace.gradients import WEIGHT_GRADIENTS
from pellucid.trace.graph import Recording, Step, replay


@dataclass(frozen=True)
class Use:
    """Where a parameter is read: by which call, as which argument; with the gradient that comes back to its output."""

    call: Call
    argument: str
    upstream: Tensor


class Backward:
    """The gradients of one loss on one example; made by `Trace.backward`.

    Attributes:
        loss: its value.
        criterion: its name and formula.
        output_gradient: [outputs], the loss's gradient at the model's output: p - y for a classification.
    """

    def __init__(self, recording: Recording, target: int | float) -> None:
        with torch.enable_grad():
            replayed = replay(recording, with_gradients=True)
            loss, self.criterion = _loss(replayed.output, target)
            wanted = [step.values for step in replayed.steps if step.values.requires_grad]
            parameters = replayed.parameters
            found = torch.autograd.grad(
                loss, [replayed.output, *wanted, *parameters.values()], allow_unused=True, materialize_grads=True
            )
        self.loss = loss.item()
        self.output_gradient: NDArray[np.float32] = found[0][0].numpy(force=True)
        self._at = {id(value): gradient for value, gradient in zip(wanted, found[1 : 1 + len(wanted)], strict=True)}
        self._steps = {step.name: step for step in replayed.steps}
        self._of = dict(zip(parameters, found[1 + len(wanted) :], strict=True))
        self._values: Mapping[str, Tensor] = parameters
        self._uses = _find_uses(replayed.steps, parameters, self._at)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, e.g. "conv1.weight"."""
        return tuple(self._of)

    def gradient(self, name: str) -> NDArray[np.float32]:
        """Return the loss's gradient at what a step gave (shape of its values), or at a parameter (its own shape).

        Raises:
            RecipeError: there is neither.
        """
        if name in self._of:
            return self._of[name].numpy(force=True)
        step = self._step(name)
        gradient = self._at.get(id(step.values))
        if gradient is None:
            return np.zeros(tuple(step.values.shape[1:]), np.float32)
        return gradient[0].numpy(force=True)

    def weight(self, name: str, *position: int) -> Arithmetic:
        """Return how the gradient of one weight came about: upstream gradient x input, summed over all places.

        Args:
            name: of the parameter, e.g. "conv1.weight".
            position: in the parameter, e.g. (output channel, input channel, row, column).

        Raises:
            RecipeError: there is no such parameter or position.
        """
        if name not in self._of:
            raise RecipeError(
                f"The network has no parameter '{name}'.{did_you_mean(name, self._of)}",
                expected=f"One of: {', '.join(self.parameters[:30])}.",
            )
        gradient = self._of[name]
        shape = tuple(gradient.shape)
        if len(position) != len(shape) or any(not 0 <= p < size for p, size in zip(position, shape, strict=True)):
            raise RecipeError(f"'{name}' has no weight at {list(position)}.", expected=f"Its shape is {list(shape)}.")
        uses = self._uses.get(name, [])
        terms, formula, note = np.zeros(0), "(no explainer for how this weight is used)", ""
        known = [WEIGHT_GRADIENTS[use.call.operator, use.argument] for use in uses if _key(use) in WEIGHT_GRADIENTS]
        if uses and len(known) == len(uses):
            parts = [explain(use.call, use.upstream, position) for explain, use in zip(known, uses, strict=True)]
            terms = np.concatenate([part.terms for part in parts])
            formula, note = parts[0].formula, parts[0].note
        return Arithmetic(
            step=name,
            operator="gradient",
            at=position,
            value=gradient[position].item(),
            formula=formula,
            terms=terms,
            labels=(),
            factors=(),
            magnitude=float(np.abs(terms).sum()),
            note=note,
        )

    def update(self, name: str, *position: int, optimizer: str = "sgd", lr: float = 0.01) -> dict[str, float]:
        """Return the first update of one weight, number by number.

        Args:
            name: of the parameter.
            position: in the parameter.
            optimizer: "sgd" or "adam" (betas 0.9 and 0.999, eps 1e-8; Kingma & Ba 2015, algorithm 1).
            lr: learning rate.

        Returns:
            "old", "gradient", for Adam "m", "v", "m corrected" and "v corrected", "step", and "new".
        """
        gradient, old = self.weight(name, *position).value, self._values[name][position].item()
        numbers = {"old": old, "gradient": gradient}
        if optimizer == "sgd":
            step = lr * gradient
        elif optimizer == "adam":
            numbers |= {"m": 0.1 * gradient, "v": 0.001 * gradient**2}
            numbers |= {"m corrected": numbers["m"] / (1 - 0.9), "v corrected": numbers["v"] / (1 - 0.999)}
            step = lr * numbers["m corrected"] / (numbers["v corrected"] ** 0.5 + 1e-8)
        else:
            raise RecipeError(f"Unknown optimizer '{optimizer}'.", expected="sgd or adam.")
        return numbers | {"step": step, "new": old - step}

    def _step(self, name: str) -> Step:
        if name not in self._steps:
            raise RecipeError(f"The network has no layer or parameter '{name}'.{did_you_mean(name, self._steps)}")
        return self._steps[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the loss, the gradient at the output and the norm of each parameter's gradient, as JSON types."""
        norms = {name: float(gradient.norm()) for name, gradient in self._of.items()}
        return {
            "criterion": self.criterion,
            "loss": self.loss,
            "output_gradient": self.output_gradient.tolist(),
            "gradient_norms": norms,
        }


def _loss(output: Tensor, target: int | float) -> tuple[Tensor, str]:
    """Return the loss that fits output and target, and its formula."""
    width = output.shape[1]
    if isinstance(target, int) and width > 1:
        if not 0 <= target < width:
            raise RecipeError(f"There is no class {target}.", expected=f"0 to {width - 1}.")
        return functional.cross_entropy(output, torch.tensor([target])), "cross-entropy: -log softmax(logits)[target]"
    if isinstance(target, int) and target in (0, 1):
        wanted = torch.full_like(output, float(target))
        return functional.binary_cross_entropy_with_logits(output, wanted), "binary cross-entropy of sigmoid(logit)"
    return functional.mse_loss(output, torch.full_like(output, float(target))), "squared error: (output - target)^2"


def _key(use: Use) -> tuple[str, str]:
    return use.call.operator, use.argument


def _find_uses(
    steps: tuple[Step, ...], parameters: Mapping[str, Tensor], gradients: Mapping[int, Tensor]
) -> dict[str, list[Use]]:
    names = {id(parameter): name for name, parameter in parameters.items()}
    uses: dict[str, list[Use]] = {}
    for step in steps:
        upstream = gradients.get(id(step.values))
        if upstream is None:
            continue
        for declared in step.call.target._schema.arguments:
            value = step.call.argument(declared.name)
            if isinstance(value, Tensor) and id(value) in names:
                uses.setdefault(names[id(value)], []).append(Use(step.call, declared.name, upstream))
    return uses
