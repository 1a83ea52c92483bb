"""The engine of models that are fitted in one pass: the same run, without gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Generator, Tensor

from pellucid.errors import RecipeError
from pellucid.models import Fitted, Fitting
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.engine import Engine
from pellucid.training.engine_settings import TrainState

LOOKED_AT = 256
"""Training examples whose loss is told: of what was counted it is low, and says little."""
_OF_STEPS = (
    *(
        "epochs",
        "first_round",
        "steps",
        "batch",
        "optimizer",
        "lr",
        "momentum",
        "nesterov",
        "schedule",
        "warmup",
        "step_epochs",
        "step_factor",
    ),
    *("weight_decay", "l1", "clip", "ema", "patience", "time", "teacher"),
)


def fit_once(recipe: Recipe, model: str) -> tuple[Recipe, tuple[Decision, ...]]:
    """Return the recipe of a model that is fitted in one pass, and what is said of it.

    Raises:
        RecipeError: something was chosen that only learning step by step has.
    """
    given = [name for name in _OF_STEPS if recipe.chosen(name) is not None]
    given = [name for name in given if name not in ("epochs", "patience") or recipe.chosen(name) not in (0, 1)]
    if given:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise RecipeError(
            f"The model '{model}' learns in one pass over the examples, and {flags} is about learning step by step.",
            fix="Leave it out.",
        )
    reason = "it looks at every example once; there are no gradients"
    said = Decision(name="learning", value="in one pass", reason=reason)
    return recipe.override(epochs=1, patience=0, health=False), (said,)


@dataclass
class FittingEngine(Engine):
    """Fits the models of a task in one epoch, and measures them as every other.

    Attributes:
        spans: [N, 2] of the training examples, the first and last position of each one's target on an axis that they
            share; None where they share none.
    """

    spans: Tensor | None = None
    is_stepwise: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self.state = TrainState()
        self.optimizers = {}
        self.average, self.while_learning = None, {}
        self._measured_in = None
        self._generator = Generator(device=self.device)

    def _train_epoch(self, epoch: int) -> dict[str, float]:
        count = len(self.train)
        whole = self.train.batch(torch.arange(count), epoch=None)
        for model in self.models.values():
            if isinstance(model, Fitted):
                model.fit(Fitting(whole.inputs.cpu(), whole.targets.cpu(), self.spans))
        if self.on_first_step is not None:
            self.on_first_step()
        some = torch.linspace(0, count - 1, min(count, LOOKED_AT)).long()
        batch = self.train.batch(some, epoch=None)
        with torch.no_grad():
            sums = self.task.measure(self.models, batch)
        means = {name: float(value) / batch.units for name, value in sums.items()}
        self._report(epoch, 1, 1, means["loss"], float(count), done=count, size=count)
        return means
