"""What a model says of examples: one type of answer for each kind of target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeAlias

from pellucid.kinds import BANDS, TARGETS, KindTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Known: TypeAlias = "Callable[[], NDArray[Any]]"
"""Makes an array when it is asked for."""


class Answer(Protocol):
    """What a model says of N examples, whatever the kind of target."""

    kind: ClassVar[str]
    """Of the target that is answered."""

    def __len__(self) -> int:
        """Return N."""

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, A]: of each of the target's `answers` (classes, labels or numbers) its probability, or its value."""

    @property
    def as_targets(self) -> NDArray[Any]:
        """What is answered, in the form that targets have: [N] class indices, [N, L] of 0 and 1, [N] or [N, M] values.

        Compared with the targets it says what is right; in `Target.words` it reads as they do.
        """

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return which of the target's `answers` an example is asked about when nobody names one, and why, in words.

        Args:
            example: its place among the N.
        """

    def held_against(self, inputs: Known, targets: Known) -> Answer:
        """Return what is needed of the answer where the truth is known: all of it, but where that would fill a memory.

        Args:
            inputs: gives [N, ...] prepared inputs, as the network took them.
            targets: gives [N, ...] targets as the task learns them.
        """

    @classmethod
    def joined(cls, parts: Sequence[Answer]) -> Answer:
        """Return the answers to all examples from those to some after others; of one part that itself."""


class OneKind:
    """An answer that can be narrowed to its own type, for the files that are about one kind."""

    kind: ClassVar[str]

    def held_against(self, inputs: Known, targets: Known) -> Any:
        """Return all of it."""
        return self

    @classmethod
    def joined(cls, parts: Sequence[Answer]) -> Self:
        """Join every array along its first axis; whatever is the same for all examples is the first part's."""
        import numpy as np

        every: list[Any] = [cls.of(part) for part in parts]
        first: Self = every[0]
        if len(every) == 1:
            return first
        whole = {}
        for name in cls.__dataclass_fields__:  # type: ignore[attr-defined]
            arrays = [getattr(part, name) for part in every]
            is_each = all(len(array) == len(part) for array, part in zip(arrays, every, strict=True))
            whole[name] = np.concatenate(arrays) if is_each else arrays[0]
        return cls(**whole)

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return an answer that is known to be of this type, typed as such.

        Raises:
            TypeError: it is of another; a row of a table was asked that is not its own.
        """
        if not isinstance(answer, cls):
            raise TypeError(f"This is about {cls.__name__}, not about {type(answer).__name__}.")
        return answer


@dataclass(frozen=True)
class ClassAnswer(OneKind):
    """One class of K per example.

    Attributes:
        probabilities: [N, K] float32, rows sum to 1.
        labels: [N] int64, the class that is answered. Not always the most probable one: where rare classes counted more
            in training, they are answered sooner.
    """

    kind: ClassVar[str] = "class"
    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, K] probabilities."""
        return self.probabilities

    @property
    def as_targets(self) -> NDArray[np.int64]:
        """[N] the classes."""
        return self.labels

    @property
    def confidence(self) -> NDArray[np.float32]:
        """[N]: the probability of the class that is answered."""
        import numpy as np

        chosen: NDArray[np.float32] = self.probabilities[np.arange(len(self)), self.labels]
        return chosen

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the class that is answered."""
        return int(self.labels[example]), "the class that is answered"


@dataclass(frozen=True)
class LabelsAnswer(OneKind):
    """Any of L labels per example, several at once or none.

    Attributes:
        probabilities: [N, L] float32, each of its own label.
        thresholds: [L] float32, the probability from which each label is answered.
    """

    kind: ClassVar[str] = "labels"
    probabilities: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    @classmethod
    def at_even_odds(cls, probabilities: NDArray[np.float32]) -> LabelsAnswer:
        """Return the answer that holds each label for present whose probability ([N, L]) is a half or more."""
        import numpy as np

        return cls(probabilities, np.full(probabilities.shape[1], 0.5, np.float32))

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, L] probabilities."""
        return self.probabilities

    @property
    def holds(self) -> NDArray[np.bool_]:
        """[N, L]: whether each label is answered."""
        answered: NDArray[np.bool_] = self.probabilities >= self.thresholds
        return answered

    @property
    def as_targets(self) -> NDArray[np.int64]:
        """[N, L] of 0 and 1."""
        import numpy as np

        return self.holds.astype(np.int64)

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the label that reaches its own threshold, from which it is answered, most clearly."""
        import numpy as np

        return int(np.argmax(self.probabilities[example] / self.thresholds)), "the label that stands out most"


@dataclass(frozen=True)
class ValueAnswer(OneKind):
    """One number per example.

    Attributes:
        values: [N] float32, in the target's own unit.
    """

    kind: ClassVar[str] = "value"
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, 1] values."""
        return self.values[:, None]

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N] values."""
        return self.values

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the only number."""
        return 0, "the only number"


@dataclass(frozen=True)
class ValuesAnswer(OneKind):
    """M numbers per example.

    Attributes:
        values: [N, M] float32, each in its own unit.
    """

    kind: ClassVar[str] = "values"
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, M] values."""
        return self.values

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, M] values."""
        return self.values

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first number."""
        return 0, "the first of several numbers"


@dataclass(frozen=True)
class NextAnswer(OneKind):
    """What may come next at each of T places.

    Attributes:
        logs: [N, T, V] float32, natural logarithms of the probability of every token after each place.
    """

    kind: ClassVar[str] = "next"
    logs: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.logs)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, 0]: the tokens are no names of the target's."""
        import numpy as np

        return np.zeros((len(self), 0), np.float32)

    @property
    def as_targets(self) -> NDArray[np.int64]:
        """[N, T] the likeliest token after each place."""
        likeliest: NDArray[np.int64] = self.logs.argmax(2)
        return likeliest

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the likeliest token after the last place."""
        return int(self.logs[example, -1].argmax()), "the likeliest token after the last place"

    def held_against(self, inputs: Known, targets: Known) -> NextHeld:
        """Return how surprising the tokens are that did come."""
        import numpy as np

        tokens = np.asarray(inputs(), np.int64)
        length = tokens.shape[1]
        ends = (tokens != 0).sum(1, keepdims=True)
        places = np.arange(length)[None, :]
        is_own = (places >= ends - np.asarray(targets()).reshape(-1, 1)) & (places < ends) & (places > 0)
        came = np.take_along_axis(self.logs[:, : length - 1], tokens[:, 1:, None], axis=2)[..., 0]
        surprises = np.full(tokens.shape, np.nan, np.float32)
        surprises[:, 1:] = -came
        return NextHeld(np.where(is_own, surprises, np.nan).astype(np.float32))


@dataclass(frozen=True)
class NextHeld(OneKind):
    """How surprising each token was that did come.

    Attributes:
        surprises: [N, T] float32, minus the natural logarithm of the probability that each token of a window had; NaN
            of those that are not the window's own.
    """

    kind: ClassVar[str] = "next"
    surprises: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.surprises)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, 0]: the tokens are no names of the target's."""
        import numpy as np

        return np.zeros((len(self), 0), np.float32)

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, T] the surprises: of what is answered with a distribution they are all that is held against the truth."""
        return self.surprises

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no answers: none is asked about by name."""
        return 0, "the next token"


@dataclass(frozen=True)
class TextAnswer(OneKind):
    """A text per example.

    Attributes:
        points: [N, U] int32 code points of what is written, 0 behind its end.
        logs: [N, U] float32, the natural logarithm of the probability of each character given those before it, and of
            the end after the last; 0 behind it.
    """

    kind: ClassVar[str] = "text"
    points: NDArray[np.int32]
    logs: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, 0]: a text is no name of the target's."""
        import numpy as np

        return np.zeros((len(self), 0), np.float32)

    @property
    def as_targets(self) -> NDArray[np.int32]:
        """[N, U] code points."""
        return self.points

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """[N]: of each text as a whole, the product of its characters'."""
        import numpy as np

        whole: NDArray[np.float64] = np.exp(self.logs.sum(axis=1, dtype=np.float64))
        return whole

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no names: the text is written as a whole."""
        return 0, "the text that is written"


@dataclass(frozen=True)
class FutureAnswer(OneKind):
    """The next h values of N series, with their quantiles.

    Attributes:
        quantiles: [N, h, Q] float32 in the series' own unit, rising along the last axis; the middle one is the median.
        positive: whether the series is positive by its kind, so that bands are widened by factors and stay above 0.
    """

    kind: ClassVar[str] = "future"
    quantiles: NDArray[np.float32]
    positive: bool = False

    def __len__(self) -> int:
        return len(self.quantiles)

    @property
    def median(self) -> NDArray[np.float32]:
        """[N, h]."""
        middle: NDArray[np.float32] = self.quantiles[:, :, self.quantiles.shape[2] // 2]
        return middle

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, h] medians."""
        return self.median

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, h] medians."""
        return self.median

    def band(self, level: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return [N, h] lower and upper borders.

        Args:
            level: 95, 80 or 50, in percent.
        """
        place = BANDS.index(level)
        return self.quantiles[:, :, place], self.quantiles[:, :, -1 - place]

    def widened(self, factors: tuple[float, ...]) -> FutureAnswer:
        """Return the same medians with bands whose distance to them is multiplied.

        Args:
            factors: one for each of `BANDS`, the outermost first; a band never comes to lie outside a wider one.
        """
        import numpy as np

        values = self.quantiles.astype(np.float64)
        values = np.log(np.maximum(values, np.finfo(np.float32).tiny)) if self.positive else values
        middle = values.shape[2] // 2
        median = values[:, :, middle : middle + 1]
        each = np.array([*factors, 1.0, *reversed(factors)])
        wider = median + (values - median) * each
        wider[:, :, :middle] = np.minimum.accumulate(wider[:, :, middle - 1 :: -1], axis=2)[:, :, ::-1]
        wider[:, :, middle + 1 :] = np.maximum.accumulate(wider[:, :, middle + 1 :], axis=2)
        back = (np.exp(wider) if self.positive else wider).astype(np.float32)
        back[:, :, middle] = self.median
        return FutureAnswer(back, self.positive)

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the next step."""
        return 0, "the next value"


ANSWERS: KindTable[type[Answer]] = KindTable(
    "answer",
    TARGETS,
    {
        "class": ClassAnswer,
        "future": FutureAnswer,
        "labels": LabelsAnswer,
        "next": NextAnswer,
        "text": TextAnswer,
        "value": ValueAnswer,
        "values": ValuesAnswer,
    },
)
"""The type of answer to each kind of target; a task's `answer` gives one of its target's."""
