"""Baselines for texts: methods that count words, which are hard to beat with few texts."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TextInputs
from pellucid.doing import doing
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple import SIMPLE, Method
from pellucid.kinds import SplitName
from pellucid.words import counted

MOST_COUNTED = 200_000
"""Words and pairs that are counted at most, the most frequent of them."""


def text_baselines(
    dataset: Dataset, split: SplitName, truth: Truth, *, model_answers: NDArray[Any], balanced: bool
) -> tuple[Baseline, ...]:
    """Train methods that count words on the training split, and score them on a split.

    Args:
        dataset: of texts.
        split: what is scored.
        truth: of its examples.
        model_answers: [N, ...] what the model answers to them, in the form of targets.
        balanced: whether rare classes count alike, as they did for the network.
    """
    inputs, train = TextInputs.of(dataset.inputs), dataset.splits["train"]
    known, asked = inputs.texts(train), inputs.texts(dataset.splits[split])
    targets, simple = dataset.targets[train], SIMPLE[dataset.target.kind]

    def counting(estimator: Any, what: str, pairs: bool) -> tuple[NDArray[Any], str]:
        from sklearn.feature_extraction.text import CountVectorizer

        vectoriser = CountVectorizer(ngram_range=(1, 2 if pairs else 1), max_features=MOST_COUNTED)
        try:
            seen = vectoriser.fit_transform(known)
        except ValueError:  # no word of two letters: the texts are signs, or written without spaces
            vectoriser = CountVectorizer(analyzer="char", ngram_range=(1, 2), max_features=MOST_COUNTED)
            seen = vectoriser.fit_transform(known)
        answers = simple.fit_and_answer(estimator, seen, targets, vectoriser.transform(asked))
        counted_words = counted(seen.shape[1], "different word") + (" and pairs of neighbours" if pairs else "")
        return np.asarray(answers), f"{what} on how often each of {counted_words} occurs, in {len(known):,} texts."

    methods = [simple.constant(dataset.target, targets).method(len(asked))]
    bayes = simple.naive_bayes(balanced=balanced)
    if bayes is not None:
        for name, pairs in (("naive Bayes", False), ("naive Bayes on words and pairs", True)):
            methods.append(Method(name, partial(counting, bayes, "Multinomial naive Bayes", pairs)))
    word = simple.linear_word
    linear = partial(
        counting, simple.linear(balanced=balanced), f"{word.capitalize()} regression, L2 penalty 1,", False
    )
    methods.append(Method(f"bag of words, {word} regression", linear))
    with doing("scoring methods that count words"):
        return score_methods(methods, truth, model_answers=model_answers)
