"""The example itself as target: the kind, and its row in every table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, dataset_from_arrays
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.raw_dataset import RawDataset
from pellucid.evaluation import Evaluation, Metric, PairedComparison, Truth, compare_paired_values
from pellucid.evaluation.kinds import About
from pellucid.kinds import Refused, Said, Target
from pellucid.prediction import Prediction
from pellucid.prediction.judging import Known
from pellucid.runs import Answering
from pellucid.runs.answerable import Answerable
from pellucid.tasks import Answer
from pellucid.tasks.answers import OneKind
from pellucid.tasks.targets import LearnedAs
from pellucid.training.kinds.base import TargetHabits


class ItselfTarget(Target):
    """What an example is made of: [N, W] numbers."""

    kind: Literal["itself"] = "itself"
    name: str = "itself"
    noun: ClassVar[str] = "number"
    dimensions: ClassVar[int] = 2
    width: int

    @property
    def answers(self) -> tuple[str, ...]:
        return ()

    @property
    def categories(self) -> tuple[str, ...]:
        return ()

    @property
    def learned(self) -> str:
        return "the examples themselves"

    def head(self, shown: int) -> tuple[str, ...]:
        return (self.learned,)

    def sentence(self) -> str:
        return "Each example is its own target."

    def as_array(self, values: Any) -> NDArray[Any]:
        return np.asarray(values)

    def check(self, targets: NDArray[Any], *, dataset: str) -> None: ...

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        return ()

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        return ()

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        return {"all": np.arange(len(targets))}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        return np.zeros(len(targets), np.int64)

    @property
    def strata_words(self) -> str:
        return "by chance"

    def say(self, one: Any) -> Said:
        return "itself"

    def words(self, one: Any, *, digits: int = 4) -> str:
        return "itself"


@dataclass(frozen=True)
class ItselfAnswer(OneKind):
    """What a network takes N examples for, [N, W]."""

    kind: ClassVar[str] = "itself"
    values: NDArray[Any]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def numbers(self) -> NDArray[np.float32]:
        return np.zeros((len(self), 0), np.float32)

    @property
    def as_targets(self) -> NDArray[Any]:
        return self.values

    def foremost(self, example: int = 0) -> tuple[int, str]:
        return 0, "the example"


class ItselfPrediction(Prediction):
    """An example is answered by an example."""

    own_columns: ClassVar[tuple[str, ...]] = ()

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        return self.words(), ""

    def words(self) -> str:
        return " ".join(f"{value:.3g}" for value in self.amounts().values())

    def amounts(self) -> dict[str, float]:
        return self.values or {}


class _Judged:
    def finish(self, answer: Answer, answering: Answering) -> Answer:
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        rows = ItselfAnswer.of(answer).values
        named = [{str(place): float(value) for place, value in enumerate(row)} for row in rows]
        return [ItselfPrediction(name="", decision="ok", values=values) for values in named]


def _off(answered: NDArray[Any], truth: Truth) -> NDArray[np.float64]:
    """Return [N] mean distances, of which each counts 1 at most."""
    return np.asarray(np.minimum(np.abs(answered.astype(np.float64) - truth.targets), 1).mean(axis=1))


class _Scored:
    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        return "off"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        metrics = self.metrics(answer.as_targets, truth)
        return Evaluation(split=about.split, n=len(answer), task=about.task, metrics=metrics, headline="off")

    def with_abstention(
        self,
        evaluation: Evaluation,
        answer: Answer,
        truth: Truth,
        answering: Answering,
        distances: NDArray[np.float32] | None,
    ) -> Evaluation:
        return evaluation

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        return {"off": Metric(value=float(_off(answered, truth).mean()))}

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        own, others = (_off(answered, truth) for answered in (first, second))
        return compare_paired_values(own, others, np.zeros(len(first)), a=names[0], b=names[1], seed=truth.seed)


class _Learned(TargetHabits):
    taught = "the examples"

    def describe(self, target: Target) -> str:
        return "each example is its own target"


class _Augmented:
    def preset(self, dataset: Dataset) -> tuple[str, str]:
        return "none", "each example is its own target"

    def check_mixing(self) -> None: ...

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        return dataset.splits["train"][: 4 * per_class]

    def num_classes(self, target: Target) -> int:
        return 0

    def words(self, target: Target, one: Any) -> str:
        return ""


NOTHING = Refused("An example that is its own target has no such thing.")
ROWS: dict[str, Any] = {
    "task": LearnedAs(task=lambda _: "autoencoder", words=lambda _: "the examples themselves"),
    "answer": ItselfAnswer,
    "account of what can be said of answers": Answerable(),
    "augmentation": _Augmented(),
    "scaling of the target": NOTHING,
    "way to learn it": _Learned(),
    "distance to a teacher": NOTHING,
    "way of judging an answer": _Judged(),
    "way of fitting how it is answered": lambda predictor, dataset: (Answering(), None),
    "score": _Scored(),
    "ridge on features of series": NOTHING,
    "way to go on with a series": NOTHING,
    "simple method": Refused("there is none that makes examples"),
    "method of its own beside it": NOTHING,
    "simple estimator": NOTHING,
    "exhibits of its own": NOTHING,
    "single answer": NOTHING,
    "way to go on with a text": NOTHING,
    "way to draw pictures": NOTHING,
    "search for the likeliest answers": NOTHING,
    "ladder": NOTHING,
    "comparison of repeats": NOTHING,
    "end of a trace": NOTHING,
    "explanation of it": NOTHING,
    "look at what units react to": NOTHING,
}
"""Of every table, by its subject."""


def bright_pictures(count: int = 90) -> Dataset:
    """Return pictures with bright columns, each its own target."""
    draws = np.random.default_rng(0)
    pictures = draws.integers(0, 60, (count, 6, 6), np.uint8)
    for picture, column in zip(pictures, draws.integers(0, 3, count), strict=True):
        picture[:, 2 * column : 2 * column + 2] += 150
    plain = dataset_from_arrays(pictures, np.arange(count) % 2, name="bright")
    content = [picture.tobytes() for picture in pictures]
    targets = pictures.reshape(count, -1) / 255
    raw = RawDataset("bright", "arrays", plain.input, ItselfTarget(width=36), plain.inputs, targets, content)
    return finish(raw, choice=SplitChoice())
