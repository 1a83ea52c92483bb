"""The classical methods: nearest neighbours, support vectors, random forest, gradient boosting; from scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import ESTIMATORS
from pellucid.ladder.kinds import CLIMBING
from pellucid.ladder.records import Features

COMPONENTS = 100
"""Principal components that pictures' features are reduced to."""
TREES = 100
FOLDS = 3


@dataclass(frozen=True)
class Method:
    """One classical method with the choices that cross-validation makes.

    Attributes:
        name: of the rung.
        make: from the kind of target, and whether each class should count alike, to an unfitted estimator.
        grid: parameter names and the values to try.
        needs_columns: whether it is for inputs whose numbers have a meaning of their own, as columns have.
        weighs: whether it can weigh classes.
    """

    name: str
    make: Callable[[str, bool], Any]
    grid: dict[str, list[Any]]
    needs_columns: bool = False
    weighs: bool = True


@dataclass(frozen=True)
class Chosen:
    """A fitted method.

    Attributes:
        estimator: fitted on all the training examples that were handed over.
        features: the words of the features it looks at.
        settings: in words.
        components: principal components that the features were reduced to, fewer than a fold has examples; None: all.
    """

    estimator: Any
    features: str
    settings: str
    components: int | None = None

    def answer(self, features: Features) -> NDArray[Any]:
        """Return [N] classes or values."""
        return np.asarray(self.estimator.predict(features[self.features]))


def _neighbours(kind: str, balanced: bool) -> Any:
    return CLIMBING[kind].neighbours()


def _support_vectors(kind: str, balanced: bool) -> Any:
    return CLIMBING[kind].support_vectors(balanced=balanced)


def _forest(kind: str, balanced: bool) -> Any:
    return ESTIMATORS[kind].forest(balanced=balanced, trees=TREES)


def _boosting(kind: str, balanced: bool) -> Any:
    return ESTIMATORS[kind].boosting(balanced=balanced)


METHODS: tuple[Method, ...] = (
    Method("nearest neighbours", _neighbours, {"n_neighbors": [1, 3, 5, 11]}, weighs=False),
    Method("support vector machine", _support_vectors, {"C": [1.0, 10.0]}),
    Method("random forest", _forest, {"min_samples_leaf": [1, 3]}),
    Method("gradient boosting", _boosting, {"learning_rate": [0.03, 0.1]}, needs_columns=True),
)


def choose_and_fit(
    method: Method,
    features: Features,
    targets: NDArray[Any],
    *,
    kind: str,
    balanced: bool,
    reduce: bool,
    groups: NDArray[np.int64] | None,
) -> Chosen:
    """Choose features and settings by cross-validation within the training examples, and fit with them on all.

    Args:
        method: to fit.
        features: of the training examples.
        targets: [N] classes or values, [N, L] of 0 and 1 for labels.
        kind: of target.
        balanced: whether each class should count alike.
        reduce: whether features are turned to their principal components first.
        groups: [N] whose equal values stay in one fold; None where each example stands for itself.
    """
    from sklearn.model_selection import GridSearchCV

    climbing = CLIMBING[kind]
    scoring = climbing.scoring(balanced=balanced)
    folds = list(_folds(targets, groups, stratified=climbing.is_stratified(targets, folds=FOLDS)))
    weights = climbing.weight_grid if method.weighs else {}
    best: tuple[float, Chosen] | None = None
    for words, rows in features.items():
        pipeline, prefix = _pipeline(method.make(kind, balanced), rows, folds, reduce=reduce)
        grid = {f"{prefix}{name}": values for name, values in (method.grid | weights).items()}
        search = GridSearchCV(pipeline, grid, scoring=scoring, cv=folds, error_score="raise")
        with warnings.catch_warnings():
            # A label that a fold's examples all have, or all lack, is answered so.
            warnings.filterwarnings("ignore", message="Label .* is present in", category=UserWarning)
            search.fit(rows, targets)
        settings = ", ".join(_setting(name.rpartition("__")[2], value) for name, value in search.best_params_.items())
        if best is None or search.best_score_ > best[0]:
            fitted = search.best_estimator_
            components = int(fitted.named_steps["reduce"].n_components_) if reduce else None
            best = float(search.best_score_), Chosen(fitted, words, settings, components)
    assert best is not None
    return best[1]


def _setting(name: str, value: Any) -> str:
    return f"{name} {value:g}" if isinstance(value, int | float) else f"{name} {value or 'none'}"


def held_bytes(thing: Any) -> int:
    """Return the bytes of all numbers that a fitted estimator holds."""
    seen: dict[int, Any] = {}  # what was seen is held, for a number is given anew when its object is gone

    def count(part: Any) -> int:
        if id(part) in seen:
            return 0
        seen[id(part)] = part
        if isinstance(part, np.ndarray) and part.dtype != object:
            return 0 if isinstance(part.base, np.ndarray) and id(part.base) in seen else part.nbytes
        if isinstance(part, dict):
            return sum(map(count, part.values()))
        if isinstance(part, list | tuple) or (isinstance(part, np.ndarray) and part.dtype == object):
            return sum(map(count, part))
        if type(part).__module__.startswith("sklearn.tree._tree"):
            return count(part.__getstate__())  # compiled: its nodes show themselves in this way only
        return count(vars(part)) if type(part).__module__.startswith("sklearn") and hasattr(part, "__dict__") else 0

    return count(thing)


def _pipeline(estimator: Any, rows: NDArray[Any], folds: list[Any], *, reduce: bool) -> tuple[Any, str]:
    from sklearn.decomposition import PCA
    from sklearn.pipeline import Pipeline

    inner = next((f"{part}__" for part in ("regressor", "estimator") if part in estimator.get_params(deep=False)), "")
    if not reduce:
        return estimator, inner
    components = min(COMPONENTS, rows.shape[1], min(len(train) for train, _ in folds) - 1)
    return Pipeline([("reduce", PCA(components, random_state=0)), ("method", estimator)]), f"method__{inner}"


def _folds(
    targets: NDArray[Any], groups: NDArray[np.int64] | None, *, stratified: bool
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    if groups is not None and len(np.unique(groups)) >= FOLDS:
        splitter = StratifiedGroupKFold(FOLDS) if stratified else GroupKFold(FOLDS)
        yield from splitter.split(targets, targets, groups)
    elif stratified:
        yield from StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(targets, targets)
    else:
        yield from KFold(FOLDS, shuffle=True, random_state=0).split(targets)
