"""What is learned: the task and its loss, and a section for each kind of target that has choices of its own."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from pellucid.kinds import Anchor, OwnValue
from pellucid.runs.sections.base import RecipeSection, choice
from pellucid.runs.typed_choices import parse_bounds


class ObjectiveChoices(RecipeSection):
    """The task, and what is minimised."""

    task: str | None = choice(
        "Model",
        "What is learned; follows from the target.",
        offered=(
            "binary",
            "single-label",
            "ordered",
            "multi-label",
            "regression",
            "forecast",
            "next-token",
            "text-to-text",
            "reconstruct",
            "generate",
            "segment",
            "image-to-image",
        ),
    )
    told: dict[str, OwnValue] | None = Field(
        default=None, description="Options that only some task has, by name; each is a flag of its own."
    )
    loss: Literal["cross-entropy", "focal", "logit-adjusted", "perceptron"] | None = choice(
        "Learning", "What a classifier minimises; 'logit-adjusted' gives uneven classes the same chance."
    )
    gamma: float | None = choice(
        "Learning", "Focal loss: how much less is learned from what is already known; 0 is cross-entropy.", ge=0
    )
    label_smoothing: float | None = choice(
        "Learning", "Share of the target spread over all classes, in [0, 1).", "--smoothing", ge=0, lt=1
    )


class ClassChoices(RecipeSection):
    """What only classes have: an order, one that is asked for, and uneven counts."""

    ordered: bool | None = choice(
        "Model",
        "The classes are steps in an order, such as scores from 1 to 5: near misses cost less.",
    )
    positive: str | None = choice(
        "Model", "Of two classes: the one that average precision is told of; the second in the order of the names."
    )
    class_weight: Literal["balanced", "none"] | None = choice(
        "Learning", "Weights of the classes in the loss: 'balanced' lets uneven classes count alike."
    )


class NumberChoices(RecipeSection):
    """What only numbers have, as columns of a table or as a target."""

    scale: Literal["standard", "none"] | None = choice(
        "Input", "Numbers of a table, and a number as target: standardised, or 'none': as they stand in the table."
    )
    bounds: tuple[float, float] | None = choice(
        "Model", "Smallest and largest answer of a regression, e.g. 0,1: answers never leave this range."
    )

    @field_validator("bounds", mode="before")
    @classmethod
    def _read_bounds(cls, typed: Any) -> Any:
        return parse_bounds(typed) if isinstance(typed, str) else typed

    @field_validator("bounds")
    @classmethod
    def _check_bounds(cls, bounds: tuple[float, float] | None) -> tuple[float, float] | None:
        if bounds is not None and not bounds[0] < bounds[1]:
            raise ValueError("It should be two numbers, the smaller first")
        return bounds


class ForecastChoices(RecipeSection):
    """What only the future of a series has."""

    anchor: Anchor | None = choice(
        "Model",
        "What a forecast counts from: the last value, the value a season before, as it is or moved, or none.",
    )
