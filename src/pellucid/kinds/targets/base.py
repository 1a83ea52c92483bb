"""What every kind of target is: the contract, and the registry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, BeforeValidator, SerializeAsAny

from pellucid.errors import RecipeError
from pellucid.kinds.registry import Kind, Kinds
from pellucid.words import steady_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Name = Annotated[str, AfterValidator(steady_name)]
"""A name of a class, label or number, from wherever it came: it breaks no line and steers no terminal."""

Said: TypeAlias = str | float | list[str] | dict[str, float]
"""One target as people read it: a class, a number, a list of labels, or named numbers."""

FEWEST_SHOWN = 8
"""Names that a message lists before it says how many more there are."""


class Kept(NamedTuple):
    """What is left of targets when some of their classes or labels are taken out."""

    target: Target
    examples: NDArray[np.int64]
    """[n] places of the examples that stay."""
    targets: NDArray[Any]
    """[n, ...] their targets."""


class OnPixels(NamedTuple):
    """How the targets of a kind lie on the pixels of its pictures: [N, ..., H, W] numbers, H and W being the canvas's.

    Whatever moves a picture's pixels moves these with them: crops, turns, mirroring, resampling. What changes colours
    leaves them as they are.
    """

    moved: Literal["nearest", "bilinear"]
    """What is read between pixels: the nearest number, where numbers are names; or a blend of four, where they are
    amounts, as floats."""
    unknown: float
    """What stands where nothing is known, such as around a picture that is smaller than the canvas; NaN of floats, so
    that whatever is blended with it is not known either."""

    def known(self, targets: Any) -> Any:
        """Return which of some targets, an array or a tensor of them, are known: as many bools."""
        # NaN alone is unlike itself, in numpy and in torch.
        return targets == targets if math.isnan(self.unknown) else targets != self.unknown

    def units(self, targets: Any) -> Any:
        """Return [N] how many of the numbers of each example, [N, ..., H, W], are known."""
        return self.known(targets).reshape(len(targets), math.prod(targets.shape[1:])).sum(1)


class Target(Kind):
    """What is learned of each example. Targets are arrays of [N] or [N, M] numbers, whose meaning is told here."""

    name: str
    noun: ClassVar[str]
    """What one of `answers` is: "class", "label", "number"."""
    dimensions: ClassVar[int] = 1
    """Of the targets' array: 1 where an example has one number, [N]; 2 where it has a row of them, [N, M]."""
    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "strata"
    """How examples may be split: spread evenly over `strata`, by chance, in time, or in stretches. In time and in
    stretches the first part of an axis that all share is learned from, and the last is the test."""

    continues: ClassVar[bool] = False
    """Whether the target is what the inputs' own numbers do next: both then have the same unit."""

    on_pixels: ClassVar[OnPixels | None] = None
    """How targets lie on the pixels of a picture, where each has one: pictures then keep their size."""

    is_spelled: ClassVar[bool] = False
    """Whether every character of a text may matter for it, so that texts are read character by character."""

    measured_when_asked: ClassVar[str] = ""
    """How a run that learns it is measured, where not after its training, a sentence; "" where it is."""

    files_folder: ClassVar[str] = ""
    """Where a command puts the files that answers are, such as pictures, unless it is told of a place; "" of others."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of what is answered, in the order of the network's numbers: classes, labels, or numbers."""
        raise NotImplementedError

    @property
    def categories(self) -> tuple[str, ...]:
        """The classes or labels whose examples can be counted; () of numbers."""
        raise NotImplementedError

    @property
    def exclusive(self) -> tuple[str, ...]:
        """The classes of which each example has exactly one; () where nothing of the kind is told."""
        return ()

    @property
    def learned(self) -> str:
        """What is learned, within a line: "3 classes", "the target 'price'"."""
        raise NotImplementedError

    def head(self, shown: int) -> tuple[str, ...]:
        """Return what is learned for the first line of a training, from the longest wording to the shortest.

        Args:
            shown: how many names are listed.
        """
        raise NotImplementedError

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        raise NotImplementedError

    def as_array(self, values: Sequence[Any]) -> NDArray[Any]:
        """Return targets as the array they are kept in, int64 or float64."""
        raise NotImplementedError

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether targets can be learned from.

        Args:
            targets: of all examples: an array, or what the kind's own intake makes of addresses.
            dataset: its name, for the message.

        Raises:
            DataError: there are too few, or they do not vary.
        """
        raise NotImplementedError

    def check_held_out(self, targets: Any, *, dataset: str) -> None:
        """Look whether examples can be held back for validation or a test.

        Args:
            targets: of all examples.
            dataset: its name, for the message.

        Raises:
            DataError: there are too few of some kind.
        """

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        """Return how many of the examples each of `categories` has, in order; () of numbers."""
        raise NotImplementedError

    def numbers(self, targets: Any) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return each number that is learned with its name and [N] values; () of classes and labels."""
        return ()

    def one_number(self, targets: NDArray[Any]) -> NDArray[Any] | None:
        """Return [N] values where one number and nothing else is learned, which can be summed up; else None."""
        return None

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return each single thing that is learned with its name and [N] targets: a class, a label or a number."""
        raise NotImplementedError

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return what is looked at together: a category's examples, or all of them, smallest number first.

        Returns:
            name to [n] places; without those that nobody has.
        """
        raise NotImplementedError

    def strata(self, targets: Any) -> NDArray[np.int64]:
        """Return [N] numbers of what splits spread evenly; asked only where `splitting` is by strata."""
        raise NotImplementedError

    @property
    def grid(self) -> tuple[int, int]:
        """(height, width) of the targets of a kind that is `on_pixels`.

        Raises:
            TypeError: it is none.
        """
        raise TypeError(f"A target of the kind '{self.kind}' has no pixels.")

    @property
    def strata_words(self) -> str:
        """By what splits are stratified, e.g. "by class"."""
        raise NotImplementedError

    def place_words(self, place: int) -> str:
        """Return in words a place, counted from 0, on the axis along which examples are split in order."""
        return f"place {place:,}"

    def without(self, names: Sequence[str], targets: Any) -> Kept:
        """Return what is left without some of `categories`.

        Raises:
            TypeError: there are no categories.
        """
        raise TypeError(f"A target of the kind '{self.kind}' has no classes to leave out.")

    def say(self, one: Any) -> Said:
        """Return one example's target as plain JSON that people read.

        Args:
            one: a row of the targets' array.
        """
        raise NotImplementedError

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return one example's target in words.

        Args:
            one: a row of the targets' array.
            digits: that matter, of a number.
        """
        raise NotImplementedError

    def parse(self, text: str) -> NDArray[Any]:
        """Return one target that was typed: a class, labels with commas between them, or numbers.

        Raises:
            RecipeError: a name that there is not, or no number.
        """
        raise NotImplementedError

    def positive(self, named: str | None = None) -> str | None:
        """Return which of two classes is the positive one: whose average precision is told; None where there is none.

        Args:
            named: the class that the user chose; None for the second in the order of the names.

        Raises:
            RecipeError: a class was named and there is no such one, or there are not two classes.
        """
        if named is None:
            return None
        raise RecipeError(
            f"--positive '{named}' says which of two classes is the positive one, but '{self.name}' "
            f"{self._not_two_classes()}.",
            fix="Leave it out.",
        )

    def _not_two_classes(self) -> str:
        return f"is of the kind '{self.kind}'"


TARGETS: Kinds[Target] = Kinds("target")
TargetSpec = Annotated[Target, BeforeValidator(TARGETS.read), SerializeAsAny()]
"""The type of a record's field that holds any kind of target."""


def listed(names: Sequence[str], limit: int = FEWEST_SHOWN) -> str:
    """Return names as a person would list them: "a, b, c and 12 more"."""
    more = len(names) - limit
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:limit])} and {more:,} more"
