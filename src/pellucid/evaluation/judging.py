"""Pictures that a network draws, judged by a classifier: taken for something, for all there is, for anything new?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.doing import doing
from pellucid.errors import RecipeError, RunError
from pellucid.evaluation.frechet import Reference
from pellucid.evaluation.judged import COPIED, FEW, SURE, Judged, JudgedSet, SetName
from pellucid.evaluation.proportions import wilson_metric
from pellucid.evaluation.records import Metric
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.preprocessing import ImagePreprocessing, prepare_inputs

if TYPE_CHECKING:
    pass

NUMBER = 2_000
"""Pictures that are drawn to be judged, unless another number is asked for."""
FEWEST = 50
MOST_REFERENCE, MOST_HELD = 5_000, 10_000
"""Training pictures that distances of distributions are taken from, and held-out ones: evenly spaced."""
_AT_ONCE, _PART = 500, 5_000
_RESAMPLES = 1_000
Bytes = NDArray[np.uint8]


def judge_drawn(
    opened: OpenedRun, judge: OpenedRun, *, split: SplitName = "val", number: int = NUMBER, seed: int = 0
) -> Judged:
    """Let a classifier's run judge what a run draws, beside pictures of a split that the run never saw, and noise.

    Args:
        opened: the run that draws.
        judge: the run of the classifier, of pictures of the same kind.
        split: whose pictures stand beside; test is not counted as opened here.
        number: how many are drawn.
        seed: of the draws.

    Raises:
        RecipeError: the run draws nothing, the judge tells no classes apart, or too few are to be drawn.
        RunError: the split is empty.
    """
    if number < FEWEST:
        raise RecipeError(f"-n is {number}.", expected=f"{FEWEST} or more pictures, to be judged.")
    from pellucid.prediction import DRAWING

    drawing = DRAWING[opened.trained.dataset.target.kind](opened.predictor)
    asked, dataset = _Judge(judge, reads=opened.predictor.reads), opened.dataset
    preprocessing = ImagePreprocessing.of(opened.trained.preprocessing)
    held, train = dataset.splits[split], dataset.splits["train"]
    if not len(held):
        raise RunError(f"'{opened.trained.name}' has no {split} split to hold drawn pictures against.")
    some = train[_spread(len(train), MOST_REFERENCE)]
    reference = Reference(asked.features(prepare_inputs(dataset, preprocessing, some)))
    levels = drawing.draw(number, seed=seed).levels
    drawn = np.ascontiguousarray(np.rint(np.moveaxis(levels, 1, 3) * 255).astype(np.uint8))
    noise = np.random.default_rng(seed).integers(0, 256, (number, *drawn.shape[1:]), np.uint8)
    real = prepare_inputs(dataset, preprocessing, held[_spread(len(held), MOST_HELD)])
    named: dict[SetName, Bytes] = {"drawn": drawn, "held-out": real, "noise": noise}
    with doing("looking for the nearest training pictures"):
        far, _ = nearest_of(np.concatenate(list(named.values())), training_parts(opened))
    ends = np.cumsum([len(pictures) for pictures in named.values()])[:-1]
    nearest = dict(zip(named, np.split(far, ends), strict=True))
    compared = min(number, len(real))
    sets = [_measured(name, asked, named[name], reference, nearest[name], compared, seed) for name in named]
    judged = Judged(
        run=opened.trained.name,
        judge=judge.trained.name,
        split=split,
        seed=seed,
        classes=asked.classes,
        compared=compared,
        reference=len(reference.rows),
        width=reference.rows.shape[1],
        sets=tuple(sets),
        copying=_ratio(nearest["drawn"], nearest["held-out"], seed),
    )
    return judged.model_copy(update={"notes": tuple(_notes(judged))})


def _measured(
    name: SetName,
    asked: _Judge,
    pictures: Bytes,
    reference: Reference,
    nearest: NDArray[np.float64],
    compared: int,
    seed: int,
) -> JudgedSet:
    """Return what is measured of one set, of which as many are compared with the reference as of the others."""
    with doing(f"judging: {name}"):
        seen = asked.looked(pictures)
    features = seen.features[_spread(len(pictures), compared)]
    return JudgedSet(
        name=name,
        n=len(pictures),
        accepted=wilson_metric(int((seen.shares.max(axis=1) > SURE).sum()), len(pictures)),
        shares=_shares(seen.shares),
        frechet=reference.frechet(features),
        kernel=reference.kernel(features),
        nearest=_median(nearest, seed),
    )


@dataclass(frozen=True)
class _Looked:
    """What a judge says of N pictures: [N, K] probabilities of its classes, and [N, D] features."""

    shares: NDArray[np.float32]
    features: NDArray[np.float64]


class _Judge:
    """A run of a classifier, asked about levels instead of files."""

    def __init__(self, opened: OpenedRun, *, reads: str) -> None:
        record = opened.trained
        self.name, self._predictor = record.name, opened.predictor
        self.classes: tuple[str, ...] = record.dataset.target.exclusive
        if not self.classes or self._predictor.reads != reads:
            raise RecipeError(
                f"'{record.name}' cannot judge pictures.",
                expected="The run of a classifier of pictures, which tells of each the one class that it belongs to.",
                fix="Train one on the same data: pellucid train DATA",
            )
        # What is judged are levels already: behind the judge's own window, from the numbers of files to levels.
        levels = {"bit_depth": 8, "low": 0, "high": 255, "no_data": (), "unit_floats": False}
        self._reads = ImagePreprocessing.of(record.preprocessing).model_copy(update=levels)

    def looked(self, pictures: Bytes) -> _Looked:
        """Return what it says of [N, H, W, C] pictures."""
        plain = pictures[..., 0] if pictures.shape[3] == 1 else pictures
        outputs = self._predictor.outputs(self._reads.canvases(plain))
        if outputs.features is None:
            raise RecipeError(f"The network of '{self.name}' has no last layer whose features could be compared.")
        return _Looked(self._predictor.answer(outputs).numbers, outputs.features.astype(np.float64))

    def features(self, pictures: Bytes) -> NDArray[np.float64]:
        """Return [N, D] features of [N, H, W, C] pictures."""
        return self.looked(pictures).features


def nearest_of(pictures: Bytes, known: Iterable[Bytes]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return how far pictures are from the nearest of known ones, and which that is.

    Args:
        pictures: [N, H, W, C] uint8.
        known: the known ones, part by part: [M, H, W, C] uint8 each.

    Returns:
        [N] distances, roots of summed squared differences of levels from 0 to 1, and [N] places among all known ones.
    """
    nearest, places, begin = np.full(len(pictures), np.inf), np.zeros(len(pictures), np.int64), 0
    for part in known:
        rows = part.reshape(len(part), -1).astype(np.float32)
        lengths = np.square(rows).sum(axis=1)
        for start in range(0, len(pictures), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            asked = pictures[some].reshape(len(pictures[some]), -1).astype(np.float32)
            found = (lengths - 2 * asked @ rows.T).argmin(axis=1)
            # Once more and exactly: the difference of large numbers above tells which, and not how far.
            distances = np.sqrt(np.square(asked.astype(np.float64) - rows[found]).sum(axis=1)) / 255
            is_nearer = distances < nearest[some]
            nearest[some] = np.where(is_nearer, distances, nearest[some])
            places[some] = np.where(is_nearer, begin + found, places[some])
        begin += len(part)
    return nearest, places


def training_parts(opened: OpenedRun) -> Iterator[Bytes]:
    """Yield the training pictures of a run as its network sees them, [M, H, W, C] uint8, some thousand at a time."""
    dataset, preprocessing = opened.dataset, opened.trained.preprocessing
    train = dataset.splits["train"]
    for start in range(0, len(train), _PART):
        yield prepare_inputs(dataset, preprocessing, train[start : start + _PART])


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """Return indices of at most so many of `count`, evenly spaced."""
    taken = min(count, most)
    return np.arange(taken) * count // taken


def _shares(probabilities: NDArray[np.float32]) -> tuple[Metric, ...]:
    counts = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1])
    return tuple(wilson_metric(int(count), len(probabilities)) for count in counts)


def _medians(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    draws = np.random.default_rng(seed)
    return np.array([np.median(values[draws.integers(0, len(values), len(values))]) for _ in range(_RESAMPLES)])


def _median(values: NDArray[np.float64], seed: int) -> Metric:
    low, high = np.quantile(_medians(values, seed), [0.025, 0.975])
    return Metric(value=float(np.median(values)), low=float(low), high=float(high), method="bootstrap")


def _ratio(drawn: NDArray[np.float64], held: NDArray[np.float64], seed: int) -> Metric:
    """Return how the medians of two sets are to one another; both sets are drawn anew."""
    below = float(np.median(held))
    if below == 0:
        return Metric(value=1.0, note="held-out pictures are training pictures, too")
    ratios = _medians(drawn, seed) / np.maximum(_medians(held, seed + 1), 1e-12)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return Metric(value=float(np.median(drawn)) / below, low=float(low), high=float(high), method="bootstrap")


def _notes(judged: Judged) -> Iterator[str]:
    """Yield what the reader must know: what is missing, what may be copied."""
    missing = [
        f"'{name}' ({drawn.value:.1%}, held out {held.value:.1%})"
        for name, drawn, held in zip(judged.classes, judged.drawn.shares, judged.of("held-out").shares, strict=True)
        if drawn.value < FEW * held.value
    ]
    if missing:
        yield f"Hardly drawn, or not at all: {', '.join(missing)}."
    high = judged.copying.high
    if high is not None and high < COPIED:
        yield "Drawn pictures lie closer to training pictures than held-out ones do: some may be copies."
