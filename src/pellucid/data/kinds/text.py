"""Texts, as `data` sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset, Finding, Targets
from pellucid.data.draft import EXAMPLES_SHOWN, Draft
from pellucid.data.inputs import Inputs
from pellucid.data.kinds.base import InputSummary, split_of
from pellucid.data.text_example import TextInspection
from pellucid.data.texts import TextInputs
from pellucid.kinds import Input, Target, TextInput
from pellucid.words import counted

MOST_TEXTS = 100
SHOWN = 1_000
"""Characters of a text that are shown among others."""


class Texts:
    """The row of texts."""

    def header(self, given: Input) -> dict[str, Any]:
        """Return whether they are items or a stream."""
        return {"texts": TextInput.of(given).form}

    def check_magnitudes(self, inputs: Inputs) -> None:
        """Do nothing: a text holds no numbers."""

    def equal_findings(self, draft: Draft, equal: Sequence[Sequence[int]]) -> list[Finding]:
        """Return findings: equal texts, and equal texts of different classes."""
        if not equal:
            return []
        name = draft.inputs.name
        more = sum(len(members) - 1 for members in equal)
        found = [
            Finding(
                kind="equal-texts",
                message=f"{counted(more, 'text equals', 'texts equal')} another one, letter by letter.",
                examples=tuple(" = ".join(name(index) for index in members[:4]) for members in equal[:EXAMPLES_SHOWN]),
                count=more,
            )
        ]
        torn = [
            members
            for members in equal
            if draft.target.categories and len(np.unique(draft.targets[list(members)], axis=0)) > 1
        ]
        if torn:
            found.append(
                Finding(
                    kind="equal-but-other-class",
                    message=f"{counted(len(torn), 'set')} of equal texts in different classes: "
                    "one label at most is right.",
                    examples=tuple(
                        " = ".join(name(index) for index in members[:4]) for members in torn[:EXAMPLES_SHOWN]
                    ),
                    count=len(torn),
                )
            )
        return found

    def telling(self, inputs: Inputs, target: Target, targets: Targets, train: NDArray[np.int64]) -> list[Finding]:
        """Return nothing: that a word tells the class is what is to be learned."""
        return []

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        """Return some training texts of each class."""
        inputs, train = TextInputs.of(dataset.inputs), dataset.splits["train"]
        names = dataset.target.categories
        targets = dataset.targets[train]
        of_class = {
            name: train[targets == place if targets.ndim == 1 else targets[:, place] > 0]
            for place, name in enumerate(names)
        }
        chosen = of_class if names else {"all": train}
        most = max(1, min(sheet_pictures, MOST_TEXTS // max(1, len(chosen))))
        texts = {
            name: tuple((inputs.name(int(place)), inputs.text(int(place))[:SHOWN]) for place in places[:most])
            for name, places in chosen.items()
        }
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
