"""The recipe: every choice of a training, in sections; in files and on the command line each by its own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import ValidationError, model_serializer, model_validator

from pellucid.errors import RecipeError, did_you_mean, shown
from pellucid.kinds import OPTIONS_OF_TASKS, OwnValue, brought
from pellucid.models import own_options, task_of_model
from pellucid.records import MOST_FAULTS, Record, brief_of
from pellucid.runs.sections import (
    ArchitectureChoices,
    AugmentationChoices,
    BatchChoices,
    ClassChoices,
    DistillationChoices,
    DurationChoices,
    ForecastChoices,
    FreezingChoices,
    LearningRateChoices,
    MachineChoices,
    NumberChoices,
    ObjectiveChoices,
    OptimizationChoices,
    PictureChoices,
    RecipeSection,
    TokenChoices,
)

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

DataTask = Literal[
    "binary", "single-label", "multi-label", "regression", "segment", "image-to-image", "reconstruct", "generate"
]
"""What `data` can be told of what is learned."""


class Recipe(Record):
    """Every choice of a training. A choice that is None is made from the data, the model and the machine.

    Code reads a choice in its section, `recipe.learning_rate.lr`. Files, flags, search spaces and `Recipe(lr=0.1)`
    know the choices alone, by name: sections can be cut anew, and what was written stays readable.
    """

    architecture: ArchitectureChoices = ArchitectureChoices()
    freezing: FreezingChoices = FreezingChoices()
    pictures: PictureChoices = PictureChoices()
    tokens: TokenChoices = TokenChoices()
    numbers: NumberChoices = NumberChoices()
    augmentation: AugmentationChoices = AugmentationChoices()
    duration: DurationChoices = DurationChoices()
    batches: BatchChoices = BatchChoices()
    optimization: OptimizationChoices = OptimizationChoices()
    learning_rate: LearningRateChoices = LearningRateChoices()
    objective: ObjectiveChoices = ObjectiveChoices()
    classes: ClassChoices = ClassChoices()
    forecasts: ForecastChoices = ForecastChoices()
    distillation: DistillationChoices = DistillationChoices()
    machine: MachineChoices = MachineChoices()

    if TYPE_CHECKING:

        def __init__(self, **choices: Any) -> None:
            """Take choices by name."""

    @model_validator(mode="before")
    @classmethod
    def _put_into_sections(cls, data: Any) -> Any:
        """Put each choice into its section. What is no choice stays where it is, and is refused as unknown."""
        if not isinstance(data, dict):
            return data
        found: dict[str, Any] = {}
        for name, value in data.items():
            # Nested sections are refused, so that a choice has one spelling wherever it stands.
            if name in cls.model_fields:
                known = ", ".join(cls._sections()[name].model_fields)
                raise ValueError(f"'{name}' is no choice but a section of them: give its choices by name ({known})")
            if name in SECTION_OF:
                found.setdefault(SECTION_OF[name], {})[name] = value
            else:
                found[str(name)] = value
        return found

    @model_serializer
    def flat(self) -> dict[str, Any]:
        """Return every choice by its name, open ones as None: what run.json and recipes in files hold."""
        return {name: value for section in self._sections() for name, value in getattr(self, section)}

    @classmethod
    def _sections(cls) -> dict[str, type[RecipeSection]]:
        """Return the sections by name."""
        return {name: type(field.default) for name, field in cls.model_fields.items()}

    def __repr__(self) -> str:
        return brief_of(type(self).__name__, self.flat())

    @property
    def total_epochs(self) -> int:
        """All epochs that are planned: those of the head alone, and the others."""
        return (self.freezing.head_epochs or 0) + (self.duration.epochs or 1)

    @property
    def data_task(self) -> DataTask | None:
        """What the task says of the target's cells: ordered classes are read as classes; others may say nothing."""
        task = self.objective.task
        # Whether classes have an order is not in the cells; a task of the user's own may want any.
        asked = (
            "single-label"
            if self.classes.ordered or task == "ordered"
            else task or task_of_model(self.architecture.model)
        )
        return next((known for known in get_args(DataTask) if known == asked), None)

    @property
    def counts_classes_alike(self) -> bool:
        """Whether rare classes count as much as frequent ones in training, by whatever means."""
        balanced = "balanced" in (self.classes.class_weight, self.batches.sampler)
        return balanced or self.objective.loss == "logit-adjusted"

    @classmethod
    def shared_choices(cls) -> dict[str, FieldInfo]:
        """Return what can be chosen whatever models and tasks there are, by name: all fields but those of `POCKETS`."""
        fields = {name: field for one in cls._sections().values() for name, field in one.model_fields.items()}
        return {name: field for name, field in fields.items() if name not in POCKETS}

    @classmethod
    def own_choices(cls) -> dict[str, tuple[FieldInfo, tuple[str, ...]]]:
        """Return what models and tasks bring, by name: the field, and the models or tasks that have it."""
        return {name: one for pocket in POCKETS.values() for name, one in pocket().items()}

    @classmethod
    def choices(cls) -> dict[str, FieldInfo]:
        """Return all that can be chosen, by name: the shared choices, and what models and tasks bring."""
        return cls.shared_choices() | {name: field for name, (field, _) in cls.own_choices().items()}

    def chosen(self, name: str) -> Any:
        """Return one of `choices`, by name; None while it is open."""
        for pocket, brings in POCKETS.items():
            if name in brings():
                return (self._in_pocket(pocket) or {}).get(name)
        return getattr(getattr(self, SECTION_OF[name]), name)

    def _in_pocket(self, pocket: str) -> dict[str, OwnValue] | None:
        held: dict[str, OwnValue] | None = getattr(getattr(self, SECTION_OF[pocket]), pocket)
        return held

    def override(self, **choices: Any) -> Recipe:
        """Return a copy with these choices, checked again.

        Raises:
            RecipeError: an unknown key (with the nearest known one) or a value out of range.
        """
        own = {name: value for name, value in choices.items() if name in self.own_choices()}
        shared = {name: value for name, value in choices.items() if name not in own}
        for pocket, brings in POCKETS.items():
            if its := {name: value for name, value in own.items() if name in brings()}:
                known = (self._in_pocket(pocket) or {}) | its
                shared[pocket] = {name: value for name, value in known.items() if value is not None} or None
        try:
            # From flat choices and not by copying sections: each is checked again, beside all others.
            return Recipe.model_validate(self.flat() | shared)
        except ValidationError as problem:
            faults = problem.errors(include_url=False, include_context=False)
            more = [f"And {len(faults) - MOST_FAULTS:,} more."] if len(faults) > MOST_FAULTS else []
            raise RecipeError(" ".join([*map(_fault, faults[:MOST_FAULTS]), *more])) from None


POCKETS: dict[str, Callable[[], dict[str, tuple[FieldInfo, tuple[str, ...]]]]] = {
    "network": own_options,
    "told": lambda: brought(OPTIONS_OF_TASKS),
}
"""Choices that hold those that only some model, or some task, has; each of these goes by its own name."""

SECTION_OF = {choice: name for name, section in Recipe._sections().items() for choice in section.model_fields}
"""Where each choice stands, by its name. The one place that knows."""


def _fault(fault: ErrorDetails) -> str:
    """Say one fault of a recipe with the flag that mends it."""
    expected = fault["msg"][:500].removeprefix("Value error, ").replace("Input should", "It should").rstrip(".")
    where = [str(part) for part in fault["loc"]]
    if not where:
        return f"{expected}."
    if fault["type"] == "extra_forbidden":
        return f"There is no choice '{where[0]:.60}'.{did_you_mean(where[0], Recipe.choices())}"
    name = where[1]
    return f"{name} (--{name.replace('_', '-')}) is {shown(fault['input'])}. {expected}."
