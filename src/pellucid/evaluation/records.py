"""What an evaluation is made of: strict records that go to JSON and come back unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from pellucid.kinds import SplitName
from pellucid.printed import Printed
from pellucid.records import Record
from pellucid.words import counted

Method = Literal[
    "wilson",
    "clustered-wilson",
    "effective-wilson",
    "delong",
    "bootstrap",
    "clustered-bootstrap",
    "order-statistics",
    "newcombe",
    "none",
]
"""How an interval was made; docs/intervals.md explains each and shows its simulated coverage."""


OF_ONE_CLASS = frozenset({"average_precision"})
"""Metrics of an evaluation that are of the positive class alone, and another number for the other class."""


class Metric(Record):
    """One number with its interval of confidence (95 % everywhere in Pellucid)."""

    value: float
    low: float | None = None
    """Lower end; None when no method is known to hold here."""
    high: float | None = None
    method: Method = "none"
    note: str = ""
    """What the reader must know, e.g. "too few to say: 4 examples"."""

    def __str__(self) -> str:
        """Return e.g. "0.989 (0.972 to 0.996)"."""
        if self.low is None or self.high is None:
            return f"{self.value:.4g}"
        return f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g})"


class ClassRow(Record):
    """How one class fares."""

    name: str
    support: int
    """Examples whose target is this class."""
    predicted: int
    """Examples that were predicted to be this class."""
    precision: Metric
    recall: Metric
    f1: Metric
    roc_auc: Metric | None = None
    """Of a label that may hold beside others: how well its probability sorts."""
    average_precision: Metric | None = None
    threshold: float | None = None
    """Of such a label: the probability from which it is answered."""


class OutputRow(Record):
    """How one of several numbers fares."""

    name: str
    metrics: dict[str, Metric]
    """mae, rmse, r2 and median_absolute_error, in the number's own unit."""


class CalibrationBin(Record):
    """The examples whose predicted class got a probability in (low, high]."""

    low: float
    high: float
    count: int
    mean_probability: float | None
    """None where the bin is empty."""
    accuracy: Metric | None


class Calibration(Record):
    """Whether 80 % means 80 %: the reliability diagram as numbers."""

    bins: tuple[CalibrationBin, ...]
    ece: float
    ece_if_calibrated: float
    """The ECE that chance alone gives at this n to a model whose probabilities are exactly right."""
    definition: str


class PairedComparison(Record):
    """Two answers to the same examples: is the difference more than chance?"""

    a: str
    b: str
    metric: Literal["accuracy", "balanced_accuracy", "f1_samples", "mae"]
    n: int
    a_value: float
    b_value: float
    difference: Metric
    """b minus a, in units of the metric."""
    only_a: int | None = None
    """Examples that only a has right (accuracy only)."""
    only_b: int | None = None
    p_value: float
    """Probability of a split at least this uneven if both were equally good."""
    test: str
    verdict: Literal["a", "b", "none"]
    """Which is better at the 5 % level; "none" means not shown, not equal."""
    summary: str
    plain: PairedComparison | None = None
    """The same two by accuracy, where `metric` is balanced accuracy; None in records that did not keep it."""
    notes: tuple[str, ...] = ()
    """What stands against the comparison, e.g. that one of the two was not trained to its end."""

    def __repr__(self) -> str:
        """Return what it says in words."""
        return f"PairedComparison({self.summary})"


class Baseline(Record):
    """What a simple method scores on the same examples."""

    name: str
    description: str
    metric_name: str
    metric: Metric
    """The metric called `metric_name`: the headline of the evaluation it stands in, where known."""
    metrics: dict[str, Metric] = Field(default_factory=dict)
    versus: PairedComparison | None = None
    """The baseline is a, the model is b."""
    seconds: float = 0.0


class Mistake(Record):
    """One wrong answer."""

    index: int
    """Place among the examples that were evaluated, or their index in the dataset where that was given."""
    name: str
    target: str
    predicted: str
    probability: float
    """Given to the predicted class."""
    target_probability: float
    """Given to the right class."""


class LargeError(Record):
    """One predicted number that is far off."""

    index: int
    name: str
    target: float
    predicted: float
    error: float
    """predicted - target."""


class Residuals(Record):
    """Pairs to draw: at most 2,000, chosen evenly by a seeded draw when there are more."""

    targets: tuple[float, ...]
    predicted: tuple[float, ...]
    total: int

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if len(self.targets) != len(self.predicted):
            raise ValueError("targets and predicted: there are not as many of one as of the other")
        return self


class Opening(Record):
    """That the sealed test split was looked at, why, and for which time."""

    reason: str
    number: int
    """1 for the first opening of this run."""
    when: str
    """ISO 8601, with the time zone."""


class Evaluation(Printed, Record):
    """How well a model answers on one split: every metric with its interval."""

    split: SplitName
    n: int
    task: str
    metrics: dict[str, Metric]
    headline: str
    """The key in `metrics` to quote first: balanced_accuracy where classes are uneven by more than 3 to 1."""
    level: float = 0.95
    positive_class: str | None = None
    """Two classes only: the one that average_precision is of. (roc_auc is the same for both.)"""
    num_groups: int | None = None
    """Number of groups when intervals are by group."""
    classes: tuple[ClassRow, ...] | None = None
    outputs: tuple[OutputRow, ...] | None = None
    """One row per number, where several are answered."""
    confusion: tuple[tuple[int, ...], ...] | None = None
    """[K, K] counts: rows are targets, columns predictions."""
    calibration: Calibration | None = None
    baselines: tuple[Baseline, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    """The most confident wrong answers first, 24 at most."""
    residuals: Residuals | None = None
    large_errors: tuple[LargeError, ...] = ()
    """Regression only: the largest absolute errors first, 24 at most."""
    notes: tuple[str, ...] = ()
    """What the reader must know about the numbers as a whole."""
    opening: Opening | None = None
    seconds: float = 0.0
    schema_version: Literal[1] = 1

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.headline not in self.metrics:
            raise ValueError(f"headline: there is no metric {self.headline[:60]!r}")
        rows, width = self.confusion, len(self.classes or ())
        if rows is not None and ([len(row) for row in rows] != [width] * width or any(min(row) < 0 for row in rows)):
            raise ValueError("confusion: it is no table of counts with a row and a column for each class")
        return self

    @property
    def headline_metric(self) -> Metric:
        """The metric to quote first."""
        return self.metrics[self.headline]

    def title(self, name: str, label: str = "") -> str:
        """Return a metric's name, or another label of it, with the class it is of: "average_precision (melanoma)".

        A number that is of all classes, or the same for both of two, goes by its name alone.
        """
        is_of_one = self.positive_class is not None and name in OF_ONE_CLASS
        return (label or name) + (f" ({self.positive_class})" if is_of_one else "")

    def most_confused(self, number: int = 3) -> list[tuple[str, str, int]]:
        """Return the commonest mistakes: (class that was right, class that was answered, how often), at most `number`.

        Equal counts keep the order of the classes; [] where the task has no classes.
        """
        if self.confusion is None or self.classes is None:
            return []
        names = [row.name for row in self.classes]
        pairs = [
            (names[i], names[j], count)
            for i, row in enumerate(self.confusion)
            for j, count in enumerate(row)
            if i != j and count
        ]
        return sorted(pairs, key=lambda pair: -pair[2])[:number]

    def with_baselines(self, baselines: Sequence[Baseline]) -> Self:
        """Return a copy that has `baselines` beside its score."""
        return self.model_copy(update={"baselines": tuple(baselines)})

    def with_notes(self, *notes: str) -> Self:
        """Return a copy with further notes."""
        return self.model_copy(update={"notes": (*self.notes, *notes)})

    def with_opening(self, opening: Opening) -> Self:
        """Return a copy that says it opened the sealed test split."""
        return self.model_copy(update={"opening": opening})

    def __repr__(self) -> str:
        """Return one line: the split and the score; `print` shows more."""
        score = f"{self.title(self.headline)} {self.headline_metric}"
        return f"Evaluation({self.split}, {counted(self.n, 'example')}: {score})"
