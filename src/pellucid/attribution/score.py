"""The one number that an attribution explains: of a class its logit, of a regression its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.errors import RecipeError
from pellucid.kinds import LEVELS
from pellucid.tasks import Forecast, NextToken, Regression, Task, TextToText


@dataclass(frozen=True)
class Score:
    """Which number of a network's outputs is explained, and how it is answered.

    Attributes:
        name: the class, the label or the target, as a person says it.
        index: of the class or the target, counted from 0.
        of: [N, outputs] float32 to [N]: the number that is explained; a logit, or a value in the target's unit.
        answered: [N, outputs] float32 to [N]: what an answer says of it, a probability in [0, 1] or the value.
        unit: "logit", or the target's name.
        calibration: what an answer does to the logits before they become probabilities, in words; "" for nothing.
    """

    name: str
    index: int
    of: Callable[[Tensor], Tensor]
    answered: Callable[[Tensor], Tensor]
    unit: str = "logit"
    calibration: str = ""

    @property
    def is_class(self) -> bool:
        """Whether `answered` is a probability."""
        return self.unit == "logit"


def value_of_task(task: Regression, index: int, *, name: str) -> Score:
    """Return what is explained of a trained regression: a value in the target's unit.

    Args:
        task: of the run.
        index: of the number.
        name: of the number.
    """
    value = _value_of(task, index)
    return Score(name=name, index=index, of=value, answered=value, unit="value")


def forecast_of_task(task: Forecast, index: int, *, name: str) -> Score:
    """Return what is explained of a forecast: the median of a step ahead, scaled back but for the logarithm.

    Args:
        task: of the run.
        index: of the step, counted from 0.
        name: of the step.
    """
    place = index * len(LEVELS) + LEVELS.index(0.5)
    mean, std = task.scaling.mean[0], task.scaling.std[0]

    def value(outputs: Tensor) -> Tensor:
        return outputs[:, place] * std + mean

    return Score(name=name, index=index, of=value, answered=value, unit="value")


def letter_of_task(task: TextToText, index: int, *, name: str) -> Score:
    """Return what is explained of a network that writes: the logit of one letter at one place.

    Args:
        task: of the run.
        index: of the letter.
        name: of the letter.
    """

    def answered(outputs: Tensor) -> Tensor:
        return task.letter_steps(outputs)[-1].values[:, index]

    return Score(name, index, of=lambda outputs: outputs[:, index], answered=answered)


def next_of_task(task: NextToken, index: int, *, name: str) -> Score:
    """Return what is explained of a language model: the logit of one token after the last place.

    Args:
        task: of the run.
        index: of the token, its number.
        name: of the token.
    """

    def last(outputs: Tensor) -> Tensor:
        return outputs[:, -task.vocabulary :]

    return Score(
        name,
        index,
        of=lambda outputs: last(outputs)[:, index],
        answered=lambda outputs: torch.softmax(last(outputs), dim=1)[:, index],
    )


def logit_of_task(task: Task, index: int, *, name: str) -> Score:
    """Return what is explained of a trained classifier: the logit of a class or label.

    Args:
        task: of the run, with the temperature of its answers.
        index: of the class or label; of two classes with a single logit 0 or 1.
        name: of the class or label.
    """

    def answered(outputs: Tensor) -> Tensor:
        return torch.from_numpy(task.answer(outputs).numbers[:, index])

    said = _calibration_of(task)
    if task.output_width == 1 and task.name == "binary":
        sign = 1.0 if index == 1 else -1.0
        return Score(name, index, of=lambda outputs: sign * outputs[:, 0], answered=answered, calibration=said)
    return Score(name, index, of=lambda outputs: outputs[:, index], answered=answered, calibration=said)


def _calibration_of(task: Task) -> str:
    temperature = float(getattr(task, "temperature", 1.0))
    said = [] if temperature == 1.0 else [f"divided by the calibration's temperature {temperature:.3g}"]
    emphasis = getattr(task, "emphasis", None)
    if emphasis is not None and emphasis.class_weights is not None:
        said.append("corrected to how frequent the classes are")
    return " and ".join(said)


def _value_of(task: Regression, index: int) -> Callable[[Tensor], Tensor]:
    if task.bounds is not None:
        low, high = task.bounds
        return lambda outputs: low + (high - low) * torch.sigmoid(outputs[:, index])
    mean, std = task.mean[index], task.std[index]
    return lambda outputs: outputs[:, index] * std + mean


def score_of_module(outputs: Tensor, target: int | None, *, names: tuple[str, ...] = ()) -> Score:
    """Return what is explained of any module: one of its outputs.

    A module with a single output is taken for a binary classifier of one logit where a target is named: 1 is the
    output, 0 its negative. Without a target it is explained as the number it is.

    Args:
        outputs: [1, K] of the example.
        target: the output, counted from 0; None for the largest.
        names: of the K outputs; () for "output 3".

    Raises:
        RecipeError: there is no such output, or these are no outputs of a classifier.
    """
    if outputs.ndim != 2:
        raise RecipeError(
            f"The model gives values of the shape {list(outputs.shape)}.", expected="A row of outputs: [1, K]."
        )
    num = outputs.shape[1]
    if num == 1:
        return _single(target, names)
    index = int(outputs[0].argmax()) if target is None else target
    if not 0 <= index < num:
        raise RecipeError(f"The model has no output {index}.", expected=f"0 to {num - 1}, counted from 0.")
    return Score(
        name=names[index] if names else f"output {index}",
        index=index,
        of=lambda given: given[:, index],
        answered=lambda given: torch.softmax(given, dim=1)[:, index],
    )


def _single(target: int | None, names: tuple[str, ...]) -> Score:
    if target is None:
        return Score(
            name=names[0] if names else "output 0",
            index=0,
            of=lambda given: given[:, 0],
            answered=lambda given: given[:, 0],
            unit="value",
        )
    if target not in (0, 1):
        raise RecipeError(
            f"The model has no output {target}: it has a single one.",
            expected="1 for what its logit speaks for, 0 for the other class; None for the number itself.",
        )
    sign = 1.0 if target == 1 else -1.0
    return Score(
        name=names[target] if len(names) == 2 else ("yes" if target else "no"),
        index=target,
        of=lambda given: sign * given[:, 0],
        answered=lambda given: torch.sigmoid(sign * given[:, 0]),
    )
