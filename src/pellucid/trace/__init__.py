"""A model and an input come in, exact arithmetic goes out: every value of a forward pass with the terms that made it.

Traces are exact; what a model "looked at" is a heuristic and lives in another room.
"""

from __future__ import annotations

from pellucid.trace.arithmetic import Arithmetic, Factor, Floats, Seen
from pellucid.trace.backward import Backward, WeightUpdate, backpropagate
from pellucid.trace.graph import Step
from pellucid.trace.keeping import Recorder
from pellucid.trace.kinds import picture_to_input, row_to_input
from pellucid.trace.loss import Criterion, Targets
from pellucid.trace.of_run import RunTracer, rule_of
from pellucid.trace.operators import EXPLAINERS, EXPLAINERS_OF_ELEMENTS
from pellucid.trace.quantile_loss import Pinball
from pellucid.trace.rules import RULES, Rule
from pellucid.trace.slow_motion import SlowMotion, SlowStep, Weight, slow_motion
from pellucid.trace.surroundings import Surrounding, Workings, outputs_to_answer
from pellucid.trace.text import BOOKKEEPING, cell_words, describe_trace, largest_rows
from pellucid.trace.text_backward import describe_backward
from pellucid.trace.trace import StepValues, Trace, trace
from pellucid.trace.unrolled import Unrolled, UnrolledStep, unroll

__all__ = [
    "BOOKKEEPING",
    "EXPLAINERS",
    "EXPLAINERS_OF_ELEMENTS",
    "RULES",
    "Arithmetic",
    "Backward",
    "Criterion",
    "Factor",
    "Floats",
    "Pinball",
    "Recorder",
    "Rule",
    "RunTracer",
    "Seen",
    "SlowMotion",
    "SlowStep",
    "Step",
    "StepValues",
    "Surrounding",
    "Targets",
    "Trace",
    "Unrolled",
    "UnrolledStep",
    "Weight",
    "WeightUpdate",
    "Workings",
    "backpropagate",
    "cell_words",
    "describe_backward",
    "describe_trace",
    "largest_rows",
    "outputs_to_answer",
    "picture_to_input",
    "row_to_input",
    "rule_of",
    "slow_motion",
    "trace",
    "unroll",
]
