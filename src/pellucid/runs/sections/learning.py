"""How the weights learn: how long, from how many examples a step, by which rule, at which rate, and from whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from pellucid.runs.sections.base import RecipeSection, choice
from pellucid.runs.typed_choices import parse_batch, parse_duration, parse_rate

OptimizerName = Literal["sgd", "rmsprop", "adam", "adamw"]
ScheduleName = Literal["constant", "step", "cosine", "one-cycle"]
Positive = Annotated[int, Field(ge=1)]


class DurationChoices(RecipeSection):
    """How long a training goes on."""

    epochs: int | None = choice("Learning", "Passes over the training split.", ge=1)
    steps: int | None = choice(
        "Learning", "Steps in all, in place of --epochs: the last pass ends where they are done.", ge=1
    )
    first_round: int | None = choice(
        "Learning",
        "Epochs of a first round with a schedule of its own. Training ends behind it where its loss is below 0.05; "
        "else a second round takes the other epochs (a warm restart). 0: one round.",
        ge=0,
    )
    patience: int | None = choice(
        "Learning", "Stop after this many epochs without a better validation metric; 0 never.", ge=0
    )
    time: float | None = choice(
        "Learning",
        "Time for the training, e.g. 90s, 10m or 1.5h: fewer epochs are planned where need be.",
        typed_as=str,
        gt=0,
    )

    @field_validator("time", mode="before")
    @classmethod
    def _read_time(cls, typed: Any) -> Any:
        return parse_duration(typed) if isinstance(typed, str) else typed


class BatchChoices(RecipeSection):
    """What a step sees."""

    batch: Positive | Literal["full"] | None = choice(
        "Learning", "Examples per step: a number, 1, or 'full'.", "--batch-size"
    )
    sampler: Literal["balanced", "none"] | None = choice(
        "Learning", "Which examples an epoch shows: 'balanced' shows each class equally often."
    )

    @field_validator("batch", mode="before")
    @classmethod
    def _read_batch(cls, typed: Any) -> Any:
        return parse_batch(str(typed)) if isinstance(typed, str | int) else typed


class OptimizationChoices(RecipeSection):
    """The rule that turns gradients into updates, and what holds the weights and the updates small."""

    optimizer: OptimizerName | None = choice("Learning", "Rule that turns gradients into updates.", "--opt")
    momentum: float | None = choice("Learning", "Momentum of sgd and rmsprop, in [0, 1).", ge=0, lt=1)
    nesterov: bool | None = choice("Learning", "Nesterov's form of momentum.")
    weight_decay: float | None = choice(
        "Learning", "Decay of the weights (not of biases and norms); L2 for sgd, rmsprop, adam.", ge=0
    )
    l1: float | None = choice("Learning", "Weight of the L1 penalty on the weights.", ge=0)
    clip: float | None = choice(
        "Learning", "Largest norm of the gradient; longer ones are shortened.", "--clip-grad", gt=0
    )
    ema: float | None = choice(
        "Learning",
        "Answer with a moving average of the weights that keeps this share at each step, e.g. 0.999.",
        "--model-ema-decay",
        ge=0,
        lt=1,
    )


class LearningRateChoices(RecipeSection):
    """The learning rate at its highest, and its schedule."""

    lr: Annotated[float, Field(gt=0)] | Literal["auto"] | None = choice(
        "Learning", "Learning rate at its highest; 'auto' looks for it with a short probe.", "--lr0"
    )
    schedule: ScheduleName | None = choice("Learning", "Course of the learning rate.", "--sched")
    warmup: float | None = choice(
        "Learning", "Epochs in which the learning rate rises from zero.", "--warmup-epochs", ge=0
    )
    step_epochs: int | None = choice("Learning", "Schedule 'step': epochs between two reductions.", ge=1)
    step_factor: float | None = choice("Learning", "Schedule 'step': what the rate is multiplied by.", gt=0, lt=1)

    @field_validator("lr", mode="before")
    @classmethod
    def _read_rate(cls, typed: Any) -> Any:
        return parse_rate(typed) if isinstance(typed, str) else typed


class DistillationChoices(RecipeSection):
    """A teacher, and how much it counts."""

    teacher: str | None = choice(
        "Learning", "A trained run whose answers are learned from, beside the targets (distillation)."
    )
    temperature: float | None = choice(
        "Learning",
        "How much the teacher's and the student's probabilities are softened before they are compared.",
        gt=0,
    )
    alpha: float | None = choice(
        "Learning", "How much the teacher's answers count beside the targets, in [0, 1].", ge=0, le=1
    )
