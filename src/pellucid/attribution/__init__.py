"""A model and an input come in, heat maps go out: how much each part of the input mattered to an answer.

Attributions are heuristics, so each is checked: does it depend on what the network learned, does what it marks matter
more than chance? What is exact is a trace, and lives in another room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.printed import said_in

if TYPE_CHECKING:
    from pellucid.attribution.agreement import Agreement, rank_correlation
    from pellucid.attribution.comparing import compare_methods
    from pellucid.attribution.deletion import DeletionCheck
    from pellucid.attribution.explainer import Explainer
    from pellucid.attribution.layout import Layout
    from pellucid.attribution.methods import METHODS, Method
    from pellucid.attribution.of_run import RunExplainer
    from pellucid.attribution.probing import MapLayer, Probed, probe
    from pellucid.attribution.randomising import RandomisationCheck
    from pellucid.attribution.records import Attribution, Explanation, Neighbour
    from pellucid.attribution.score import Score
    from pellucid.attribution.text import describe

__all__ = [
    "METHODS",
    "Agreement",
    "Attribution",
    "DeletionCheck",
    "Explainer",
    "Explanation",
    "Layout",
    "MapLayer",
    "Method",
    "Neighbour",
    "Probed",
    "RandomisationCheck",
    "RunExplainer",
    "Score",
    "compare_methods",
    "describe",
    "probe",
    "rank_correlation",
]

__getattr__ = late_names(
    __name__,
    {
        "Agreement": "agreement",
        "Attribution": "records",
        "DeletionCheck": "deletion",
        "Explainer": "explainer",
        "Explanation": "records",
        "Layout": "layout",
        "METHODS": "methods",
        "MapLayer": "probing",
        "Method": "methods",
        "Neighbour": "records",
        "Probed": "probing",
        "RandomisationCheck": "randomising",
        "RunExplainer": "of_run",
        "Score": "score",
        "compare_methods": "comparing",
        "describe": "text",
        "probe": "probing",
        "rank_correlation": "agreement",
    },
)

said_in(__name__, "text")
