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
from torch import Tensor, nn

from pellucid.errors import RecipeError, did_you_mean
from pellucid.printed import Printed
from pellucid.trace.arithmetic import Arithmetic
from pellucid.trace.call import Explained
from pellucid.trace.gradients import WEIGHT_GRADIENTS
from pellucid.trace.graph import Recording, Step, record, replay
from pellucid.trace.loss import Criterion, Targets, compute_loss
from pellucid.trace.rules import Numbers, Rule
from pellucid.trace.uses import Uses, join

UNEXPLAINED = Explained("(no explainer for how this weight is used)", np.zeros(0))


@dataclass(frozen=True)
class WeightUpdate(Printed):
    """One update of one weight.

    Attributes:
        name: of the parameter.
        at: the position in it.
        gradient: how its gradient came about.
        rule: the optimizer.
        numbers: "old", "gradient", what the optimizer keeps and corrects, "step" (what is subtracted), "new".
    """

    name: str
    at: tuple[int, ...]
    gradient: Arithmetic
    rule: Rule
    numbers: dict[str, float]

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "name": self.name,
            "at": list(self.at),
            "optimizer": self.rule.to_dict(),
            "numbers": self.numbers,
            "gradient": self.gradient.to_dict(),
        }


class Backward(Printed):
    """The gradients of one loss; made by `Trace.backward`, or by `backpropagate` for a batch.

    Of a model that gives more numbers than one answer has (`answered` of them, at their end) the loss is that answer's,
    and so is the gradient at the output.

    Attributes:
        loss: its value: the mean over the examples.
        criterion: its name and formula.
        output_gradient: the loss's gradient at the model's output, [outputs] (of a batch [N, outputs]): p - y for a
            classification.
    """

    def __init__(
        self,
        recording: Recording,
        targets: Targets,
        *,
        criterion: Criterion | None = None,
        parameters: Mapping[str, Tensor] | None = None,
        answered: int | None = None,
    ) -> None:
        with torch.enable_grad():
            replayed = replay(recording, with_gradients=True, parameters=parameters)
            outputs = replayed.output if answered is None else replayed.output[:, -answered:]
            self._loss = compute_loss(outputs, targets, criterion)
            # One pass back for all: asked for one by one, each would walk the whole graph again.
            wanted = [step.values for step in replayed.steps if step.values.requires_grad]
            found = torch.autograd.grad(
                self._loss.value,
                [outputs, *wanted, *replayed.parameters.values()],
                allow_unused=True,
                materialize_grads=True,
            )
        self.loss = self._loss.value.item()
        self.criterion = self._loss.description
        self._single = len(recording.inputs) == 1
        self.output_gradient: NDArray[np.float32] = self._array(found[0])
        self._at = {id(value): gradient for value, gradient in zip(wanted, found[1 : 1 + len(wanted)], strict=True)}
        self._steps = {step.name: step for step in replayed.steps}
        self._of = dict(zip(replayed.parameters, found[1 + len(wanted) :], strict=True))
        self._values: Mapping[str, Tensor] = replayed.parameters
        self._uses = Uses(replayed.steps, self._at, WEIGHT_GRADIENTS)

    def __repr__(self) -> str:
        return f"Backward(loss {self.loss:.6g}, gradients of {len(self._of)} parameters and {len(self._steps)} steps)"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, e.g. "conv1.weight"."""
        return tuple(self._of)

    @property
    def loss_arithmetic(self) -> Arithmetic:
        """How the loss came about: -log p of the target, from the logits."""
        return self._loss.arithmetic()

    def output(self, unit: int, *, example: int = 0) -> Arithmetic:
        """Return how the loss's gradient at one output came about: p - y for a classification.

        Raises:
            RecipeError: there is no such output or example.
        """
        number, width = self._loss.outputs.shape
        if not (0 <= unit < width and 0 <= example < number):
            raise RecipeError(
                f"There is no output {unit} of example {example}.",
                expected=f"Outputs 0 to {width - 1}, examples 0 to {number - 1}.",
            )
        value = self.output_gradient.reshape(number, width)[example, unit]
        return self._loss.gradient_arithmetic(example, unit, float(value))

    def gradient(self, name: str) -> NDArray[np.float32]:
        """Return the loss's gradient at what a step gave, or at a parameter, in its shape (of a batch: [N, ...]).

        Raises:
            RecipeError: there is neither.
        """
        if name in self._of:
            gradient: NDArray[np.float32] = self._of[name].numpy(force=True)
            return gradient
        step = self._step(name)
        return self._array(self._at.get(id(step.values), torch.zeros_like(step.values)))

    def weight(self, name: str, *position: int) -> Arithmetic:
        """Return how the gradient of one weight came about: upstream gradient x input, summed over places and examples.

        Args:
            name: of the parameter, e.g. "conv1.weight".
            position: in the parameter, e.g. (output channel, input channel, row, column).

        Raises:
            RecipeError: there is no such parameter or position.
        """
        gradient = self._of[self._known(name, position)]
        parts = self._uses.explain(self._values[name], position)
        whole = (
            UNEXPLAINED
            if parts is None
            else join(parts)
            if parts
            else Explained("the loss does not depend on it", np.zeros(1))
        )
        size = float(np.abs(whole.terms).sum()) if whole.magnitude is None else whole.magnitude
        return Arithmetic(
            step=name,
            operator="gradient",
            at=position,
            value=gradient[position].item(),
            formula=whole.formula,
            terms=whole.terms,
            labels=whole.labels,
            factors=whole.factors,
            magnitude=size,
            note=whole.note,
        )

    def update(
        self, name: str, *position: int, optimizer: str = "sgd", lr: float = 0.01, **settings: Any
    ) -> WeightUpdate:
        """Return the first update of one weight, number by number.

        Args:
            name: of the parameter.
            position: in the parameter.
            optimizer: sgd, momentum, nesterov, rmsprop, adam or adamw.
            lr: learning rate.
            settings: of the optimizer, see `Rule`.

        Raises:
            RecipeError: there is no such parameter, position or optimizer.
        """
        return self.advance([(name, position)], Rule(optimizer, lr, **settings), {})[0]

    def advance(
        self, weights: list[tuple[str, tuple[int, ...]]], rule: Rule, states: dict[str, Numbers]
    ) -> list[WeightUpdate]:
        """Return the updates of chosen weights, and bring the optimizer's states of their parameters up to date.

        Args:
            weights: (name, position) each.
            rule: the optimizer.
            states: by parameter, changed in place; {} before the first update.
        """
        found: dict[str, Numbers] = {}
        for name in dict.fromkeys(self._known(name, at) for name, at in weights):
            value = self._values[name].detach()
            _, states[name], found[name] = rule.advance(value, self._of[name], states.get(name, {}))
        return [
            WeightUpdate(
                name,
                at,
                self.weight(name, *at),
                rule,
                {word: (value[at] if value.ndim else value).item() for word, value in found[name].items()},
            )
            for name, at in weights
        ]

    def _known(self, name: str, position: tuple[int, ...]) -> str:
        if name not in self._of:
            raise RecipeError(
                f"The network has no parameter '{name}'.{did_you_mean(name, self._of)}",
                expected=f"One of: {', '.join(self.parameters[:30])}.",
            )
        shape = tuple(self._of[name].shape)
        if len(position) != len(shape) or any(not 0 <= p < size for p, size in zip(position, shape, strict=True)):
            raise RecipeError(f"'{name}' has no weight at {list(position)}.", expected=f"Its shape is {list(shape)}.")
        return name

    def _step(self, name: str) -> Step:
        if name not in self._steps:
            raise RecipeError(f"The network has no layer or parameter '{name}'.{did_you_mean(name, self._steps)}")
        return self._steps[name]

    def _array(self, gradient: Tensor) -> NDArray[np.float32]:
        array: NDArray[np.float32] = (gradient[0] if self._single else gradient).numpy(force=True)
        return array

    def to_dict(self) -> dict[str, Any]:
        """Return the loss with its terms, the gradient at the output and each parameter's norm, as JSON types."""
        norms = {name: float(gradient.norm()) for name, gradient in self._of.items()}
        return {
            "criterion": self.criterion,
            "loss": self.loss,
            "loss_arithmetic": self.loss_arithmetic.to_dict(),
            "output_gradient": self.output_gradient.tolist(),
            "gradient_norms": norms,
        }


def backpropagate(
    model: nn.Module, inputs: Tensor | NDArray[Any], targets: Targets, *, criterion: Criterion | None = None
) -> Backward:
    """Return the gradients of the mean loss of a batch.

    Args:
        model: any module of one tensor input and one tensor output.
        inputs: [N, ...].
        targets: [N] class indices, or [N, K] numbers; see `compute_loss`.
        criterion: None for what fits.

    Raises:
        ModelError: the model cannot be turned into a graph of operators.
        RecipeError: the targets do not fit.

    Example:
        backpropagate(model, pictures, [3, 1]).weight("conv1.weight", 0, 0, 2, 2)
    """
    return Backward(record(model, torch.as_tensor(inputs)), targets, criterion=criterion)
