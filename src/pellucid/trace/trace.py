"""All values of one forward pass, and for each of them the arithmetic that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.errors import RecipeError, did_you_mean
from pellucid.trace.arithmetic import Arithmetic
from pellucid.trace.graph import Recording, Step, record, replay
from pellucid.trace.operators import explain

if TYPE_CHECKING:
    from pellucid.trace.backward import Backward
    from pellucid.trace.loss import Criterion, Targets
    from pellucid.trace.rules import Rule
    from pellucid.trace.slow_motion import SlowMotion, Weight


@dataclass(frozen=True)
class StepValues:
    """What one step of the network gave.

    Attributes:
        step: the step.
    """

    step: Step

    @property
    def values(self) -> NDArray[np.float32]:
        """The values, without the batch: e.g. [C, H, W], [D], or [tokens, D]."""
        values: NDArray[np.float32] = self.step.values[0].numpy(force=True)
        return values

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the values."""
        return tuple(self.step.values.shape[1:])

    def __str__(self) -> str:
        from pellucid.trace.text import describe_values

        return describe_values(self)

    def to_dict(self) -> dict[str, Any]:
        """Return name, operator, shape, a summary and the values, as plain JSON types."""
        return {**_summary(self), "values": self.values.tolist()}

    def at(self, *position: int) -> Arithmetic:
        """Return how the value at a position came about.

        Args:
            position: as many numbers as the values have dimensions, counted from 0.

        Raises:
            RecipeError: there is no such position.
        """
        shape = self.shape
        if len(position) != len(shape) or any(not 0 <= p < size for p, size in zip(position, shape, strict=True)):
            raise RecipeError(
                f"'{self.step.name}' has no value at {list(position)}.",
                expected=f"Its values have the shape {list(shape)}; places are counted from 0.",
            )
        value = self.step.values[(0, *position)].item()
        explained = explain(self.step.call, (0, *position), self.step.element)
        if explained is None:
            return _unexplained(self.step, position, value)
        magnitude = float(np.abs(explained.terms).sum()) if explained.magnitude is None else explained.magnitude
        return Arithmetic(
            step=self.step.name,
            operator=self.step.operator,
            at=position,
            value=value,
            formula=explained.formula,
            terms=explained.terms,
            labels=explained.labels,
            factors=explained.factors,
            magnitude=magnitude,
            note=explained.note,
        )

    def unit(self, number: int, at: Sequence[int] = ()) -> Arithmetic:
        """Return how the value of a unit came about.

        Args:
            number: of the channel of a feature map [C, H, W], the feature of a token [tokens, D], or the unit [D].
            at: (row, column) in a feature map, (token,) among tokens, () for a dense layer.

        Raises:
            RecipeError: there is no such unit, or no such place.
        """
        return self.at(*at, number) if len(self.shape) == 2 else self.at(number, *at)


class Trace:
    """Every value of one forward pass; made by `trace`.

    Attributes:
        steps: in the order in which they were computed.
        output: [outputs] float32, what the model gave.
        name: of the example, for people; "" where nobody said.
        answer: what the output means, in words; "" where nobody said.
        right: the right answer, in words; "" where it is not known, or not to be seen.
        is_sealed: whether it is not to be seen, because the example belongs to a sealed test split.
    """

    def __init__(self, recording: Recording) -> None:
        replayed = replay(recording)
        self._recording = recording
        self.steps = replayed.steps
        self.output: NDArray[np.float32] = replayed.output[0].numpy(force=True)
        self._by_name = {step.name: step for step in self.steps}
        self.name, self.answer, self.right, self.is_sealed = "", "", "", False

    def __getitem__(self, name: str) -> StepValues:
        """Return a step by its name, or what a whole module gave by the module's path.

        Raises:
            RecipeError: there is neither.
        """
        if name in self._by_name:
            return StepValues(self._by_name[name])
        within = [step for step in self.steps if step.module == name or step.module.startswith(f"{name}.")]
        if not within:
            raise RecipeError(
                f"The network has no layer '{name}'.{did_you_mean(name, self._by_name)}",
                expected=f"One of: {', '.join(list(self._by_name)[:30])}{' ...' if len(self._by_name) > 30 else ''}.",
            )
        return StepValues(within[-1])

    def __repr__(self) -> str:
        answer = f", answer {self.answer}" if self.answer else ""
        return f"Trace({self.name or 'an input'}: {len(self.steps)} steps{answer})"

    def __iter__(self) -> Any:
        return (StepValues(step) for step in self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def backward(self, target: Targets, *, criterion: Criterion | None = None) -> Backward:
        """Return the loss against a target, and its gradients on the whole way back.

        Args:
            target: the index of the right class, the value of a regression, or [outputs] of several.
            criterion: the loss; None for what fits, see `compute_loss`.

        Raises:
            RecipeError: there is no such class.

        Example:
            trace.backward(3).weight("conv1.weight", 0, 0, 2, 2)
        """
        from pellucid.trace.backward import Backward

        return Backward(self._recording, target, criterion=criterion)

    def slow_motion(
        self, target: Targets, *, steps: int, rule: Rule | None = None, weights: Sequence[Weight] = ()
    ) -> SlowMotion:
        """Return some steps of training on this one example, number by number; the model is not changed.

        Args:
            target: as of `backward`.
            steps: how many.
            rule: the optimizer; None for gradient descent with a learning rate of 0.01.
            weights: to look at, (parameter's name, position) each.

        Example:
            trace.slow_motion(3, steps=5, rule=Rule("adam", 1e-3), weights=[("conv1.weight", (0, 0, 2, 2))])
        """
        from pellucid.trace.rules import Rule
        from pellucid.trace.slow_motion import follow_steps

        return follow_steps(self._recording, target, steps, rule or Rule(), weights)

    @property
    def heading(self) -> str:
        """The example, the answer and the right one in a line; "" where nobody said."""
        if not self.answer:
            return ""
        sealed = "; the right answer is sealed with the test split" if self.is_sealed else ""
        right = f"; right is {self.right}" if self.right else sealed
        return f"{self.name or 'answer'}: {self.answer}{right}"

    def __str__(self) -> str:
        from pellucid.trace.text import describe_trace

        return describe_trace(self)

    def to_dict(self) -> dict[str, Any]:
        """Return names, operators, shapes and a summary of the values, as plain JSON types."""
        about = {"name": self.name, "answer": self.answer or None, "right": self.right or None}
        return {"steps": [_summary(values) for values in self], "output": self.output.tolist(), **about}


def trace(model: nn.Module, inputs: Tensor | NDArray[Any]) -> Trace:
    """Run a model on one input and keep every value on the way.

    Args:
        model: any module of one tensor input and one tensor output.
        inputs: one example without the batch, e.g. float32 [C, H, W], or with it: [1, C, H, W].

    Raises:
        ModelError: the model cannot be turned into a graph of operators.
        RecipeError: `inputs` are several examples.

    Example:
        trace(model, picture)["conv2"].unit(3, at=(4, 7))
    """
    given = torch.as_tensor(inputs)
    batch = given if _has_batch(model, given) else given[None]
    if len(batch) != 1:
        raise RecipeError(f"A trace follows one example, and these are {len(batch)}.", fix="Hand over one of them.")
    return Trace(record(model, batch))


def _has_batch(model: nn.Module, inputs: Tensor) -> bool:
    """Tell whether the first dimension is the batch: of a single example the model takes only the one with a batch."""
    dims = {nn.Conv1d: 3, nn.Conv2d: 4, nn.Conv3d: 5, nn.Linear: 2, nn.LSTM: 3, nn.GRU: 3, nn.RNN: 3, nn.Embedding: 2}
    for module in model.modules():
        for kind, wanted in dims.items():
            if isinstance(module, kind):
                # A dense layer after flattening says nothing of the input's dimensions beyond the batch.
                return inputs.ndim >= wanted if kind is not nn.Linear else inputs.ndim >= 2 and inputs.shape[0] == 1
    return inputs.ndim > 1 and inputs.shape[0] == 1


def _unexplained(step: Step, position: tuple[int, ...], value: float) -> Arithmetic:
    went_in = ", ".join(str(list(arg.shape)) for arg in step.call.args if isinstance(arg, Tensor))
    blank = Arithmetic(step.name, step.operator, position, value, "", np.array([]), (), (), 0.0)
    return replace(blank, formula="(no explainer for this operator)", note=f"it read values of shape {went_in}")


def _summary(values: StepValues) -> dict[str, Any]:
    array = values.values
    return {
        "name": values.step.name,
        "operator": values.step.operator,
        "module": values.step.module,
        "shape": list(values.shape),
        "mean": float(array.mean()) if array.size else None,
        "std": float(array.std()) if array.size else None,
        "min": float(array.min()) if array.size else None,
        "max": float(array.max()) if array.size else None,
        "share_zero": float((array == 0).mean()) if array.size else None,
    }
