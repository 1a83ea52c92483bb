"""Beside a model that writes texts stand two ways to answer without learning to write."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TextInputs
from pellucid.evaluation.simple import Method
from pellucid.kinds import SplitName, TextTarget, code_points

MOST_COMPARED = 20_000
"""Training texts that a text is compared with."""
_ASKED_AT_ONCE = 1_000


def writing_methods(dataset: Dataset, split: SplitName) -> list[Method]:
    """Return the text itself, and the answer of the most similar training text.

    Args:
        dataset: pairs of texts.
        split: what is answered.
    """
    inputs = TextInputs.of(dataset.inputs)
    train = dataset.splits["train"][:MOST_COMPARED]
    asked, known = inputs.texts(dataset.splits[split]), inputs.texts(train)
    longest = TextTarget.of(dataset.target).longest
    return [
        Method("the text itself", partial(_copied, asked, longest)),
        Method("answer of the most similar text", partial(_nearest, asked, known, dataset.targets[train])),
    ]


def _copied(asked: list[str], width: int) -> tuple[NDArray[Any], str]:
    """Return texts as their own answers, cut to the longest answer's length."""
    answered = np.zeros((len(asked), width), np.int32)
    for row, text in zip(answered, asked, strict=True):
        points = code_points(text)[:width]
        row[: len(points)] = points
    return answered, "The text as it stands."


def _nearest(asked: list[str], known: list[str], answers: NDArray[Any]) -> tuple[NDArray[Any], str]:
    """Return the answers of the training texts whose pieces of up to three letters are most alike."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    counting = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), lowercase=False)
    rows = counting.fit_transform(known)
    nearest = [
        np.asarray((counting.transform(asked[start : start + _ASKED_AT_ONCE]) @ rows.T).argmax(axis=1)).reshape(-1)
        for start in range(0, len(asked), _ASKED_AT_ONCE)
    ]
    words = f"What answers the most similar of {len(known):,} training texts, by pieces of up to three letters."
    return answers[np.concatenate(nearest)], words
