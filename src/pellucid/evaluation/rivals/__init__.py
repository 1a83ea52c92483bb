"""Simple methods beside a model: a row for each kind of input or target, and the one place that scores them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pellucid.doing import doing
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import SIMPLE, Method
from pellucid.kinds import INPUTS, TARGETS, KindTable, Refused
from pellucid.late import Late

if TYPE_CHECKING:
    from pellucid.data import Dataset

__all__ = ["BASELINES", "RIVALS", "Beside", "score_beside", "why_alone"]

BASELINES: KindTable[Callable[[Beside], Sequence[Method]]] = KindTable(
    "baseline",
    INPUTS,
    {
        "image": Late("pellucid.evaluation.rivals.pictures", "of_pictures"),
        "series": Late("pellucid.evaluation.rivals.series", "of_series"),
        "table": Late("pellucid.evaluation.rivals.rows", "of_tables"),
        "text": Late("pellucid.evaluation.rivals.texts", "of_texts"),
    },
)
_BY_INPUT = Refused("What simple methods look at follows from the kind of input.")
RIVALS: KindTable[Callable[[Beside], Sequence[Method]]] = KindTable(
    "method of its own beside it",
    TARGETS,
    {
        "class": _BY_INPUT,
        "future": Late("pellucid.evaluation.rivals.futures", "of_futures"),
        "labels": _BY_INPUT,
        "mask": Late("pellucid.evaluation.rivals.pixels", "of_pixels"),
        "next": Late("pellucid.evaluation.rivals.next_tokens", "of_next_tokens"),
        "generated": _BY_INPUT,
        "paired": Late("pellucid.evaluation.rivals.paired", "of_pairs"),
        "picture": Late("pellucid.evaluation.rivals.given_back", "of_pictures_to_give_back"),
        "text": Late("pellucid.evaluation.rivals.texts", "of_texts_to_write"),
        "value": _BY_INPUT,
        "values": _BY_INPUT,
    },
)
"""Of targets whose rivals follow from what is learned, and not from what it is learned from."""


def why_alone(dataset: Dataset) -> str:
    """Return why no simple methods stand beside a model of a dataset; "" where they do."""
    if dataset.target.kind in RIVALS:
        return ""
    return SIMPLE.why_not(dataset.target.kind) or BASELINES.why_not(dataset.input.kind)


def score_beside(beside: Beside) -> tuple[Baseline, ...]:
    """Train and score the simple methods beside a model, where there are any."""
    kind = beside.truth.target.kind
    row = RIVALS[kind] if kind in RIVALS else BASELINES[beside.dataset.input.kind]
    with doing("preparing simple methods to score beside it"):
        methods = row(beside)
    return score_methods(methods, beside.truth, model_answers=beside.model_answers)
