"""The choices of the training loop itself, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from pellucid.runs import Best
from pellucid.training.optimizers import OptimizerSettings
from pellucid.training.schedule import RateSchedule


@dataclass(frozen=True)
class EngineSettings:
    """The choices of the loop itself.

    Attributes:
        epochs: passes over the training examples.
        batch_size: most examples per step.
        optimizer: the rule of every phase.
        schedule: the learning rate at each step.
        patience: epochs without a better monitor before it stops; 0 for never.
        seed: of the order, of dropout and of the tasks' own randomness.
        precision: dtype of the forward pass's matrix products.
        ema: decay of the weights' moving average, which answers in their place; None for none.
        seconds: budget of the training: no epoch begins that would likely end after it; None for no end.
        head_epochs: epochs at the beginning in which the head alone learns.
        first_round: epoch behind which the training ends where its loss is below `LEARNED`; 0 for none.
        steps: after which the last epoch ends, wherever it stands; None for whole epochs.
    """

    epochs: int
    batch_size: int
    optimizer: OptimizerSettings
    schedule: RateSchedule
    patience: int = 0
    seed: int = 0
    precision: torch.dtype = torch.float32
    ema: float | None = None
    seconds: float | None = None
    head_epochs: int = 0
    first_round: int = 0
    steps: int | None = None


@dataclass
class TrainState:
    """Where a training stands between two epochs; with the weights and the optimizers, all there is to resume."""

    epoch: int = 0
    best: Best | None = None
    top: float | None = None  # the highest (or lowest) value of the monitor so far
    training_seconds: float = 0.0
    epoch_seconds: float = 0.0  # of the longest epoch so far
    micro_batch: int | None = None  # most examples that fit into memory at once, once a step did not
    validation_batch: int | None = None  # likewise, once a validation did not
    stopped: bool = False  # a callback asked for the end
