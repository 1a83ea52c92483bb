"""Simple methods that know that steps follow one another: the nearest series under warping, ridge on MiniRocket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.minirocket import MiniRocket
from pellucid.evaluation.simple_methods import draw_training_examples
from pellucid.evaluation.warping import BAND, warping_distances
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.preprocessing import Preprocessing, SeriesPreprocessing, open_inputs
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.data import Dataset

MOST_WARPED = 2e9
"""Pairs of steps that are compared at most: some seconds; beyond that training series are drawn."""
MOST_FEATURES = 4e8
"""Numbers in the features of all series; beyond that training series are drawn."""
_ALPHAS = np.logspace(-3, 3, 10)


@dataclass(frozen=True)
class SeriesExamples:
    """Series as simple methods take them.

    Attributes:
        values: [N, C, T] float32, scaled by channel, 0 where nothing is.
        lengths: [N] steps up to each one's last value.
    """

    values: NDArray[np.float32]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, indices: NDArray[np.int64]) -> SeriesExamples:
        """Return some of them."""
        return SeriesExamples(self.values[indices], self.lengths[indices])


class SeriesMethod(NamedTuple):
    """A simple method of series."""

    name: str
    answer: Callable[[SeriesExamples, NDArray[Any], Sequence[SeriesExamples], str], tuple[list[NDArray[Any]], str]]
    """Learns from series and targets, and returns what it answers to others, with a sentence about itself; the last
    argument is the kind of target."""


def series_examples(dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]) -> SeriesExamples:
    """Return series of a dataset as simple methods take them.

    Args:
        dataset: of series.
        preprocessing: fitted.
        indices: [N] of the examples.
    """
    fitted = SeriesPreprocessing.of(preprocessing)
    windows: NDArray[np.float32] = np.asarray(open_inputs(dataset, fitted, indices)[:], np.float32)
    values = windows[:, : len(fitted.channels)]
    if not fitted.masked:
        return SeriesExamples(values, np.full(len(values), fitted.length))
    there = windows[:, -1] > 0
    return SeriesExamples(values, fitted.length - there[:, ::-1].argmax(axis=1))


def series_methods(target_kind: str) -> tuple[SeriesMethod, ...]:
    """Return the methods that answer a kind of target; () where there are none."""
    if target_kind not in RIDGES:
        return ()
    return (
        SeriesMethod("nearest neighbour (warped)", _nearest_warped),
        SeriesMethod("MiniRocket and ridge", _ridge_on_minirocket),
    )


def _nearest_warped(
    train: SeriesExamples, targets: NDArray[Any], asked: Sequence[SeriesExamples], kind: str
) -> tuple[list[NDArray[Any]], str]:
    """Answer with the target of the nearest training series under dynamic time warping."""
    steps = train.values.shape[2]
    band = max(1, round(BAND * steps))
    work = sum(map(len, asked)) * steps * (2 * band + 1)
    kept = draw_training_examples(_drawn_by(targets), seed=0, most=max(1, int(MOST_WARPED // max(1, work))))
    known = train.take(kept)
    answers = []
    for some in asked:
        distances = warping_distances(
            some.values, known.values, first_lengths=some.lengths, second_lengths=known.lengths, band=band
        )
        answers.append(targets[kept][distances.argmin(axis=1)])
    words = (
        f"The target of the nearest of {_drawn(len(kept), len(train))}, when one may run up to {counted(band, 'step')} "
        "ahead of the other (dynamic time warping)."
    )
    return answers, words


def _ridge_on_minirocket(
    train: SeriesExamples, targets: NDArray[Any], asked: Sequence[SeriesExamples], kind: str
) -> tuple[list[NDArray[Any]], str]:
    """Answer by ridge regression on the features of MiniRocket."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    most = max(10, int(MOST_FEATURES // 10_000))
    kept = draw_training_examples(_drawn_by(targets), seed=0, most=most)
    known = train.take(kept)
    transform = MiniRocket(known.values, known.lengths)
    fitted = make_pipeline(StandardScaler(), RIDGES[kind]())
    fitted.fit(transform.features(known.values, known.lengths), targets[kept])
    answers = [
        np.concatenate(
            [
                np.asarray(
                    fitted.predict(
                        transform.features(some.values[at : at + _AT_ONCE], some.lengths[at : at + _AT_ONCE])
                    )
                )
                for at in range(0, len(some), _AT_ONCE)
            ]
        )
        for some in asked
    ]
    words = (
        f"Ridge regression, its penalty chosen by leaving one out, on {transform.num_features:,} features of "
        f"MiniRocket (Dempster et al. 2021), learned from {_drawn(len(kept), len(train))}."
    )
    return answers, words


_AT_ONCE = 512


def _drawn(kept: int, of: int) -> str:
    return f"{kept:,} training series" if kept == of else f"{kept:,} of {of:,} training series"


def _drawn_by(targets: NDArray[Any]) -> NDArray[Any]:
    return targets if targets.ndim == 1 else targets[:, 0].astype(np.float64)


def _ridge_of_classes() -> Any:
    from sklearn.linear_model import RidgeClassifierCV

    return RidgeClassifierCV(alphas=_ALPHAS)


def _ridge_of_values() -> Any:
    from sklearn.linear_model import RidgeCV

    return RidgeCV(alphas=_ALPHAS)


_ONE_ANSWER = Refused("Methods on shapes of series answer one class or one number.")
RIDGES: KindTable[Callable[[], Any]] = KindTable(
    "ridge on features of series",
    TARGETS,
    {
        "class": _ridge_of_classes,
        "future": _ONE_ANSWER,
        "labels": _ONE_ANSWER,
        "next": _ONE_ANSWER,
        "mask": _ONE_ANSWER,
        "generated": _ONE_ANSWER,
        "paired": _ONE_ANSWER,
        "picture": _ONE_ANSWER,
        "text": _ONE_ANSWER,
        "value": _ridge_of_values,
        "values": _ONE_ANSWER,
    },
)
"""What learns from many features of a series, by the kind of target."""
