"""From any result to its exhibit: one open table by type, for the command line, notebooks and reports alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pellucid.late import Late
from pellucid.runs import Exhibit

Maker: TypeAlias = Callable[..., Exhibit]
"""Takes a result, by keyword the `command` that shows it again, and what else may be chosen of its exhibit."""

EXHIBITS: dict[str, Maker] = {
    "pellucid.attribution.records.Explanation": Late("pellucid.report.attribution_exhibit", "attribution_exhibit"),
    "pellucid.descent.plane.Plane": Late("pellucid.report.descent_exhibit", "plane_exhibit"),
    "pellucid.descent.records.Descent": Late("pellucid.report.descent_exhibit", "descent_exhibit"),
    "pellucid.evaluation.judged.Judged": Late("pellucid.report.judged_exhibit", "judged_exhibit"),
    "pellucid.features.course.Course": Late("pellucid.report.course_exhibit", "course_exhibit"),
    "pellucid.features.placement.Embedding": Late("pellucid.report.embedding_exhibit", "embedding_exhibit"),
    "pellucid.features.records.FeatureMaps": Late("pellucid.report.maps_exhibit", "maps_exhibit"),
    "pellucid.features.records.Filters": Late("pellucid.report.filters_exhibit", "filters_exhibit"),
    "pellucid.features.records.Patches": Late("pellucid.report.patches_exhibit", "patches_exhibit"),
    "pellucid.features.records.ShiftResponse": Late("pellucid.report.shifts_exhibit", "shifts_exhibit"),
    "pellucid.features.records.Visualisation": Late("pellucid.report.visualisation_exhibit", "visualisation_exhibit"),
    "pellucid.kernels.convolving.Convolved": Late("pellucid.report.kernel_exhibit", "convolution_exhibit"),
    "pellucid.kernels.dense_equivalent.DenseEquivalent": Late("pellucid.report.kernel_exhibit", "dense_exhibit"),
    "pellucid.kernels.pooling.Pooled": Late("pellucid.report.kernel_exhibit", "pooling_exhibit"),
    "pellucid.features.token_vectors.TokenVectors": Late(
        "pellucid.report.token_vectors_exhibit", "token_vectors_exhibit"
    ),
    "pellucid.ladder.result.Ladder": Late("pellucid.report.ladder_exhibit", "ladder_exhibit"),
    "pellucid.landscape.records.Landscapes": Late("pellucid.report.landscape_exhibit", "landscapes_exhibit"),
    "pellucid.prediction.spoken.Sentence": Late("pellucid.report.language_exhibit", "sentence_exhibit"),
    "pellucid.runs.health.Health": Late("pellucid.report.health_exhibit", "health_exhibit"),
    "pellucid.trace.arithmetic.Arithmetic": Late("pellucid.report.arithmetic_exhibit", "arithmetic_exhibit"),
    "pellucid.trace.backward.Backward": Late("pellucid.report.backward_exhibit", "backward_exhibit"),
    "pellucid.trace.backward.WeightUpdate": Late("pellucid.report.backward_exhibit", "update_exhibit"),
    "pellucid.trace.slowly.SlowMotion": Late("pellucid.report.backward_exhibit", "slow_motion_exhibit"),
    "pellucid.trace.tracing.StepValues": Late("pellucid.report.trace_exhibit", "values_exhibit"),
    "pellucid.trace.tracing.Trace": Late("pellucid.report.trace_exhibit", "trace_exhibit"),
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
