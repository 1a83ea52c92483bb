"""Methods that count the words of a text: naive Bayes and a linear method, from scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.simple import SIMPLE
from pellucid.words import counted

MOST_COUNTED = 200_000
"""Words and pairs that are counted at most, the most frequent of them."""


class CountingMethod(NamedTuple):
    """A method that counts words, and has learned nothing yet.

    Attributes:
        name: unique among them.
        words: what it is.
        estimator: of scikit-learn, unfitted.
        pairs: whether pairs of neighbours are counted, too.
        kind: of the target.
    """

    name: str
    words: str
    estimator: Any
    pairs: bool
    kind: str

    def answer(self, known: Sequence[str], targets: NDArray[Any], asked: Sequence[str]) -> tuple[NDArray[Any], str]:
        """Learn, and return what it answers, in the form of targets, with a description.

        Args:
            known: [M] texts.
            targets: [M, ...] of these.
            asked: [N] texts.
        """
        from sklearn.feature_extraction.text import CountVectorizer

        reach = (1, 2 if self.pairs else 1)
        vectoriser = CountVectorizer(ngram_range=reach, max_features=MOST_COUNTED)
        unit = "different word"
        try:
            seen = vectoriser.fit_transform(known)
        except ValueError:  # no word of two letters: the texts are signs, or written without spaces
            vectoriser, unit = (
                CountVectorizer(analyzer="char", ngram_range=reach, max_features=MOST_COUNTED),
                "character",
            )
            seen = vectoriser.fit_transform(known)
        answers = SIMPLE[self.kind].fit_and_answer(self.estimator, seen, targets, vectoriser.transform(asked))
        what = counted(seen.shape[1], unit) + (" and pairs of neighbours" if self.pairs else "")
        return np.asarray(answers), f"{self.words} on how often each of {what} occurs, in {len(known):,} texts."


def counting_methods(kind: str, *, balanced: bool) -> list[CountingMethod]:
    """Return the methods that answer a kind of target, as simple ones first.

    Args:
        kind: of the target, with a row in `SIMPLE`.
        balanced: whether rare classes count alike.
    """
    simple, methods = SIMPLE[kind], []
    for name, pairs in (("naive Bayes", False), ("naive Bayes on words and pairs", True)):
        bayes = simple.naive_bayes(balanced=balanced)
        if bayes is not None:
            methods.append(CountingMethod(name, "Multinomial naive Bayes", bayes, pairs, kind))
    word = simple.linear_word
    linear = simple.linear(balanced=balanced)
    words = f"{word.capitalize()} regression, L2 penalty 1,"
    return [*methods, CountingMethod(f"bag of words, {word} regression", words, linear, False, kind)]
