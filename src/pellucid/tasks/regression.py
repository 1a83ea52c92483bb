"""One row of the table: one number per example, or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn

from pellucid.kinds import Target
from pellucid.tasks.answers import ValueAnswer, ValuesAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.losses import weighted
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Regression:
    """Linear output (or a scaled sigmoid), mean squared error on the scaled target, answers in the target's own unit.

    Attributes:
        mean: of the training split's targets, subtracted before learning; one per output.
        std: of the training split's targets (> 0), divided by before learning; one per output.
        bounds: (low, high) in the target's unit, which answers never leave: low + (high - low) sigmoid(output); None
            for a linear output.
        several: whether targets and answers are [N, M], also where M is 1.
    """

    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    bounds: tuple[float, float] | None = None
    several: bool = False
    name: str = "regression"
    loss_words: str = "mean squared error of the scaled target"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """One number per target."""
        return len(self.mean)

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean squared error of the scaled values, with running sums (`mae` in the target's unit)."""
        errors = self._errors(models, batch)
        losses = weighted(errors.square().mean(1), batch.weights)
        value = losses.mean()
        return Loss(value, {"loss": value.detach() * len(batch), **self._absolute(errors.detach())})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of squared error (scaled) and, of a single target, of absolute error (`mae`, in its unit)."""
        errors = self._errors(models, batch)
        return {"loss": errors.square().mean(1).sum(), **self._absolute(errors)}

    def answer(self, outputs: Tensor) -> ValueAnswer | ValuesAnswer:
        """Return [N] values, or [N, M] of several targets, in their own units."""
        values: NDArray[np.float32] = self.answer_steps(outputs)[-1].values.numpy(force=True)
        return ValuesAnswer(values) if self.several else ValueAnswer(values[:, 0])

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the step back to the targets' units; of bounded answers the sigmoid, and the step into the bounds."""
        given = outputs.float()
        if self.bounds is None:
            mean, std = (torch.tensor(one, device=given.device) for one in (self.mean, self.std))
            return (AnswerStep("scale-back", "scale", given * std + mean, scale=self.std, shift=self.mean),)
        low, high = self.bounds
        share, width = torch.sigmoid(given.double()), given.shape[1]
        values = torch.from_numpy(self._in_bounds(share))
        into = AnswerStep("into-bounds", "scale", values, scale=(high - low,) * width, shift=(low,) * width)
        return (AnswerStep("sigmoid", "sigmoid", share), into)

    def _errors(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return [N, M]: scaled value - scaled target."""
        outputs = batch.run(models["model"]).float()
        if self.bounds is not None:
            mean, std = (torch.tensor(given, device=outputs.device) for given in (self.mean, self.std))
            low, high = self.bounds
            outputs = (low + (high - low) * torch.sigmoid(outputs) - mean) / std
        errors: Tensor = outputs - batch.targets.reshape(outputs.shape)
        return errors

    def _absolute(self, errors: Tensor) -> dict[str, Tensor]:
        return {} if self.several else {"mae": errors.abs().sum() * self.std[0]}

    def _in_bounds(self, shares: Tensor) -> NDArray[np.float32]:
        assert self.bounds is not None
        low, high = self.bounds
        values = (low + (high - low) * shares).clamp(low, high).numpy(force=True)
        # float32 of a bound such as 0.1 may lie beyond it; the nearest number on the inside does not.
        return _rounded_inside(values, low, high)


def _rounded_inside(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float32]:
    import numpy as np

    rounded = values.astype(np.float32)
    rounded = np.where(rounded.astype(np.float64) > high, np.nextafter(rounded, np.float32(-np.inf)), rounded)
    return np.where(rounded.astype(np.float64) < low, np.nextafter(rounded, np.float32(np.inf)), rounded)


@dataclass(frozen=True)
class RegressionOptions(TaskOptions):
    """What it can be told; see `Regression`."""

    bounds: tuple[float, float] | None = None


def _regression(target: Target, chosen: RegressionOptions, scaling: Scaling) -> Regression:
    several = target.dimensions > 1
    fitted = scaling.of_width(len(target.answers)) if several else scaling
    return Regression(fitted.mean, fitted.std, chosen.bounds, several=several)


register_task(
    TaskEntry(
        "regression",
        "one number, or several",
        kinds=("value", "values"),
        options=RegressionOptions,
        build=_regression,
        scales_targets=True,
    )
)
