"""What every answer of a model is, whatever the kind of target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeAlias

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
            example: its index among the N.
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
        for name in (field.name for field in fields(cls)):  # type: ignore[arg-type]
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


class Unnamed(OneKind):
    """One kind whose answers are none of names that the target has: a picture, a text, tokens."""

    def __len__(self) -> int:
        raise NotImplementedError

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, 0]: there are no names that would have a probability or a value each."""
        import numpy as np

        return np.zeros((len(self), 0), np.float32)
