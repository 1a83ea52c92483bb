"""The sections of a recipe: choices that belong together, named with the field's words."""

from __future__ import annotations

from pellucid.runs.sections.base import Section, choice
from pellucid.runs.sections.inputs import Augmenting, Pictures, Tokens
from pellucid.runs.sections.learning import (
    Batches,
    Distillation,
    Duration,
    LearningRate,
    Optimization,
    OptimizerName,
    ScheduleName,
)
from pellucid.runs.sections.machine import Machine
from pellucid.runs.sections.network import Architecture, Freezing
from pellucid.runs.sections.targets import Classes, Forecasts, Numbers, Objective

__all__ = [
    "Architecture",
    "Augmenting",
    "Batches",
    "Classes",
    "Distillation",
    "Duration",
    "Forecasts",
    "Freezing",
    "LearningRate",
    "Machine",
    "Numbers",
    "Objective",
    "Optimization",
    "OptimizerName",
    "Pictures",
    "ScheduleName",
    "Section",
    "Tokens",
    "choice",
]
