"""What a ladder is: its rungs, their scores with intervals, and what each is worth beside the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import Metric, PairedComparison
from pellucid.kinds import SplitName
from pellucid.records import Record

Features = dict[str, NDArray[np.float32]]
"""By the words that describe them: [N, D] each, of the same N examples."""
Kind = Literal["trivial", "classical", "from scratch", "frozen backbone", "fine-tuned"]


@dataclass(frozen=True)
class Climbed:
    """A rung that has answered, not yet scored.

    Attributes:
        name: unique in its ladder.
        kind: of method.
        description: what it is and how it was chosen, in a sentence.
        answers: per split [N] int64 class indices, [N] float values, or [N, L] of 0 and 1 for labels.
        seconds: from the first to the last thing it took: preparing, choosing, fitting, answering.
        parameters: that were learned, of a network; None for other methods.
        num_bytes: of what has to be kept in order to answer.
        run: the run's folder, of a network; "" for other methods.
    """

    name: str
    kind: Kind
    description: str
    answers: Mapping[SplitName, NDArray[Any]]
    seconds: float
    num_bytes: int
    parameters: int | None = None
    run: str = ""


class Score(Record):
    """How well one rung answers one split."""

    metric: Metric
    """The one that the ladder is measured by."""
    metrics: dict[str, Metric]
    """All that can be said of answers without probabilities."""
    versus_best: PairedComparison | None = None
    """The rung is a, the best one on val is b; None for the best one itself."""
    p_holm: float | None = None
    """The comparison's p-value, corrected for there being as many comparisons as rungs (Holm 1979)."""


class Rung(Record):
    """One method of the ladder."""

    name: str
    kind: Kind
    description: str
    val: Score
    test: Score | None = None
    """Only where the sealed test split was opened."""
    seconds: float
    num_bytes: int
    parameters: int | None = None
    run: str = ""
