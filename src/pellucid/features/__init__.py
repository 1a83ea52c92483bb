"""What a model has learned: a trained network and examples come in, what its units react to goes out.

Heat maps of one picture live in `attribution`, exact arithmetic in `trace`; here the subject is the network itself: its
filters, which class a unit serves, the pictures that excite it most, where examples lie to a layer, and whether an
answer stays when the picture moves. Results are records of numbers; importing this room does not import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.features.course import Course, CourseEpoch, UnitsSeen
    from pellucid.features.course_of_run import course_of, straight_border
    from pellucid.features.embedding import embed_examples
    from pellucid.features.filters import find_filters
    from pellucid.features.ground import GROUNDS, Axis
    from pellucid.features.ifs import Step
    from pellucid.features.maps import map_example, map_split
    from pellucid.features.of_run import RunFeatures
    from pellucid.features.patches import find_patches
    from pellucid.features.placement import Agreement, Embedding
    from pellucid.features.receptive import receptive_boxes
    from pellucid.features.records import (
        FeatureMaps,
        Filters,
        Patch,
        Patches,
        Selectivity,
        ShiftPoint,
        ShiftResponse,
        UnitMap,
        UnitPatches,
        UnitSelectivity,
        Visualisation,
        VisualisedUnit,
    )
    from pellucid.features.selectivity import measure_selectivity, rate_units
    from pellucid.features.shift import measure_shifts
    from pellucid.features.token_vectors import TokenVectors, vectors_of_tokens
    from pellucid.features.visualise import visualise_units

__all__ = [
    "GROUNDS",
    "Agreement",
    "Axis",
    "Course",
    "CourseEpoch",
    "Embedding",
    "FeatureMaps",
    "Filters",
    "Patch",
    "Patches",
    "RunFeatures",
    "Selectivity",
    "ShiftPoint",
    "ShiftResponse",
    "Step",
    "TokenVectors",
    "UnitMap",
    "UnitPatches",
    "UnitSelectivity",
    "UnitsSeen",
    "Visualisation",
    "VisualisedUnit",
    "course_of",
    "embed_examples",
    "find_filters",
    "find_patches",
    "map_example",
    "map_split",
    "measure_selectivity",
    "measure_shifts",
    "rate_units",
    "receptive_boxes",
    "straight_border",
    "vectors_of_tokens",
    "visualise_units",
]

__getattr__ = late_names(
    __name__,
    {
        "Agreement": "placement",
        "Axis": "ground",
        "Course": "course",
        "CourseEpoch": "course",
        "Embedding": "placement",
        "FeatureMaps": "records",
        "Filters": "records",
        "GROUNDS": "ground",
        "Patch": "records",
        "Patches": "records",
        "RunFeatures": "of_run",
        "Selectivity": "records",
        "ShiftPoint": "records",
        "ShiftResponse": "records",
        "Step": "ifs",
        "TokenVectors": "token_vectors",
        "UnitMap": "records",
        "UnitPatches": "records",
        "UnitSelectivity": "records",
        "UnitsSeen": "course",
        "Visualisation": "records",
        "VisualisedUnit": "records",
        "course_of": "course_of_run",
        "embed_examples": "embedding",
        "find_filters": "filters",
        "find_patches": "patches",
        "map_example": "maps",
        "map_split": "maps",
        "measure_selectivity": "selectivity",
        "measure_shifts": "shift",
        "rate_units": "selectivity",
        "receptive_boxes": "receptive",
        "straight_border": "course_of_run",
        "vectors_of_tokens": "token_vectors",
        "visualise_units": "visualise",
    },
)
