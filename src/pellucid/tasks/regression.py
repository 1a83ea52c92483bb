"""One row of the table: one number per example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.tasks.base import Answer, Batch, Loss, Monitor, Phase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Regression:
    """One number: linear output, mean squared error on the scaled target, answers in the target's own unit.

    Attributes:
        mean: of the training split's targets, subtracted before learning.
        std: of the training split's targets (> 0), divided by before learning.
    """

    mean: float = 0.0
    std: float = 1.0
    name: str = "regression"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """One number, scaled."""
        return 1

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean squared error of the scaled values, with running sums (`mae` in the target's unit)."""
        values = models["model"](batch.inputs).float().squeeze(1)
        value = functional.mse_loss(values, batch.targets)
        absolute = (values.detach() - batch.targets).abs().sum() * self.std
        return Loss(value, {"loss": value.detach() * len(batch), "mae": absolute})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of squared error (scaled) and of absolute error (`mae`, in the target's unit)."""
        values = models["model"](batch.inputs).float().squeeze(1)
        return {
            "loss": functional.mse_loss(values, batch.targets, reduction="sum"),
            "mae": (values - batch.targets).abs().sum() * self.std,
        }

    def answer(self, outputs: Tensor) -> Answer:
        """Return [N] values in the target's own unit."""
        values: NDArray[np.float32] = (outputs.float().squeeze(1) * self.std + self.mean).numpy(force=True)
        return Answer(values=values)
