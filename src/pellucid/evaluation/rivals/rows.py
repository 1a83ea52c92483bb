"""Tables: methods that look at the columns; and what learns from examples of any kind as rows of numbers."""

from __future__ import annotations

from pellucid.evaluation.baseline_rows import baseline_rows
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import SIMPLE, Choices, FlatRows, Method, learning_from


def of_tables(beside: Beside) -> list[Method]:
    """Return methods that look at the columns, what is hard to beat there among them."""
    return on_rows(beside, trees=True)


def on_rows(beside: Beside, *, trees: bool) -> list[Method]:
    """Return the methods that learn from the training split's prepared inputs as rows."""
    dataset, target = beside.dataset, beside.truth.target
    rows = baseline_rows(dataset, beside.preprocessing, beside.split)
    flat = FlatRows(rows.train_rows, dataset.targets[rows.train], rows.scored_rows)
    choices = Choices(trees=trees, balanced=beside.balanced)
    methods = rows.described(SIMPLE[target.kind].on_rows(target, flat, choices))
    return learning_from(methods, target.model_dump_json(), choices, rows.words, flat.digest())
