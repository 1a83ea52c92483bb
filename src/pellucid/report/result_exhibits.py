"""From any result to its exhibit: one open table by type, for the command line, notebooks and reports alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pellucid.report.arithmetic_exhibit import arithmetic_exhibit
from pellucid.report.attribution_exhibit import attribution_exhibit
from pellucid.report.backward_exhibit import backward_exhibit, slow_motion_exhibit, update_exhibit
from pellucid.report.course_exhibit import course_exhibit
from pellucid.report.descent_exhibit import descent_exhibit, plane_exhibit
from pellucid.report.embedding_exhibit import embedding_exhibit
from pellucid.report.filters_exhibit import filters_exhibit
from pellucid.report.health_exhibit import health_exhibit
from pellucid.report.kernel_exhibit import convolution_exhibit, dense_exhibit, pooling_exhibit
from pellucid.report.ladder_exhibit import ladder_exhibit
from pellucid.report.landscape_exhibit import landscapes_exhibit
from pellucid.report.language_exhibit import sentence_exhibit
from pellucid.report.maps_exhibit import maps_exhibit
from pellucid.report.patches_exhibit import patches_exhibit
from pellucid.report.shifts_exhibit import shifts_exhibit
from pellucid.report.token_vectors_exhibit import token_vectors_exhibit
from pellucid.report.trace_exhibit import trace_exhibit, values_exhibit
from pellucid.report.visualisation_exhibit import visualisation_exhibit
from pellucid.runs import Exhibit

Maker: TypeAlias = Callable[..., Exhibit]
"""Takes a result, by keyword the `command` that shows it again, and what else may be chosen of its exhibit."""

EXHIBITS: dict[str, Maker] = {
    "pellucid.attribution.records.Explanation": attribution_exhibit,
    "pellucid.descent.plane.Plane": plane_exhibit,
    "pellucid.descent.records.Descent": descent_exhibit,
    "pellucid.features.course.Course": course_exhibit,
    "pellucid.features.placement.Embedding": embedding_exhibit,
    "pellucid.features.records.FeatureMaps": maps_exhibit,
    "pellucid.features.records.Filters": filters_exhibit,
    "pellucid.features.records.Patches": patches_exhibit,
    "pellucid.features.records.ShiftResponse": shifts_exhibit,
    "pellucid.features.records.Visualisation": visualisation_exhibit,
    "pellucid.kernels.convolving.Convolved": convolution_exhibit,
    "pellucid.kernels.dense_equivalent.DenseEquivalent": dense_exhibit,
    "pellucid.kernels.pooling.Pooled": pooling_exhibit,
    "pellucid.features.token_vectors.TokenVectors": token_vectors_exhibit,
    "pellucid.ladder.result.Ladder": ladder_exhibit,
    "pellucid.landscape.records.Landscapes": landscapes_exhibit,
    "pellucid.prediction.spoken.Sentence": sentence_exhibit,
    "pellucid.runs.health.Health": health_exhibit,
    "pellucid.trace.arithmetic.Arithmetic": arithmetic_exhibit,
    "pellucid.trace.backward.Backward": backward_exhibit,
    "pellucid.trace.backward.WeightUpdate": update_exhibit,
    "pellucid.trace.slowly.SlowMotion": slow_motion_exhibit,
    "pellucid.trace.tracing.StepValues": values_exhibit,
    "pellucid.trace.tracing.Trace": trace_exhibit,
}
"""By the full name of the result's type, since rooms that load torch are not imported for it; more may be added."""


def exhibit_of(result: Any, *, command: str = "", **choices: Any) -> Exhibit:
    """Return what is shown of a result, of whatever kind it is.

    Args:
        result: of a type in `EXHIBITS`, or derived from one; an exhibit is returned as it is.
        command: what to type to see it again.
        choices: what else may be chosen for this type, e.g. the `places` whose arithmetic is shown of a pooled picture.

    Raises:
        TypeError: nothing is known to show of it.
    """
    if isinstance(result, Exhibit):
        return result
    for kind in type(result).__mro__:
        if (make := EXHIBITS.get(f"{kind.__module__}.{kind.__qualname__}")) is not None:
            return make(result, command=command, **choices)
    raise TypeError(f"There is no exhibit of {type(result).__module__}.{type(result).__qualname__}.")
