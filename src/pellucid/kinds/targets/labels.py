"""Any of L labels per example, several at once or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pellucid.errors import DataError
from pellucid.kinds.targets.base import TARGETS, Kept, Name, Target, listed
from pellucid.kinds.targets.naming import head_of_names, index_of
from pellucid.words import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@TARGETS.register
class LabelsTarget(Target):
    """Any of L labels per example, several at once or none: [N, L] int64 of 0 and 1."""

    kind: Literal["labels"] = "labels"
    noun: ClassVar[str] = "label"
    dimensions: ClassVar[int] = 2
    name: str = "labels"
    classes: tuple[Name, ...]
    """The labels; a label's index is its place here, for ever."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The labels."""
        return self.classes

    @property
    def categories(self) -> tuple[str, ...]:
        """The labels."""
        return self.classes

    @property
    def learned(self) -> str:
        """How many labels there are."""
        return counted(len(self.classes), self.noun)

    def head(self, shown: int) -> tuple[str, ...]:
        """Return their number, with names and without."""
        return head_of_names(self, shown)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"Any of {len(self.classes)} labels may hold at once, or none."

    def as_array(self, values: Sequence[Any]) -> NDArray[np.int64]:
        """Return [N, L] int64."""
        import numpy as np

        return np.asarray(values, np.int64)

    def check(self, targets: NDArray[Any], *, dataset: str) -> None:
        """Look whether two examples have each label, and two lack it.

        Raises:
            DataError: they do not, or there is no label.
        """
        if len(self.classes) == 0:
            raise DataError(f"'{dataset}' has no labels.", expected="At least one label that some examples have.")
        counts, total = self.counts(targets), len(targets)
        useless = [name for name, count in zip(self.classes, counts, strict=True) if min(count, total - count) < 2]
        if useless:
            raise DataError(
                f"{counted(len(useless), 'label')} cannot be learned, as fewer than two examples have or lack it: "
                f"{listed(useless)}.",
                expected="Two examples with and two without each label; twenty or more make a score meaningful.",
                fix="Add examples, or take the label out of the data.",
            )

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        """Return how many examples have each label."""
        return tuple(int(count) for count in targets.sum(axis=0))

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return each label with its zeros and ones."""
        return tuple((name, targets[:, place]) for place, name in enumerate(self.classes))

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return the indices of the examples that have each label."""
        return {label: (targets[:, index] == 1).nonzero()[0] for index, label in enumerate(self.classes)}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        """Return each example's rarest label, as that one can least afford to be spread unevenly.

        The idea is that of K. Sechidis, G. Tsoumakas and I. Vlahavas (2011), "On the stratification of multi-label
        data". Examples without any label are a stratum of their own; strata are numbered without gaps, so that a label
        that is nobody's rarest makes none.
        """
        import numpy as np

        counts = targets.sum(axis=0)
        # A label that does not hold must never be the rarest: it counts as more frequent than any that does.
        rarity = np.where(targets == 1, counts, len(targets) + 1)
        rarest: NDArray[np.int64] = np.where(targets.any(axis=1), rarity.argmin(axis=1), targets.shape[1])
        return np.unique(rarest, return_inverse=True)[1].reshape(-1).astype(np.int64)

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return "by each example's rarest label"

    def without(self, names: Sequence[str], targets: NDArray[Any]) -> Kept:
        """Return what is left without some labels; all examples stay."""
        import numpy as np

        places = np.array([place for place, name in enumerate(self.classes) if name not in names], np.int64)
        left = self.model_copy(update={"classes": tuple(self.classes[place] for place in places)})
        return Kept(left, np.arange(len(targets)), targets[:, places])

    def say(self, one: Any) -> list[str]:
        """Return the labels that hold."""
        return [name for name, holds in zip(self.classes, one.tolist(), strict=True) if holds]

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the labels that hold, or that none does."""
        return ", ".join(self.say(one)) or "no label"

    def parse(self, text: str) -> NDArray[np.int64]:
        """Return [L] zeros and ones of labels that were typed with commas between them."""
        import numpy as np

        row = np.zeros(len(self.classes), np.int64)
        row[[index_of(part.strip(), self) for part in text.split(",") if part.strip()]] = 1
        return row

    def _not_two_classes(self) -> str:
        return f"has {counted(len(self.classes), 'label')}, each with numbers of its own"
