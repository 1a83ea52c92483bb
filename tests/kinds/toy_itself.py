"""The example itself as target, and three tasks of unlike shape that learn it.

An autoencoder is two networks that learn together, an adversarial pair two that learn in phases against each other,
and next-letter prediction answers at every place of a sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from tests.kinds.registering import register_rows
from tests.kinds.toy_words import LETTERS
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.data import Dataset, dataset_from_arrays
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.raw_dataset import RawDataset
from pellucid.evaluation import Evaluation, Metric, PairedComparison, Truth, compare_paired_values
from pellucid.evaluation.kinds import About
from pellucid.kinds import TARGETS, Form, Refused, Said, Target, Wishes
from pellucid.models import Assembly, ModelEntry, ModelOptions
from pellucid.models.catalogue import OWN
from pellucid.prediction import Prediction
from pellucid.prediction.judging import Known
from pellucid.runs import Answering
from pellucid.runs.answerable import Answerable
from pellucid.tasks import Answer, AnswerStep, Batch, Loss, Monitor, Phase, Scaling, Task, TaskEntry, TaskOptions
from pellucid.tasks import register_task as register
from pellucid.tasks.answers import OneKind
from pellucid.tasks.targets import LearnedAs
from pellucid.training.kinds.base import TargetHabits

NO_ANSWERS = "An adversarial pair learns to make pictures: it answers none that are handed over."


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
    "search for the likeliest answers": NOTHING,
    "ladder": NOTHING,
    "comparison of repeats": NOTHING,
    "end of a trace": NOTHING,
    "explanation of it": NOTHING,
    "look at what units react to": NOTHING,
}
"""Of every table, by its subject."""


@dataclass(frozen=True)
class Autoencoder:
    """Two networks share one phase; what the second gives shall be what the first was given."""

    output_width: int
    name: str = "autoencoder"
    loss_words: str = "squared error"
    phases: tuple[Phase, ...] = (Phase("all", ("encoder", "decoder")),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        outputs: Tensor = models["decoder"](models["encoder"](batch.inputs))
        return outputs

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        given = self.outputs(models, batch).float()
        losses: Tensor = (given - batch.targets.float()).square().mean(1)
        return losses

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        losses = self._losses(models, batch)
        return Loss(losses.mean(), {"loss": losses.detach().sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._losses(models, batch).sum()}

    def answer(self, outputs: Tensor) -> ItselfAnswer:
        return ItselfAnswer(outputs.numpy(force=True))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


@dataclass(frozen=True)
class AdversarialPair:
    """Two phases on every batch (Goodfellow et al. 2014, algorithm 1, non-saturating); the last epoch counts."""

    name: str = "adversarial"
    loss_words: str = "distance of the mean pictures"
    phases: tuple[Phase, ...] = (Phase("discriminator", ("discriminator",)), Phase("generator", ("generator",)))
    monitor: Monitor = Monitor("loss", higher_is_better=False, is_last=True)
    output_width: int = 1

    def _made(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        assert batch.draws is not None
        made: Tensor = models["generator"](batch.draws.normal(4))
        return made

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        made = self._made(models, batch)
        ones, zeros = torch.ones(len(batch), 1), torch.zeros(len(batch), 1)
        judge = functional.binary_cross_entropy_with_logits
        if phase == "generator":
            value = judge(models["discriminator"](made), ones)
            return Loss(value, {"generator_loss": value.detach() * len(batch)})
        real = batch.targets.float()
        value = judge(models["discriminator"](real), ones) + judge(models["discriminator"](made.detach()), zeros)
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        off = (self._made(models, batch).mean(0) - batch.targets.float().mean(0)).abs().mean()
        return {"loss": off * len(batch)}

    def answer(self, outputs: Tensor) -> Answer:
        raise NotImplementedError

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


@dataclass(frozen=True)
class NextLetter:
    """The letter after each letter of a word; the loss is a mean over letters."""

    length: int
    name: str = "next-letter"
    loss_words: str = "cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        return (self.length - 1) * LETTERS

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        logits = batch.run(models["model"]).float().reshape(len(batch), -1, LETTERS)
        losses = functional.cross_entropy(logits.flatten(0, 1), batch.targets[:, 1:].flatten(), reduction="none")
        return losses.reshape(len(batch), -1).mean(1)

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        losses = self._losses(models, batch)
        return Loss(losses.mean(), {"loss": losses.detach().sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._losses(models, batch).sum()}

    def answer(self, outputs: Tensor) -> ItselfAnswer:
        likeliest = outputs.reshape(len(outputs), -1, LETTERS).argmax(2).numpy(force=True)
        unknown = np.full((len(likeliest), 1), -1)
        return ItselfAnswer(np.concatenate([unknown, likeliest], axis=1))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


class Squeezed(Assembly):
    """An encoder to four numbers, and a decoder back."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 4))
        self.decoder = nn.Linear(4, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.decoder(self.encoder(inputs))
        return outputs


class Pair(Assembly):
    """A generator from four random numbers, and a discriminator of what it makes."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(4, inputs), nn.Sigmoid())
        self.discriminator = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.discriminator(inputs)
        return outputs


class Reader(nn.Module):
    """A recurrent network that says after each letter which comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(LETTERS, 8)
        self.recur = nn.GRU(8, 16, batch_first=True)
        self.head = nn.Linear(16, LETTERS)

    def forward(self, letters: Tensor) -> Tensor:
        hidden, _ = self.recur(self.embed(letters[:, :-1]))
        logits: Tensor = self.head(hidden)
        return logits.flatten(1)


def _squeezed(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return Squeezed(int(np.prod(form.shape)), outputs)


def _pair(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return Pair(int(np.prod(form.shape)))


def _reader(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return Reader()


def _width(target: Target) -> int:
    return ItselfTarget.of(target).width


def _autoencoder(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return Autoencoder(_width(target))


def _adversarial(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return AdversarialPair()


def _next_letter(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return NextLetter(_width(target))


def register_odd_tasks() -> None:
    """Register the kind, its rows, the three tasks, and a model for each."""
    TARGETS.register(ItselfTarget)
    register_rows(TARGETS, "itself", ROWS)
    about: dict[str, Any] = {"kinds": ("itself",), "options": TaskOptions}
    register(TaskEntry("autoencoder", "examples through few numbers", build=_autoencoder, **about))
    register(TaskEntry("adversarial", "making examples", build=_adversarial, no_answers=NO_ANSWERS, **about))
    register(TaskEntry("next-letter", "the next letter", build=_next_letter, **about))
    numbers, words = Wishes(kinds="any"), Wishes(kinds=("word",))
    for name, wishes, build in (("squeezed", numbers, _squeezed), ("pair", numbers, _pair), ("reader", words, _reader)):
        OWN[name] = ModelEntry(name=name, description="Of the tests.", wishes=wishes, build=build)


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
