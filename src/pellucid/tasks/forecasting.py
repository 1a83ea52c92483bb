"""One row of the table: the next values of a series, all at once, each with its quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from pellucid.kinds import LEVELS, FutureTarget, Target
from pellucid.tasks.answers import FutureAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.forecast_frame import frame_of
from pellucid.tasks.losses import weighted
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task


@dataclass(frozen=True)
class Forecast:
    """Quantiles of each of h steps, by the pinball loss.

    R. Koenker and G. Bassett (1978), "Regression quantiles", Econometrica 46.

    Attributes:
        horizon: h.
        scaling: in what units values are learned.
    """

    horizon: int
    scaling: Scaling
    name: str = "forecast"
    loss_words: str = "pinball loss of seven quantiles, of the scaled values"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """A number for each quantile of each step."""
        return self.horizon * len(LEVELS)

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean pinball loss, in units of the spread of what the anchor misses."""
        losses = weighted(self._losses(models, batch), batch.weights)
        value = losses.mean()
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sum of the pinball loss."""
        return {"loss": self._losses(models, batch).sum()}

    def answer(self, outputs: Tensor) -> FutureAnswer:
        """Return [N, h, Q] quantiles in the series' own unit."""
        values = self.answer_steps(outputs)[-1].values.numpy(force=True)
        return FutureAnswer(values.reshape(len(values), self.horizon, len(LEVELS)), self.scaling.log)

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the step back to the series' unit, and of a series learned as its logarithm the power of e."""
        mean, std = self.scaling.mean[0], self.scaling.std[0]
        width = outputs.shape[1]
        values = outputs.double() * std + mean
        names = tuple(f"+{step} at {level:.1%}" for step in range(1, self.horizon + 1) for level in LEVELS)
        back = AnswerStep(
            "scale-back", "scale", values.float(), scale=(std,) * width, shift=(mean,) * width, names=names
        )
        if not self.scaling.log:
            return (back,)
        raised = torch.exp(values.clamp(max=_LARGEST_POWER)).float()
        return (back, AnswerStep("exponential", "exp", raised, note="The network forecasts logarithms.", names=names))

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return [N] means over steps and quantiles."""
        quantiles = batch.run(models["model"]).float().reshape(len(batch), self.horizon, len(LEVELS))
        above = (batch.targets.reshape(len(batch), self.horizon, 1) - quantiles) / self.scaling.spread
        levels = quantiles.new_tensor(LEVELS)
        losses: Tensor = torch.maximum(levels * above, (levels - 1) * above).mean((1, 2))
        return losses


_LARGEST_POWER = 85.0
"""Of e, that float32 holds."""


def _forecast(target: Target, chosen: TaskOptions, scaling: Scaling) -> Forecast:
    return Forecast(FutureTarget.of(target).horizon, scaling)


def _framed(network: nn.Module, target: Target, scaling: Scaling) -> nn.Module:
    future = FutureTarget.of(target)
    return frame_of(network, horizon=future.horizon, season=future.season, scaling=scaling)


register_task(
    TaskEntry(
        "forecast",
        "the next values of a series, with bands",
        kinds=("future",),
        options=TaskOptions,
        build=_forecast,
        scales_targets=True,
        frame=_framed,
    )
)
