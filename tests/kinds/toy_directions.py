"""Directions as a kind of target that nobody thought of: all that it takes, from the record of the kind to a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from tests.kinds.registering import register_rows
from torch import Generator, Tensor, nn

from pellucid.data import Dataset, dataset_from_arrays
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.raw_dataset import RawDataset
from pellucid.errors import DataError, RecipeError
from pellucid.evaluation import Evaluation, Metric, PairedComparison, Truth, compare_paired_values
from pellucid.evaluation.kinds import About
from pellucid.kinds import TARGETS, Refused, Said, Target
from pellucid.prediction import Prediction
from pellucid.prediction.judging import Known
from pellucid.prediction.one_answer import WholeAnswer
from pellucid.runs import Answering, RunFolder
from pellucid.runs.answerable import Answerable
from pellucid.tasks import Answer, AnswerStep, Batch, Loss, Monitor, Phase, Scaling, Task, TaskEntry, TaskOptions
from pellucid.tasks import register_task as register
from pellucid.tasks.answers import OneKind
from pellucid.tasks.targets import LearnedAs
from pellucid.training.kinds.base import TargetHabits


class AngleTarget(Target):
    """A direction: [N] float64 degrees, where 359 lies beside 0."""

    kind: Literal["angle"] = "angle"
    noun: ClassVar[str] = "direction"

    @property
    def answers(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def categories(self) -> tuple[str, ...]:
        return ()

    @property
    def learned(self) -> str:
        return f"the direction '{self.name}'"

    def check(self, targets: NDArray[Any], *, dataset: str) -> None:
        if (targets < 0).any() or (targets >= 360).any():
            raise DataError("Directions are 0..360.")

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        return ()

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        return {self.name: targets.argsort(kind="stable")}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        return (targets // 90).astype(np.int64)

    @property
    def strata_words(self) -> str:
        return "by quarter"

    def say(self, one: Any) -> Said:
        return f"{float(one):g} degrees"

    def head(self, shown: int) -> tuple[str, ...]:
        return (self.learned,)

    def sentence(self) -> str:
        return f"The target “{self.name}” is a direction."

    def as_array(self, values: Any) -> NDArray[np.float64]:
        return np.asarray(values, np.float64)

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        return ((self.name, targets),)

    def words(self, one: Any, *, digits: int = 4) -> str:
        return f"{float(one):.{digits}g} degrees"

    def parse(self, text: str) -> NDArray[np.float64]:
        try:
            return np.asarray(float(text))
        except ValueError:
            raise RecipeError(f"'{text}' is no direction.", expected="Degrees, e.g. 90.") from None


def apart(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """Return [N] degrees between directions, 0 to 180."""
    return np.asarray(np.abs((np.asarray(first, np.float64) - second + 180) % 360 - 180))


@dataclass(frozen=True)
class AngleAnswer(OneKind):
    """A direction per example, [N] degrees in 0..360."""

    kind: ClassVar[str] = "angle"
    degrees: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.degrees)

    @property
    def numbers(self) -> NDArray[np.float32]:
        return self.degrees[:, None]

    @property
    def as_targets(self) -> NDArray[np.float32]:
        return self.degrees

    def foremost(self, example: int = 0) -> tuple[int, str]:
        return 0, "the only direction"


@dataclass(frozen=True)
class Direction:
    """A point beside the circle per example; its distance to the right one on the circle is learned."""

    name: str = "direction"
    loss_words: str = "squared distance to the point on the circle"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)
    output_width: int = 2

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        radians = torch.deg2rad(batch.targets.float())
        right = torch.stack([radians.cos(), radians.sin()], 1)
        losses: Tensor = (batch.run(models["model"]).float() - right).square().sum(1)
        return losses

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        losses = self._losses(models, batch)
        return Loss(losses.mean(), {"loss": losses.detach().sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._losses(models, batch).sum()}

    def answer(self, outputs: Tensor) -> AngleAnswer:
        degrees = torch.rad2deg(torch.atan2(outputs[:, 1], outputs[:, 0])) % 360
        return AngleAnswer(degrees.float().numpy(force=True))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


def _build(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return Direction()


class DirectionPrediction(Prediction):
    """A direction is answered."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        return self.words(), ""

    def words(self) -> str:
        return f"{self.value:.4g} degrees"


class _Judged:
    def finish(self, answer: Answer, answering: Answering) -> Answer:
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        degrees = AngleAnswer.of(answer).degrees
        return [DirectionPrediction(name="", decision="ok", value=float(one)) for one in degrees]


class _Scored:
    """By the mean number of degrees that answers are off."""

    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        return "degrees_off"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        return Evaluation(
            split=about.split,
            n=len(answer),
            task=about.task,
            metrics=self.metrics(answer.as_targets, truth),
            headline="degrees_off",
        )

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
        return {"degrees_off": Metric(value=float(apart(answered, truth.targets).mean()))}

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        own, others = (apart(answered, truth.targets) for answered in (first, second))
        made = compare_paired_values(own, others, np.zeros(len(first)), a=names[0], b=names[1], seed=truth.seed)
        return made.model_copy(update={"metric": "degrees_off"})


class _Learned(TargetHabits):
    taught = "a direction"

    def describe(self, target: Target) -> str:
        return f"the target '{target.name}' is a direction"


class _Augmented:
    """Turned pictures would show other directions."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        return "none", "a turned picture shows another direction"

    def check_mixing(self) -> None:
        raise RecipeError("Directions cannot be mixed.")

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        return dataset.splits["train"][: 4 * per_class]

    def num_classes(self, target: Target) -> int:
        return 0

    def words(self, target: Target, one: Any) -> str:
        return target.words(one)


def _merit(folder: RunFolder, record: Any, dataset: Dataset) -> NDArray[np.float64]:
    best = folder.read_record().best
    assert best is not None
    return np.array([-best.value])


NO_SUM = Refused("Directions go round in a circle, and have no mean as numbers have.")
ROWS: dict[str, Any] = {
    "task": LearnedAs(task=lambda _: "direction", words=lambda target: f"the direction '{target.name}'"),
    "answer": AngleAnswer,
    "account of what can be said of answers": Answerable(),
    "augmentation": _Augmented(),
    "scaling of the target": NO_SUM,
    "way to learn it": _Learned(),
    "distance to a teacher": NO_SUM,
    "way of judging an answer": _Judged(),
    "way of fitting how it is answered": lambda predictor, dataset: (Answering(), None),
    "score": _Scored(),
    "ridge on features of series": Refused("Directions go round in a circle."),
    "way to go on with a series": Refused("A direction is no series."),
    "simple method": Refused("simple methods learn numbers, and 359 degrees lie beside 0"),
    "method of its own beside it": NO_SUM,
    "simple estimator": NO_SUM,
    "exhibits of its own": NO_SUM,
    "single answer": WholeAnswer(),
    "way to go on with a text": NO_SUM,
    "way to draw pictures": NO_SUM,
    "search for the likeliest answers": NO_SUM,
    "ladder": NO_SUM,
    "comparison of repeats": _merit,
    "end of a trace": Refused("A direction is no output of the network, but follows from two of them."),
    "explanation of it": Refused("A direction is no output of the network, but follows from two of them."),
    "look at what units react to": NO_SUM,
}
"""Of every table, by its subject."""


def register_directions() -> None:
    """Register the kind, its rows and a task for it."""
    TARGETS.register(AngleTarget)
    register_rows(TARGETS, "angle", ROWS)
    register(TaskEntry("direction", "a direction", kinds=("angle",), options=TaskOptions, build=_build))


def picture_directions(count: int = 120) -> Dataset:
    """Return pictures of a bright spot, and the direction in which it lies."""
    degrees = np.random.default_rng(0).uniform(0, 360, count).round()
    pictures = np.zeros((count, 9, 9), np.uint8)
    places = np.deg2rad(degrees)
    rows, columns = (4 - 3 * np.sin(places)).round(), (4 + 3 * np.cos(places)).round()
    pictures[np.arange(count), rows.astype(int), columns.astype(int)] = 255
    return with_directions(pictures, degrees)


def with_directions(pictures: NDArray[np.uint8], degrees: NDArray[Any]) -> Dataset:
    """Return pictures, [N, H, W], with a direction each."""
    plain = dataset_from_arrays(pictures, np.arange(len(degrees)) % 2, name="wind")
    content = [picture.tobytes() + bytes([place % 256]) for place, picture in enumerate(pictures)]
    raw = RawDataset("wind", "arrays", plain.input, AngleTarget(name="wind"), plain.inputs, degrees, content)
    return finish(raw, choice=SplitChoice())
