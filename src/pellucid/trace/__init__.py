"""A model and an input come in, exact arithmetic goes out: every value of a forward pass with the terms that made it.

Traces are exact; what a model "looked at" is a heuristic and lives in another room.
"""

from __future__ import annotations

from pellucid.trace.arithmetic import Arithmetic, Factor
from pellucid.trace.backward import Backward
from pellucid.trace.graph import Step
from pellucid.trace.operators import EXPLAINERS, EXPLAINERS_OF_ELEMENTS
from pellucid.trace.trace import StepValues, Trace, trace

__all__ = [
    "EXPLAINERS",
    "EXPLAINERS_OF_ELEMENTS",
    "Arithmetic",
    "Backward",
    "Factor",
    "Step",
    "StepValues",
    "Trace",
    "trace",
]
