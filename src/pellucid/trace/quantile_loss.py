"""The pinball loss of a forecast's quantiles, number by number.

R. Koenker and G. Bassett (1978), "Regression quantiles", Econometrica 46.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.errors import RecipeError
from pellucid.trace.arithmetic import Floats


@dataclass(frozen=True)
class Pinball:
    """The mean over examples, steps and quantiles of max(q above, (q - 1) above), above = (target - quantile) / unit.

    Attributes:
        levels: q of the quantiles that are given of every step.
        unit: what errors are divided by.
    """

    levels: tuple[float, ...]
    unit: float = 1.0

    @property
    def words(self) -> str:
        """Its name."""
        return "pinball loss"

    @property
    def formula(self) -> str:
        """Its formula."""
        return f"mean of max(q above, (q - 1) above), above = (target - quantile) / {self.unit:.6g}"

    def spread_out(self, targets: Tensor, outputs: Tensor) -> Tensor:
        """Return [N, h x Q] targets beside [N, h x Q] outputs, each step's value for each of its quantiles.

        Raises:
            RecipeError: there are not as many targets as steps.
        """
        number, width = outputs.shape
        steps = width // len(self.levels)
        if targets.numel() != number * steps:
            raise RecipeError(
                f"The targets have the shape {list(targets.shape)}.",
                expected=f"Numbers of the shape {[number, steps]}.",
            )
        return targets.reshape(number, steps).to(outputs.dtype).repeat_interleave(len(self.levels), dim=1)

    def value(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of [N, h x Q] outputs and as many targets, a scalar."""
        above = (targets - outputs) / self.unit
        levels = outputs.new_tensor(self.levels).repeat(outputs.shape[1] // len(self.levels))
        return torch.maximum(levels * above, (levels - 1) * above).mean()

    def slopes(self, outputs: Floats, targets: Floats) -> Floats:
        """Return [N, h x Q] what each output's error is multiplied by: q above it, q - 1 below."""
        levels = np.tile(np.array(self.levels), outputs.shape[1] // len(self.levels))
        return np.where(targets > outputs, levels, levels - 1)

    def sizes(self, outputs: Floats, targets: Floats) -> Floats:
        """Return [N, h x Q] by what the rounding of these is bounded: q, and of q - 1, which is taken apart, q + 1."""
        levels = np.tile(np.array(self.levels), outputs.shape[1] // len(self.levels))
        return np.where(targets > outputs, levels, levels + 1)

    def label(self, unit: int) -> str:
        """Return what an output is, e.g. "+1 at 2.5 %"."""
        step, place = divmod(unit, len(self.levels))
        return f"+{step + 1} at {100 * self.levels[place]:g} %"
