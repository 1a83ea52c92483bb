"""Texts, as `data` sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset, Finding, Targets
from pellucid.data.inputs import Inputs
from pellucid.data.kinds.base import InputSummary, split_of
from pellucid.data.kinds.equal import find_equal, find_equal_of_other_class, num_repeated
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.text_example import TextInspection
from pellucid.data.texts import TextInputs
from pellucid.kinds import Input, Target, TextInput
from pellucid.words import counted

MOST_TEXTS = 100
"""Texts that are shown of all classes together."""
SHOWN = 1_000
"""Characters of a text that are shown among others."""


class Texts:
    """The row of texts."""

    def header(self, given: Input) -> dict[str, Any]:
        """Return whether they are items or a stream."""
        return {"texts": TextInput.of(given).form}

    def check_magnitudes(self, inputs: Inputs) -> None:
        """Do nothing: a text holds no numbers."""

    def equal_findings(self, raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
        """Return findings: equal texts, and equal texts of different classes."""
        more = counted(num_repeated(equal), "text equals", "texts equal")
        found = find_equal(raw, equal, kind="equal-texts", message=f"{more} another one, letter by letter.")
        return found + find_equal_of_other_class(raw, equal, things="texts")

    def telling(self, inputs: Inputs, target: Target, targets: Targets, train: NDArray[np.int64]) -> list[Finding]:
        """Return nothing: that a word tells the class is what is to be learned."""
        return []

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        """Return some training texts of each class."""
        inputs, train = TextInputs.of(dataset.inputs), dataset.splits["train"]
        chosen = {"all": train}
        if dataset.target.categories:
            members = dataset.target.members(dataset.targets[train])
            chosen = {name: train[rows] for name, rows in members.items()}
        most = max(1, min(sheet_pictures, MOST_TEXTS // max(1, len(chosen))))

        def told(index: int) -> tuple[str, ...]:
            answer = (dataset.target.words(dataset.targets[index]),) if dataset.target.is_spelled else ()
            return (inputs.name(index), inputs.text(index)[:SHOWN], *answer)

        texts = {name: tuple(map(told, indices[:most].tolist())) for name, indices in chosen.items()}
        return InputSummary(kinds={"texts": len(dataset)}, texts=texts)

    def example(self, dataset: Dataset, index: int) -> TextInspection:
        """Return a text as it stands."""
        return TextInspection(
            name=dataset.inputs.name(index),
            index=index,
            split=split_of(dataset, index),
            target=dataset.target.say(dataset.targets[index]),
            text=TextInputs.of(dataset.inputs).text(index),
        )

    def stranger(self, path: str) -> None:
        """Return nothing: a file may hold many texts, or none."""
        return

    def thumbnail(self, dataset: Dataset, index: int, *, side: int) -> None:
        """Return nothing: a text has no picture."""
        return

    def cells(self, dataset: Dataset, index: int) -> dict[str, str | float]:
        """Return the text, as a column of its own."""
        return {"text": TextInputs.of(dataset.inputs).text(index)}
