"""The sections of a recipe: choices that belong together, named with the field's words."""

from __future__ import annotations

from pellucid.runs.sections.base import RecipeSection, choice
from pellucid.runs.sections.inputs import AugmentationChoices, PictureChoices, TokenChoices
from pellucid.runs.sections.learning import (
    BatchChoices,
    DistillationChoices,
    DurationChoices,
    LearningRateChoices,
    OptimizationChoices,
    OptimizerName,
    ScheduleName,
)
from pellucid.runs.sections.machine import MachineChoices
from pellucid.runs.sections.network import ArchitectureChoices, FreezingChoices
from pellucid.runs.sections.targets import ClassChoices, ForecastChoices, NumberChoices, ObjectiveChoices

__all__ = [
    "ArchitectureChoices",
    "AugmentationChoices",
    "BatchChoices",
    "ClassChoices",
    "DistillationChoices",
    "DurationChoices",
    "ForecastChoices",
    "FreezingChoices",
    "LearningRateChoices",
    "MachineChoices",
    "NumberChoices",
    "ObjectiveChoices",
    "OptimizationChoices",
    "OptimizerName",
    "PictureChoices",
    "RecipeSection",
    "ScheduleName",
    "TokenChoices",
    "choice",
]
