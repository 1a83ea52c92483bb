"""One class of K per example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pellucid.errors import DataError, RecipeError, did_you_mean
from pellucid.kinds.targets.base import TARGETS, Kept, Name, Target, listed
from pellucid.kinds.targets.naming import head_of_names, index_of
from pellucid.words import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@TARGETS.register
class ClassTarget(Target):
    """One class of K per example: [N] int64 indices."""

    kind: Literal["class"] = "class"
    noun: ClassVar[str] = "class"
    name: str = "label"
    classes: tuple[Name, ...]
    """Sorted by name; a class's index is its place here, for ever."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The classes."""
        return self.classes

    @property
    def exclusive(self) -> tuple[str, ...]:
        """The classes."""
        return self.classes

    @property
    def categories(self) -> tuple[str, ...]:
        """The classes."""
        return self.classes

    @property
    def learned(self) -> str:
        """How many classes there are."""
        return counted(len(self.classes), self.noun)

    def head(self, shown: int) -> tuple[str, ...]:
        """Return their number, with names and without."""
        return head_of_names(self, shown)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"The target “{self.name}” is one of {len(self.classes)} classes."

    def as_array(self, values: Sequence[Any]) -> NDArray[np.int64]:
        """Return [N] int64."""
        import numpy as np

        return np.asarray(values, np.int64)

    def check(self, targets: NDArray[Any], *, dataset: str) -> None:
        """Look whether there are two classes.

        Raises:
            DataError: there are not.
        """
        if len(self.classes) < 2:
            raise DataError(
                f"'{dataset}' has one class only: '{self.classes[0]}' ({len(targets):,} examples).",
                expected="A classifier needs at least two classes.",
                fix="Add a folder (or rows) of another class, e.g. of what it should not be.",
            )

    def check_held_out(self, targets: NDArray[Any], *, dataset: str) -> None:
        """Look whether each class has two examples.

        Raises:
            DataError: one has not.
        """
        # With a single example a class is either never learned or never judged.
        lonely = [name for name, count in zip(self.classes, self.counts(targets), strict=True) if count < 2]
        if lonely:
            subject = f"The class '{lonely[0]}' has" if len(lonely) == 1 else f"{len(lonely)} classes have"
            raise DataError(
                f"{subject} fewer than two examples{'' if len(lonely) == 1 else ': ' + listed(lonely)}.",
                expected="A class needs one to learn from and one to be tested on; twenty or more make a score "
                "meaningful.",
                fix="Add examples, merge it with another class, or take it out of the data; --val 0 --test 0 learns "
                "from all, and measures nothing.",
            )

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        """Return how many examples each class has."""
        import numpy as np

        return tuple(np.bincount(targets.astype(np.int64), minlength=len(self.classes)).tolist())

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return the one target."""
        return ((self.name, targets),)

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return the indices of each class that has any."""
        found = {label: (targets == index).nonzero()[0] for index, label in enumerate(self.classes)}
        return {label: indices for label, indices in found.items() if len(indices)}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        """Return the classes."""
        return self.as_array(targets)  # type: ignore[arg-type]  # an array is a sequence in all but name

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return "by class"

    def without(self, names: Sequence[str], targets: NDArray[Any]) -> Kept:
        """Return what is left without some classes and their examples."""
        import numpy as np

        places = np.array([place for place, name in enumerate(self.classes) if name not in names], np.int64)
        left = self.model_copy(update={"classes": tuple(self.classes[place] for place in places)})
        kept = np.flatnonzero(np.isin(targets, places))
        return Kept(left, kept, np.searchsorted(places, targets[kept]).astype(np.int64))

    def say(self, one: Any) -> str:
        """Return the class."""
        return self.classes[int(one)]

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the class."""
        return self.classes[int(one)]

    def parse(self, text: str) -> NDArray[np.int64]:
        """Return the index of a class that was typed, [] int64."""
        import numpy as np

        return np.asarray(index_of(text, self))

    def positive(self, named: str | None = None) -> str | None:
        """Return the positive one of two classes; see `Target.positive`."""
        if len(self.classes) != 2:
            return super().positive(named)
        if named is None:
            return self.classes[1]
        if named not in self.classes:
            raise RecipeError(
                f"--positive is '{named}', which is no class here.{did_you_mean(named, self.classes)}",
                expected=f"{' or '.join(self.classes)}.",
            )
        return named

    def _not_two_classes(self) -> str:
        return f"has {counted(len(self.classes), 'class')}"
