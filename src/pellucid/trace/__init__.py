"""A model and an input come in, exact arithmetic goes out: every value of a forward pass with the terms that made it.

Traces are exact; what a model "looked at" is a heuristic and lives in another room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.printed import said_in

if TYPE_CHECKING:
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
    from pellucid.trace.slowly import SlowMotion, SlowStep, Weight, slow_motion
    from pellucid.trace.surroundings import Surrounding, Workings, outputs_to_answer
    from pellucid.trace.text import BOOKKEEPING, cell_words, describe_trace, largest_rows
    from pellucid.trace.text_backward import describe_backward
    from pellucid.trace.tracing import StepValues, Trace, trace
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

__getattr__ = late_names(
    __name__,
    {
        "Arithmetic": "arithmetic",
        "Backward": "backward",
        "Criterion": "loss",
        "EXPLAINERS": "operators",
        "EXPLAINERS_OF_ELEMENTS": "operators",
        "Factor": "arithmetic",
        "Floats": "arithmetic",
        "Pinball": "quantile_loss",
        "RULES": "rules",
        "Recorder": "keeping",
        "Rule": "rules",
        "RunTracer": "of_run",
        "Seen": "arithmetic",
        "SlowMotion": "slowly",
        "SlowStep": "slowly",
        "Step": "graph",
        "StepValues": "tracing",
        "Surrounding": "surroundings",
        "Targets": "loss",
        "Trace": "tracing",
        "Unrolled": "unrolled",
        "UnrolledStep": "unrolled",
        "Weight": "slowly",
        "WeightUpdate": "backward",
        "Workings": "surroundings",
        "backpropagate": "backward",
        "BOOKKEEPING": "text",
        "cell_words": "text",
        "describe_backward": "text_backward",
        "describe_trace": "text",
        "largest_rows": "text",
        "outputs_to_answer": "surroundings",
        "picture_to_input": "kinds",
        "row_to_input": "kinds",
        "rule_of": "of_run",
        "slow_motion": "slowly",
        "trace": "tracing",
        "unroll": "unrolled",
    },
)

said_in(__name__, "text", "text_backward")
