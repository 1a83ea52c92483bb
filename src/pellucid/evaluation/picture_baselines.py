"""Baselines for photos: simple methods on edges and colours, instead of on raw pixels, which say little of photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.doing import doing
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.estimators import ESTIMATORS
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.kinds.one_class import BALANCED
from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.picture_features import (
    colour_histogram,
    edges,
    edges_and_colours,
    has_edges,
    shrink,
    shrinking_to,
)
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple import SIMPLE, FlatRows, Method
from pellucid.evaluation.simple_methods import draw_training_examples
from pellucid.kinds import ImageInput, SplitName
from pellucid.preprocessing import Preprocessing, open_inputs

LEAST_SIDE = 32
"""Pixels of the longer side from which edges and colours tell more than pixels do (`benchmarks/baselines.py`)."""
TREES = 100
_CHUNK = 256


@dataclass(frozen=True)
class PictureFeatures:
    """What is known of N pictures.

    Attributes:
        both: [N, D] float32, edges and colours.
        colours: [N, C] float32, colours or grey levels alone.
    """

    both: NDArray[np.float32]
    colours: NDArray[np.float32]


def suits_pictures(preprocessing: Preprocessing) -> bool:
    """Tell whether a run's pictures are large enough to be looked at by their edges and colours."""
    size = preprocessing.canvas_size
    return size is not None and max(size) >= LEAST_SIDE and has_edges(*size)


def picture_baselines(
    dataset: Dataset,
    preprocessing: Preprocessing,
    split: SplitName,
    *,
    headline: str,
    model_answers: NDArray[Any],
    seed: int = 0,
) -> tuple[Baseline, ...]:
    """Train simple methods on the training split's edges and colours, and score them on a split.

    Args:
        dataset: of pictures; its target is one that simple methods answer.
        preprocessing: of the run: its canvases are looked at, shrunk to about 64 pixels.
        split: what is scored.
        headline: which metric to show as `metric`.
        model_answers: [N] classes or numbers, [N, L] label sets, that the model answers on the split.
        seed: of the draw of training examples and of the intervals.
    """
    train, scored = dataset.splits["train"], dataset.splits[split]
    targets, drawn_by = dataset.targets[train], ESTIMATORS[dataset.target.kind].drawn_by
    kept = draw_training_examples(drawn_by(targets), seed=seed)
    looked_at = len(kept) + len(scored)
    with doing("looking at edges and colours, for simple methods", looked_at) as moved:
        known = _features(dataset, preprocessing, train[kept], moved)
        asked = _features(dataset, preprocessing, scored, lambda done: moved(len(kept) + done))
    part = "" if len(kept) == len(train) else f" (of {len(train):,}, drawn with seed {seed})"
    where = f"{len(kept):,} training pictures{part}"
    truth = replace(Truth.of(dataset, split, headline=headline), seed=seed)
    grey = ImageInput.of(dataset.input).channels == 1
    methods = _methods(truth, targets[kept], known, asked, colours="grey levels" if grey else "colours", where=where)
    balanced = headline == BALANCED
    same = (truth.target.model_dump_json(), balanced, where, FlatRows(known.both, targets[kept], asked.both).digest())
    return score_methods(map(_told, methods), truth, model_answers=model_answers, learned_from=same)


def _told(method: Method) -> Method:
    """Return a method that says what it is doing."""

    def answer() -> tuple[NDArray[Any], str]:
        with doing(f"scoring a simple method beside it: {method.name}"):
            return method.answer()

    return Method(method.name, answer)


def _features(
    dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64], done: Callable[[int], None]
) -> PictureFeatures:
    """Return the features of examples, from the canvases that the network takes."""
    parts: list[PictureFeatures] = []
    for start in range(0, len(indices), _CHUNK):
        canvases = open_inputs(dataset, preprocessing, indices[start : start + _CHUNK])[:]
        parts.append(features_of_canvases(canvases))
        done(min(len(indices), start + _CHUNK))
    both, colours = (np.concatenate([getattr(part, name) for part in parts]) for name in ("both", "colours"))
    return PictureFeatures(both, colours)


def features_of_canvases(canvases: NDArray[np.uint8]) -> PictureFeatures:
    """Return edges and colours of pictures.

    Args:
        canvases: [N, H, W, C] uint8, C of 1 or 3; H and W as `has_edges` wants them.
    """
    small = shrink(canvases, shrinking_to(max(canvases.shape[1:3]))).round().astype(np.uint8)
    colours = colour_histogram(small)
    return PictureFeatures(edges_and_colours(edges(small), colours), colours)


def _methods(
    truth: Truth, targets: NDArray[Any], known: PictureFeatures, asked: PictureFeatures, *, colours: str, where: str
) -> list[Method]:
    """Return the methods for a kind of target, the one that needs no picture first."""
    simple, balanced = SIMPLE[truth.target.kind], truth.headline == BALANCED
    looks = f"HOG and {colours}"
    seen = f"oriented gradients (HOG) and a histogram of the {colours} of {where}, shrunk to about 64 pixels"
    weighed = ", each class counting alike" if balanced else ""

    def neighbour() -> tuple[NDArray[Any], str]:
        found = targets[nearest_neighbours(known.both, asked.both)]
        return found, f"The target of the nearest by {seen} (Euclidean distance)."

    def linear() -> tuple[NDArray[Any], str]:
        estimator = simple.linear(balanced=balanced)
        found = simple.fit_and_answer(estimator, known.both, targets, asked.both)
        return found, f"{simple.linear_word.capitalize()} regression on {seen}{weighed}."

    def forest() -> tuple[NDArray[Any], str]:
        estimator = simple.forest(balanced=balanced, trees=TREES)
        found = simple.fit_and_answer(estimator, known.colours, targets, asked.colours)
        return found, f"{TREES} trees on a histogram of the {colours} of {where}{weighed}."

    return [
        simple.constant(truth.target, truth.learned).method(len(asked.both)),
        Method(f"nearest neighbour on {looks}", neighbour),
        Method(f"{simple.linear_word} regression on {looks}", linear),
        Method(f"random forest on {colours}", forest),
    ]
