"""What the classical methods look at: columns of a table, or pixels, edges and colours of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.data import TextInputs
from pellucid.evaluation import SIDE, colour_histogram, edges, edges_and_colours, shrink
from pellucid.kinds import INPUTS, KindTable, SplitName, Wishes
from pellucid.ladder.records import Climbed, Features
from pellucid.ladder.text_rungs import climb_by_counting
from pellucid.preprocessing import fit_preprocessing, open_inputs

if TYPE_CHECKING:
    from pellucid.data import Dataset

_CHUNK = 256
MOST_WORDS = 2_000
"""Of texts, that classical methods look at."""


class Looking(Protocol):
    """What the classical methods look at in one kind of input."""

    has_columns: ClassVar[bool]
    """Whether each number has a meaning of its own; else they are many, and turned to their principal components."""

    def features(self, dataset: Dataset, indices: NDArray[np.int64]) -> Features:
        """Return what is known of examples; fitted, where it needs fitting, on the training split alone.

        Args:
            dataset: of this kind of input.
            indices: [N] of the examples.
        """

    def climb_own(self, dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
        """Return further rungs, of methods that look at such examples in a way of their own.

        Args:
            dataset: of this kind of input.
            splits: to answer.
            on_rung: told each method's name before it begins.
        """


class LookAtPictures:
    """Pixels, edges and colours."""

    has_columns: ClassVar[bool] = False

    def features(self, dataset: Dataset, indices: NDArray[np.int64]) -> Features:
        """Return those of pictures of 64 pixels."""
        preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("image",), sizes=(SIDE,)))
        canvases = open_inputs(dataset, preprocessing, indices)
        parts = [picture_features(canvases[start : start + _CHUNK]) for start in range(0, len(indices), _CHUNK)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def climb_own(self, dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
        """Return nothing: features are all there is to look at."""
        return []


class LookAtTables:
    """Columns, standardised and one-hot."""

    has_columns: ClassVar[bool] = True

    def features(self, dataset: Dataset, indices: NDArray[np.int64]) -> Features:
        """Return the columns."""
        preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("table",)))
        rows = open_inputs(dataset, preprocessing, indices)
        return {"its columns": np.asarray(rows[:], dtype=np.float32)}

    def climb_own(self, dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
        """Return nothing: features are all there is to look at."""
        return []


class LookAtTexts:
    """Words, weighed by how rare they are (tf-idf)."""

    has_columns: ClassVar[bool] = False

    def features(self, dataset: Dataset, indices: NDArray[np.int64]) -> Features:
        """Return the weights of the most frequent words of the training split."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        inputs = TextInputs.of(dataset.inputs)
        vectoriser = TfidfVectorizer(max_features=MOST_WORDS, dtype=np.float32)
        vectoriser.fit(inputs.texts(dataset.splits["train"]))
        return {"its words, weighed (tf-idf)": vectoriser.transform(inputs.texts(indices)).toarray()}

    def climb_own(self, dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
        """Return those that count words."""
        return climb_by_counting(dataset, splits, on_rung)


LOOKING: KindTable[Looking] = KindTable(
    "way for classical methods to look at it",
    INPUTS,
    {"image": LookAtPictures(), "table": LookAtTables(), "text": LookAtTexts()},
)


def picture_features(canvases: NDArray[np.uint8]) -> Features:
    """Return pixels at half the size, oriented gradients and, of coloured pictures, those with their colours.

    Args:
        canvases: [N, 64, 64, C] uint8, C of 1 or 3.
    """
    gradients = edges(canvases)
    pixels = shrink(canvases, 2).reshape(len(canvases), -1) / 255
    found: Features = {"pixels": pixels.astype(np.float32), "oriented gradients (HOG)": gradients}
    if canvases.shape[3] == 3:
        found["oriented gradients and a colour histogram"] = edges_and_colours(gradients, colour_histogram(canvases))
    return found
