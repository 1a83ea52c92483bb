"""Texts: how many are written rightly from beginning to end, and how near the others come."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.chrf import best_counts, chrf_of
from pellucid.evaluation.comparison import compare_paired
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.proportions import share_metric
from pellucid.evaluation.records import Metric, Mistake, PairedComparison
from pellucid.evaluation.resampling import bootstrap_mean
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target, text_of

if TYPE_CHECKING:
    from pellucid.tasks import Answer

HEADLINE = "exact_match"
MOST_MISTAKES = 24
_FEWEST = 30
"""Examples below which the mean of shares gets no interval."""


class TextScoring(Scoring):
    """Scores what is written; of a text with several right answers the nearest counts."""

    higher_is_better: ClassVar[bool] = True

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the share of answers that are right from beginning to end."""
        return HEADLINE

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score every answer, and keep the mistakes that were most probable."""
        from pellucid.tasks import TextAnswer

        given = TextAnswer.of(answer)
        references = references_of(truth)
        written = [text_of(row) for row in given.points]
        wrong = [index for index, text in enumerate(written) if text not in references[index]]
        shares = given.probabilities
        mistakes = tuple(
            Mistake(
                index=int(about.indices[index]),
                name=about.names[index],
                target=references[index][0],
                predicted=written[index],
                probability=float(shares[index]),
                target_probability=0.0,
            )
            for index in sorted(wrong, key=lambda index: (-shares[index], index))[:MOST_MISTAKES]
        )
        several = sum(len(set(found)) > 1 for found in references)
        notes = (f"{several:,} of the texts have several right answers; any of them counts.",) if several else ()
        return Evaluation(
            split=about.split,
            n=len(given),
            task=about.task,
            metrics=self.metrics(given.points, truth),
            headline=HEADLINE,
            num_groups=None if truth.groups is None else len(np.unique(truth.groups)),
            mistakes=mistakes,
            notes=notes,
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return the share of right texts, the share of right places, and chrF.

        Args:
            answered: [N, U] code points.
            truth: of the same examples.
        """
        references = references_of(truth)
        written = [text_of(row) for row in answered]
        groups = check_groups(truth.groups)
        pairs = list(zip(written, references, strict=True))
        places = np.array([max(right_places(text, one) for one in right) for text, right in pairs])
        total = np.sum([best_counts(text, right) for text, right in pairs], axis=0)
        ends = None if len(pairs) < _FEWEST else bootstrap_mean(places, groups=groups, seed=truth.seed)
        token_accuracy = (
            Metric(value=float(places.mean()), note="too few to say: too few answers, or too few that are wrong")
            if ends is None
            else Metric(
                value=float(places.mean()),
                low=ends[0],
                high=min(1.0, ends[1]),
                method="bootstrap" if groups is None else "clustered-bootstrap",
            )
        )
        return {
            HEADLINE: share_metric(is_right(written, references), groups),
            "token_accuracy": token_accuracy,
            "chrf": Metric(value=chrf_of(total), note="of all answers together; no interval"),
        }

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by which texts are written rightly."""
        references = references_of(truth)
        right = [is_right([text_of(row) for row in rows], references) for rows in (first, second)]
        compared = compare_paired(*right, a=names[0], b=names[1], groups=truth.groups, seed=truth.seed)
        summary = compared.summary.replace("accuracy", "exact match")
        return compared.model_copy(update={"metric": HEADLINE, "summary": summary})


def references_of(truth: Truth) -> list[list[str]]:
    """Return the right texts of each of N examples, its own first: those of all examples of its group."""
    own = [text_of(row) for row in truth.targets]
    if truth.groups is None:
        return [[text] for text in own]
    together: dict[int, dict[str, None]] = defaultdict(dict)
    for group, text in zip(truth.groups.tolist(), own, strict=True):
        together[group][text] = None
    return [
        list(dict.fromkeys((text, *together[group]))) for group, text in zip(truth.groups.tolist(), own, strict=True)
    ]


def is_right(written: list[str], references: list[list[str]]) -> NDArray[np.bool_]:
    """Return [N] whether each text is one of the right ones."""
    return np.array([text in right for text, right in zip(written, references, strict=True)], np.bool_)


def right_places(written: str, right: str) -> float:
    """Return the share of a right text's places, its end among them, at which the written one has the same."""
    same = sum(a == b for a, b in zip(written, right, strict=False)) + (len(written) == len(right))
    return same / (len(right) + 1)
