"""A dataset and a recipe become a run.

In: a Dataset, a Recipe (open choices are made here, and said), perhaps a module of the user's own. Out: a run folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.training.borrowing import favourite_backbone
from pellucid.training.building import framed, rebuild_model
from pellucid.training.checkpoint import BEST, LAST, load_weights
from pellucid.training.choices.augmentation import AUGMENTATION_FIELDS
from pellucid.training.choices.task import task_of
from pellucid.training.emphasis import emphasis_of
from pellucid.training.engine import Callback, Engine
from pellucid.training.engine_settings import EngineSettings
from pellucid.training.freezing import kept_features
from pellucid.training.frozen_first import ASKED
from pellucid.training.hooks import Hooks, OutputsAndTargets
from pellucid.training.kept_epochs import kept_epochs
from pellucid.training.kinds import INPUT_HABITS, TARGET_HABITS
from pellucid.training.loading import examples_at, learned_targets, scale_targets
from pellucid.training.memory import batch_within, halving
from pellucid.training.optimizers import OptimizerSettings
from pellucid.training.plan import Plan, plan_run
from pellucid.training.processes import these_processes
from pellucid.training.progress import NullProgress, Pass, Position, Progress
from pellucid.training.randomness import seed_for
from pellucid.training.refit import refit
from pellucid.training.repeat import repeat
from pellucid.training.same_data import check_same_data
from pellucid.training.schedule import ChainedSchedule, Schedule
from pellucid.training.small_layers import drawn_weights
from pellucid.training.stages import EVERYTHING
from pellucid.training.threads import free_threads
from pellucid.training.train import resume, train
from pellucid.training.transfer import HEAD_EPOCHS

if TYPE_CHECKING:
    from pellucid.training.film import film_of

__all__ = [
    "ASKED",
    "AUGMENTATION_FIELDS",
    "BEST",
    "EVERYTHING",
    "HEAD_EPOCHS",
    "INPUT_HABITS",
    "LAST",
    "TARGET_HABITS",
    "Callback",
    "ChainedSchedule",
    "Engine",
    "EngineSettings",
    "Hooks",
    "NullProgress",
    "OptimizerSettings",
    "OutputsAndTargets",
    "Pass",
    "Plan",
    "Position",
    "Progress",
    "Schedule",
    "batch_within",
    "check_same_data",
    "drawn_weights",
    "emphasis_of",
    "examples_at",
    "favourite_backbone",
    "film_of",
    "framed",
    "free_threads",
    "halving",
    "kept_epochs",
    "kept_features",
    "learned_targets",
    "load_weights",
    "plan_run",
    "rebuild_model",
    "refit",
    "repeat",
    "resume",
    "scale_targets",
    "seed_for",
    "task_of",
    "these_processes",
    "train",
]
__getattr__ = late_names(__name__, {"film_of": "film"})
