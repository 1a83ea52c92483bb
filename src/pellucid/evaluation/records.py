"""What an evaluation is made of: strict records that go to JSON and come back unchanged."""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol, Self

from pydantic import Field, model_validator

from pellucid.records import Record

Method = Literal[
    "wilson",
    "clustered-wilson",
    "effective-wilson",
    "delong",
    "bootstrap",
    "clustered-bootstrap",
    "order-statistics",
    "moving-blocks",
    "jackknife",
    "newcombe",
    "moving-blocks",
    "none",
]
"""How an interval was made; docs/intervals.md explains each and shows its simulated coverage."""


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

    @property
    def columns(self) -> dict[str, Metric]:
        """What was measured of it, by the words above the column."""
        ranked = {} if self.roc_auc is None else {"ROC AUC": self.roc_auc}
        return {"Recall": self.recall, "Precision": self.precision, "F1": self.f1, **ranked}


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
    metric: str
    """What is compared, e.g. "accuracy", "balanced_accuracy", "f1_samples" or "mae"."""
    n: int
    a_value: float
    b_value: float
    difference: Metric
    """b minus a, in units of the metric."""
    only_a: int | None = None
    """Examples that only a has right (accuracy only)."""
    only_b: int | None = None
    p_value: float | None
    """Probability of a split at least this uneven if both were equally good; None where there are too few to say."""
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

    order: ClassVar[str] = "most confident first"
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

    order: ClassVar[str] = "largest errors first"
    index: int
    name: str
    target: float
    predicted: float
    error: float
    """predicted - target."""


class ForecastShown(Record):
    """A forecast from one origin, to be drawn."""

    index: int
    name: str
    seen: tuple[float, ...]
    """The last values before the origin, the newest last."""
    truth: tuple[float, ...]
    """What came, step by step."""
    median: tuple[float, ...]
    bands: dict[str, tuple[tuple[float, ...], tuple[float, ...]]]
    """By percent, "80": lower and upper borders, step by step."""
    mae: float
    is_worst: bool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        lengths = {len(self.truth), len(self.median), *(len(side) for band in self.bands.values() for side in band)}
        if len(lengths) != 1:
            raise ValueError("truth, median and bands: they are not of one length")
        return self


Rank = Literal["best", "median", "worst"]


class MaskShown(Record):
    """A picture whose mask is looked at."""

    rank: Rank
    """By the picture's own Dice, among all that were evaluated."""
    index: int
    name: str
    dice: float


class ObjectsOfSize(Record):
    """How objects of one class and of about one size fare: connected pixels of it in a mask."""

    name: str
    """The class."""
    smallest: int
    largest: int
    """Pixels of the smallest and of the largest of them."""
    n: int
    missed: int
    """Objects of which no pixel is answered with their class."""
    dice: Metric
    """The mean over them of Dice of each and of the answered objects that it shares a pixel with."""


class LeftOver(Record):
    """Whether a forecast's errors one step ahead still follow from those before them."""

    correlations: tuple[float, ...]
    """With the error 1, 2, ... steps before; of several series the mean, weighted by how many errors each has."""
    n: int
    """Errors in all."""
    num_series: int
    statistic: float
    """Ljung and Box's Q, of several series their sum."""
    p_value: float
    """Probability of such a Q if nothing were left."""


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


class Measured(Protocol):
    """What was measured on some examples, with simple methods beside it: an `Evaluation`."""

    @property
    def n(self) -> int:
        """How many examples there were."""

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        """What simple methods score on them."""

    @property
    def can_climb(self) -> bool:
        """Whether a ladder can compare more methods on such answers."""
