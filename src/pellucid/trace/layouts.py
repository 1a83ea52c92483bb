"""Which of the maps of two dimensions hold a channel a row: those along which convolutions slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pellucid.trace.operators.functions import FUNCTIONS

if TYPE_CHECKING:
    from pellucid.trace.graph import Step

_CHANNEL_A_ROW = frozenset(
    {
        *("conv1d", "conv_transpose1d", "max_pool1d", "avg_pool1d", "adaptive_avg_pool1d"),
        *("batch_norm", "group_norm"),
    }
)
"""Operators that take and give [channels, steps]."""
_KEEPS = frozenset({*FUNCTIONS, "add", "sub", "mul", "div", "slice", "dropout", "clone", "pad", "cat"})
"""Operators whose values stand as those stood that they were made of."""


def rows_of_channels(steps: Sequence[Step]) -> frozenset[str]:
    """Return the names of the steps whose values are [channels, steps]; others of two dimensions are [tokens, D].

    Args:
        steps: of a network, in the order in which they were computed.
    """
    found, is_so = set(), False
    for step in steps:
        is_so = step.operator in _CHANNEL_A_ROW or (is_so and step.operator in _KEEPS)
        if is_so and step.values.ndim == 3:
            found.add(step.name)
    return frozenset(found)
