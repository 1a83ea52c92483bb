"""What a model has learned: from a result of whatever kind to its exhibit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.features import Embedding, FeatureMaps, Filters, Patches, ShiftResponse, Visualisation
from pellucid.landscape import Landscapes
from pellucid.report.embedding_exhibit import embedding_exhibit
from pellucid.report.features_exhibit import (
    filters_exhibit,
    maps_exhibit,
    patches_exhibit,
    shifts_exhibit,
    visualisation_exhibit,
)
from pellucid.report.landscape_exhibit import landscapes_exhibit
from pellucid.runs import Exhibit

LEARNED: dict[type, Callable[..., Exhibit]] = {
    Embedding: embedding_exhibit,
    FeatureMaps: maps_exhibit,
    Filters: filters_exhibit,
    Landscapes: landscapes_exhibit,
    Patches: patches_exhibit,
    ShiftResponse: shifts_exhibit,
    Visualisation: visualisation_exhibit,
}
"""The type of a result, and what makes an exhibit of it."""


def learned_exhibit(result: Any, *, command: str = "") -> Exhibit:
    """Return the exhibit of any result of `run.features`, or of `landscape`.

    Args:
        result: of a type in `LEARNED`.
        command: what to type to see it again.
    """
    return LEARNED[type(result)](result, command=command)
