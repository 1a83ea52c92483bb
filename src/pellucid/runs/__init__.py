"""The run folder's format: write, read, list, schema versions.

In: records, history rows, evaluations. Out: a folder that explains itself, and all of it back.
"""

from __future__ import annotations

from pellucid.runs.exhibit import Exhibit, ExhibitTable, Figure, FigureRole
from pellucid.runs.folder import RunFolder, list_runs, read_json
from pellucid.runs.health import EpochHealth, Health, HealthFinding, LayerHealth
from pellucid.runs.health_findings import judge
from pellucid.runs.health_of_run import health_if_looked_at, health_of
from pellucid.runs.history import EpochRow
from pellucid.runs.places import newest_first
from pellucid.runs.progress import RunProgress, clear_progress, read_progress, write_progress
from pellucid.runs.recipe import Recipe
from pellucid.runs.recipe_file import read_mapping, read_recipe
from pellucid.runs.record import (
    SCHEMA_VERSION,
    Answering,
    Best,
    DatasetRecord,
    ModelRecord,
    RangeTest,
    RunRecord,
    TeacherRecord,
    ThreadsFrom,
    Timings,
    check_name,
)
from pellucid.runs.reproduction import Reproduction, compare_reproduction
from pellucid.runs.sections import OptimizerName, ScheduleName
from pellucid.runs.typed_choices import parse_duration, parse_widths
from pellucid.runs.unchecked import why_rough, why_unchecked
from pellucid.runs.unfinished import not_measured, unfinished

__all__ = [
    "SCHEMA_VERSION",
    "Answering",
    "Best",
    "DatasetRecord",
    "EpochHealth",
    "EpochRow",
    "Exhibit",
    "ExhibitTable",
    "Figure",
    "FigureRole",
    "Health",
    "HealthFinding",
    "LayerHealth",
    "ModelRecord",
    "OptimizerName",
    "RangeTest",
    "Recipe",
    "Reproduction",
    "RunFolder",
    "RunProgress",
    "RunRecord",
    "ScheduleName",
    "TeacherRecord",
    "ThreadsFrom",
    "Timings",
    "check_name",
    "clear_progress",
    "compare_reproduction",
    "health_if_looked_at",
    "health_of",
    "judge",
    "list_runs",
    "newest_first",
    "not_measured",
    "parse_duration",
    "parse_widths",
    "read_json",
    "read_mapping",
    "read_progress",
    "read_recipe",
    "unfinished",
    "why_rough",
    "why_unchecked",
    "write_progress",
]
