"""Baselines for photos: simple methods on edges and colours, instead of on raw pixels, which say little of photos."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.doing import doing
from pellucid.evaluation import intervals, regression
from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import compare_paired, compare_paired_scores, compare_paired_values
from pellucid.evaluation.multilabel import label_set_metrics, samples_f1
from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.picture_features import (
    colour_histogram,
    edges,
    edges_and_colours,
    has_edges,
    shrink,
    shrinking_to,
)
from pellucid.evaluation.records import Baseline, Metric, PairedComparison
from pellucid.evaluation.simple_methods import draw_training_examples
from pellucid.kinds import ClassTarget, LabelsTarget, SplitName

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.preprocessing import Preprocessing

MODEL = "the model"
LEAST_SIDE = 32
"""Pixels of the longer side from which edges and colours tell more than pixels do (`benchmarks/baselines.py`)."""
TREES = 100
_PENALTY = 1.0
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
    if preprocessing.kind != "image":
        return False
    height, width = preprocessing.height, preprocessing.width
    return max(height, width) >= LEAST_SIDE and has_edges(height, width)


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
        dataset: of pictures; its target is one class, several labels or one number.
        preprocessing: of the run: its canvases are looked at, shrunk to about 64 pixels.
        split: what is scored.
        headline: which metric to show as `metric`.
        model_answers: [N] classes or numbers, [N, L] label sets, that the model answers on the split.
        seed: of the draw of training examples and of the intervals.
    """
    train, scored = dataset.splits["train"], dataset.splits[split]
    targets = dataset.targets[train]
    is_labels = isinstance(dataset.target, LabelsTarget)
    kept = draw_training_examples(targets[:, 0].astype(np.float64) if is_labels else targets, seed=seed)
    learned, truth = targets[kept], dataset.targets[scored]
    methods = _methods(dataset, learned, balanced=headline == "balanced_accuracy")
    looked_at = len(kept) + len(scored)
    with doing("looking at edges and colours, for simple methods", looked_at) as moved:
        known = _features(dataset, preprocessing, train[kept], moved)
        asked = _features(dataset, preprocessing, scored, lambda done: moved(len(kept) + done))
    part = "" if len(kept) == len(train) else f" (of {len(train):,}, drawn with seed {seed})"
    where = f"{len(kept):,} training pictures{part}"
    found = []
    for name, description, method in methods:
        started = time.perf_counter()
        with doing(f"scoring a simple method beside it: {name}"):
            answered = method(known, asked)
        seconds = time.perf_counter() - started
        metrics, versus = _score(dataset, split, name, answered, truth, model_answers, headline=headline, seed=seed)
        shown = headline if headline in metrics else next(iter(metrics))
        found.append(
            Baseline(
                name=name,
                description=description.format(where=where),
                metric_name=shown,
                metric=metrics[shown],
                metrics=metrics,
                versus=versus.model_copy(update={"summary": versus.summary[:1].upper() + versus.summary[1:]}),
                seconds=seconds,
            )
        )
    return tuple(found)


def _features(
    dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64], done: Callable[[int], None]
) -> PictureFeatures:
    """Return the features of examples, from the canvases that the network takes."""
    from pellucid.preprocessing import open_inputs

    parts: list[PictureFeatures] = []
    for start in range(0, len(indices), _CHUNK):
        canvases = open_inputs(dataset, preprocessing, indices[start : start + _CHUNK])[:]
        parts.append(features_of_canvases(canvases))  # type: ignore[arg-type]
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


_Method = tuple[str, str, Callable[[PictureFeatures, PictureFeatures], NDArray[Any]]]
"""Name, description with a place for {where}, and what answers the second pictures, having learned from the first."""


def _methods(dataset: Dataset, targets: NDArray[Any], *, balanced: bool) -> list[_Method]:
    """Return the methods for a kind of target, the one that needs no picture first."""
    grey = dataset.input.kind == "image" and dataset.input.channels == 1
    colours = "grey levels" if grey else "colours"
    looks = f"HOG and {colours}"
    seen = f"oriented gradients (HOG) and a histogram of the {colours} of {{where}}, shrunk to about 64 pixels"

    def neighbour(known: PictureFeatures, asked: PictureFeatures) -> NDArray[Any]:
        found: NDArray[Any] = targets[nearest_neighbours(known.both, asked.both)]
        return found

    weighed = ", each class counting alike" if balanced else ""
    linear = "Ridge" if not isinstance(dataset.target, ClassTarget | LabelsTarget) else "Logistic"
    return [
        _trivial(dataset, targets),
        (f"nearest neighbour on {looks}", f"The target of the nearest by {seen} (Euclidean distance).", neighbour),
        (
            f"{linear.lower()} regression on {looks}",
            f"{linear} regression on {seen}{weighed}.",
            lambda known, asked: _fit(_linear(dataset, balanced), known.both, targets, asked.both),
        ),
        (
            f"random forest on {colours}",
            f"{TREES} trees on a histogram of the {colours} of {{where}}{weighed}.",
            lambda known, asked: _fit(_forest(dataset, balanced), known.colours, targets, asked.colours),
        ),
    ]


def _trivial(dataset: Dataset, targets: NDArray[Any]) -> _Method:
    if isinstance(dataset.target, LabelsTarget):
        width = targets.shape[1]
        return (
            "every label",
            "Always all labels: the F1 that needs no model.",
            lambda _known, asked: np.ones((len(asked.both), width), bool),
        )
    everything = dataset.targets[dataset.splits["train"]]
    if isinstance(dataset.target, ClassTarget):
        top = int(np.bincount(everything).argmax())
        said = f"Always '{dataset.target.classes[top]}', the most frequent class in training."
        return (
            "majority class",
            said.replace("{", "{{").replace("}", "}}"),
            lambda _known, asked: np.full(len(asked.both), top, dtype=np.int64),
        )
    mean = float(everything.mean())
    return (
        "mean",
        f"Always {mean:.4g}, the mean of the training targets.",
        lambda _known, asked: np.full(len(asked.both), mean),
    )


def _linear(dataset: Dataset, balanced: bool) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.multiclass import OneVsRestClassifier

    if isinstance(dataset.target, ClassTarget):
        return LogisticRegression(C=_PENALTY, max_iter=1000, class_weight="balanced" if balanced else None)
    if isinstance(dataset.target, LabelsTarget):
        return OneVsRestClassifier(LogisticRegression(C=_PENALTY, max_iter=1000))
    return Ridge(alpha=_PENALTY)


def _forest(dataset: Dataset, balanced: bool) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    if isinstance(dataset.target, ClassTarget):
        return RandomForestClassifier(TREES, random_state=0, class_weight="balanced_subsample" if balanced else None)
    if isinstance(dataset.target, LabelsTarget):
        return RandomForestClassifier(TREES, random_state=0)
    return RandomForestRegressor(TREES, random_state=0)


def _fit(estimator: Any, known: NDArray[np.float32], targets: NDArray[Any], asked: NDArray[np.float32]) -> NDArray[Any]:
    """Fit, and answer; where the training holds one class only, that one."""
    import warnings

    if targets.ndim == 1 and targets.dtype.kind in "iu" and len(np.unique(targets)) == 1:
        return np.full(len(asked), int(targets[0]), dtype=np.int64)
    with warnings.catch_warnings():
        # A label that all training examples have, or all lack, is answered so.
        warnings.filterwarnings("ignore", message="Label .* is present in", category=UserWarning)
        estimator.fit(known, targets)
    return np.asarray(estimator.predict(asked))


def _score(
    dataset: Dataset,
    split: SplitName,
    name: str,
    answered: NDArray[Any],
    truth: NDArray[Any],
    model_answers: NDArray[Any],
    *,
    headline: str,
    seed: int,
) -> tuple[dict[str, Metric], PairedComparison]:
    """Return the metrics of a baseline's answers, and how the model compares."""
    groups = None if dataset.groups is None else dataset.groups[dataset.splits[split]]
    clusters = check_groups(groups)
    about: dict[str, Any] = {"a": name, "b": MODEL, "groups": groups, "seed": seed}
    if isinstance(dataset.target, LabelsTarget):
        right, given = truth.astype(np.bool_), answered.astype(np.bool_)
        metrics = label_set_metrics(given, right, groups=clusters, seed=seed)
        own = samples_f1(model_answers.astype(np.bool_), right)
        return metrics, compare_paired_scores(samples_f1(given, right), own, **about)
    if isinstance(dataset.target, ClassTarget):
        metrics = intervals.label_metrics(truth, answered, classes=dataset.target.classes, groups=clusters)
        by_class = truth if headline == "balanced_accuracy" else None
        return metrics, compare_paired(answered == truth, model_answers == truth, classes=by_class, **about)
    metrics = regression.value_metrics(answered, truth, groups=clusters, seed=seed)
    return metrics, compare_paired_values(answered, model_answers, truth, **about)
