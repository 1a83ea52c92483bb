"""How answers to a kind of target are scored and compared: the contract of the table's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from pellucid.data import AddressedTargets
from pellucid.evaluation.checking import IntArray
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import SplitName, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pellucid.data import Dataset
    from pellucid.runs import Answering
    from pellucid.tasks import Answer


@dataclass(frozen=True)
class Truth:
    """What answers to N examples are held against.

    Attributes:
        target: of the dataset.
        targets: [N, ...] of the examples.
        learned: [M, ...] targets of the training split.
        groups: [N], examples of equal group are alike; None where each stands for itself.
        headline: the metric that leads, and is compared; "" where it is not known yet.
        seed: of intervals and tests.
        more: further numbers of each example that its targets know of, [N, ...] by name.
    """

    target: Target
    targets: NDArray[Any]
    learned: NDArray[Any]
    groups: NDArray[Any] | None
    headline: str
    seed: int = 0
    more: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset, split: SplitName, *, headline: str) -> Self:
        """Return that of a split of a dataset."""
        indices, train = dataset.splits[split], dataset.splits["train"]
        return cls(
            target=dataset.target,
            targets=dataset.targets[indices],
            learned=dataset.targets[train],
            groups=None if dataset.groups is None else dataset.groups[indices],
            headline=headline,
            more=dataset.targets.about(indices, train) if isinstance(dataset.targets, AddressedTargets) else {},
        )


@dataclass(frozen=True)
class About:
    """What an evaluation says of the examples beside their scores.

    Attributes:
        split: they are from.
        task: that was learned.
        names: N names to show.
        indices: [N] of the examples, in the dataset.
        positive: of two classes the one whose average precision is told; None elsewhere.
        measured: [N] what the task measures of each example, by name; {} of most tasks.
    """

    split: SplitName
    task: str
    names: Sequence[str]
    indices: IntArray
    positive: str | None = None
    measured: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


class Scoring(Protocol):
    """How answers to one kind of target are scored and compared."""

    higher_is_better: ClassVar[bool]
    """Of the metric that leads."""

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the metric that leads.

        Args:
            target: of the dataset.
            learned: [M, ...] targets of the training split.
            tasks: that answer, where they are known.
        """

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Return every metric of a model's answers with its interval.

        Raises:
            DataError: lengths disagree, or there is nothing to evaluate.
        """

    def with_abstention(
        self,
        evaluation: Evaluation,
        answer: Answer,
        truth: Truth,
        answering: Answering,
        distances: NDArray[np.float32] | None,
    ) -> Evaluation:
        """Add what "unsure" and "unknown" mean here, where they are said: how much is answered, and how well.

        Args:
            evaluation: what `score` returned.
            answer: likewise.
            truth: likewise.
            answering: how the run answers.
            distances: [N] to the nearest training features; None where that is not judged.

        Returns:
            the evaluation as it is, where a kind says nothing else: nothing abstains, or no metric is made of it.
        """
        return evaluation

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return the metrics that need no probabilities.

        Args:
            answered: [N, ...] what is answered, in the form of targets.
            truth: of the same examples.
        """

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Return whether the second answers better than the first, or whether it may be chance.

        Args:
            first: [N, ...] what one answers, in the form of targets.
            second: what the other answers to the same examples.
            truth: of these examples; its headline says what is compared.
            names: of both.
        """
