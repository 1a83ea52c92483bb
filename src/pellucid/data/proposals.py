"""What a dataset that comes with Pellucid proposes for its training, where nobody chose: each with its reason."""

from __future__ import annotations

from typing import Any

from pellucid.records import Record


class Proposal(Record):
    """One choice of a training that suits a dataset."""

    field: str
    """Of the recipe, e.g. "epochs"."""
    value: Any
    reason: str
    model: str | None = None
    """The model that it is for; None for whatever is trained."""


class ProposedSplits(Record):
    """The shares of the splits where nobody chose them."""

    val: float
    test: float
    reason: str
