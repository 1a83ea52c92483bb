"""Recurrent layers unrolled: a row for each step that was read, with how far every gate was open there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.models import READS_BACKWARDS
from pellucid.trace.graph import Step
from pellucid.trace.operators.recurrent import Moment, moments_of

RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu")
_SIGNED = ("candidate", "activation")
"""What lies around 0, unlike gates, which are between 0 (shut) and 1 (open): of these the size counts."""


@dataclass(frozen=True)
class UnrolledStep:
    """One step, as a mean over the layer's units.

    Attributes:
        read: what was read, e.g. a token, or "step 3".
        values: as many as `Unrolled.names`, 0 or more each, of an LSTM or GRU at most 1.
    """

    read: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Unrolled:
    """One direction of one layer.

    Attributes:
        title: which one it is.
        names: of the numbers of each step: the gates, the size of the candidate, the size of the state and how far the
            step moved it.
        steps: in the order in which they were read.
    """

    title: str
    names: tuple[str, ...]
    steps: tuple[UnrolledStep, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        steps = [{"read": step.read, **dict(zip(self.names, step.values, strict=True))} for step in self.steps]
        return {"title": self.title, "steps": steps}


def unroll(step: Step, places: Sequence[str] = ()) -> tuple[Unrolled, ...]:
    """Return each layer and direction of a recurrent operator, a row for each step; () of other operators.

    Args:
        step: of a trace.
        places: what the network was given, place by place, without padding; () where nobody says. Where the layer reads
            other places than these, its steps are numbered.
    """
    if step.operator not in RECURRENT or step.element not in (None, 0):
        return ()
    found = []
    layers = moments_of(step.call)
    for number, directions in enumerate(layers):
        for direction, moments in enumerate(directions):
            is_backwards = direction == 1 or READS_BACKWARDS in step.module.split(".")
            title = step.name if len(layers) == 1 else f"{step.name}, layer {number}"
            title += ", read backwards" if is_backwards else ""
            # An operator with two directions keeps the moments of both in the order of the places.
            read = list(zip(_named(moments, places), moments, strict=False))
            if direction == 1:
                read.reverse()
            elif is_backwards:
                # Turned round before it was read: what comes first is the last place that holds something.
                read = list(zip((name for name, _ in reversed(read)), moments, strict=False))
            rows = tuple(UnrolledStep(name, tuple(_numbers(moment).values())) for name, moment in read)
            found.append(Unrolled(title, tuple(_numbers(moments[0])), rows))
    return tuple(found)


def _named(moments: Sequence[Moment], places: Sequence[str]) -> list[str]:
    if places and len(moments) >= len(places):
        return list(places)
    return [f"step {number}" for number in range(1, len(moments) + 1)]


def _numbers(moment: Moment) -> dict[str, float]:
    """Return means over the units of the one example there is."""
    numbers = {
        f"|{name}|" if name in _SIGNED else name: float(np.abs(gate[0]).mean()) for name, gate in moment.gates.items()
    }
    return numbers | {
        "|state|": float(np.abs(moment.hidden[0]).mean()),
        "|change|": float(np.abs(moment.hidden[0] - moment.before[0]).mean()),
    }
