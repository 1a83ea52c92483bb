"""How the learning rate moves: a pure function of the position, so that nothing of it needs saving."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from pellucid.runs import ScheduleName


class RateSchedule(Protocol):
    """How the learning rate moves over a training."""

    def at(self, step: int) -> float:
        """Return the learning rate of optimizer step `step`, counted from 0."""


@dataclass(frozen=True)
class Schedule:
    """How the learning rate moves over a training.

    Attributes:
        name: constant, step, cosine or one-cycle.
        lr: the highest learning rate.
        num_steps: optimizer steps of the whole training.
        steps_per_epoch: of one epoch.
        warmup_epochs: length of the linear rise from (almost) zero; of one-cycle, of its rising half.
        step_epochs: epochs between two reductions of `step`.
        step_factor: what `step` multiplies the rate by.
    """

    name: ScheduleName
    lr: float
    num_steps: int
    steps_per_epoch: int
    warmup_epochs: float = 0.0
    step_epochs: int = 1
    step_factor: float = 0.1

    def at(self, step: int) -> float:
        """Return the learning rate of optimizer step `step`, counted from 0.

        Cosine falls to 0 as in Loshchilov & Hutter 2017, equation 5, without restarts. One-cycle rises linearly from
        a twenty-fifth and falls linearly to zero (Smith 2018; the linear form of Coleman et al. 2018).
        """
        warmup = round(self.warmup_epochs * self.steps_per_epoch)
        if step < warmup:
            start = 1 / 25 if self.name == "one-cycle" else 0.0
            return self.lr * (start + (1 - start) * (step + 1) / warmup)
        # The last step is the middle of its interval: its rate is small, but not zero and so not wasted.
        progress = (step - warmup + 0.5) / max(1, self.num_steps - warmup)
        match self.name:
            case "constant":
                return self.lr
            case "step":
                return self.lr * self.step_factor ** (step // self.steps_per_epoch // self.step_epochs)
            case "cosine":
                return self.lr * (1 + math.cos(math.pi * progress)) / 2
            case "one-cycle":
                return self.lr * (1 - progress)


@dataclass(frozen=True)
class ChainedSchedule:
    """One schedule of the learning rate after another.

    Attributes:
        first: of the first steps.
        num_steps: how many these are.
        second: of all that follow.
    """

    first: Schedule
    num_steps: int
    second: RateSchedule

    def at(self, step: int) -> float:
        """Return the learning rate of optimizer step `step`, counted from 0."""
        return self.first.at(step) if step < self.num_steps else self.second.at(step - self.num_steps)
