"""Where examples lie to a layer: a map of two dimensions, and how far its neighbourhoods can be believed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import TableInputs
from pellucid.errors import RecipeError
from pellucid.features.examples import Examples
from pellucid.features.placement import Agreement, Embedding
from pellucid.features.responses import respond
from pellucid.kinds import ClassTarget, LabelsTarget, ValueTarget

METHODS = ("pca", "tsne")
FEATURES = "features"
NEIGHBOURS = 10
PERPLEXITY = 30.0


def embed_examples(examples: Examples, layer: str | None = None, *, method: str = "pca", seed: int = 0) -> Embedding:
    """Place examples on a map by what a layer makes of them.

    Args:
        examples: of one split, at least 5.
        layer: its path, its maps reduced to the mean over their places; None for what the last layer reads.
        method: "pca" (straight, repeatable, distances mean something) or "tsne" (neighbourhoods; distances do not).
        seed: of t-SNE.

    Raises:
        RecipeError: there is no such layer, or there are too few examples.
    """
    if len(examples) < 5:
        raise RecipeError(f"The {examples.split} split has {len(examples)} examples.", expected="5 or more for a map.")
    if method not in METHODS:
        raise RecipeError(f"Unknown method '{method}'.", expected="pca or tsne.")
    features = layer_features(examples, layer)
    positions, explained = pca(features) if method == "pca" else (tsne(features, seed=seed), None)
    words, wrong = answers_in_words(examples)
    target = examples.dataset.target
    return Embedding(
        layer=layer or FEATURES,
        split=examples.split,
        method=method,
        n=len(examples),
        num_split=len(examples.dataset.splits[examples.split]),
        num_features=features.shape[1],
        explained=explained,
        seed=seed,
        positions=positions,
        names=tuple(examples.name(place) for place in range(len(examples))),
        targets=tuple(examples.target_words(place) for place in range(len(examples))),
        answers=words,
        wrong=wrong,
        groups=examples.targets.astype(np.int64) if isinstance(target, ClassTarget) else np.full(len(examples), -1),
        classes=target.classes if isinstance(target, ClassTarget | LabelsTarget) else (),
        values=examples.targets.astype(np.float64) if isinstance(target, ValueTarget) else None,
        pictures=None if isinstance(examples.dataset.inputs, TableInputs) else np.asarray(examples.inputs[:], np.uint8),
        agreement=neighbour_agreement(features, positions, examples.targets, examples.dataset.target.kind),
    )


def layer_features(examples: Examples, layer: str | None) -> NDArray[np.float32]:
    """Return [n, D]: what the last layer reads (None), or a layer's values, maps reduced to their mean.

    Raises:
        RecipeError: there is no such layer.
    """
    if layer is not None and layer != FEATURES:
        return respond(examples, layer, pooling="mean").values
    features = examples.predictor.outputs(examples.inputs).features
    if features is None:
        raise RecipeError(
            "The network has no last layer that reads a vector of features.", fix="Name a layer with --layer."
        )
    return features


def pca(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return [n, 2] positions along the two directions of most variance, and each one's share of it.

    Signs are scikit-learn's: the largest loading of each direction is positive.
    """
    from sklearn.decomposition import PCA

    if features.shape[1] < 2:
        padded = np.concatenate([features, np.zeros_like(features)], axis=1)
        return padded - padded.mean(axis=0), (1.0, 0.0)
    fitted = PCA(n_components=2, svd_solver="full")
    positions = fitted.fit_transform(features.astype(np.float64)).astype(np.float32)
    first, second = (float(share) for share in np.nan_to_num(fitted.explained_variance_ratio_))
    return positions, (first, second)


def tsne(features: NDArray[np.float32], *, seed: int) -> NDArray[np.float32]:
    """Return [n, 2] positions by t-SNE (van der Maaten and Hinton 2008), begun from the PCA: repeatable."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    reduced = features.astype(np.float64)
    if min(reduced.shape) > 50:
        # As the authors do: 50 directions keep what matters, and distances cost less.
        reduced = PCA(n_components=50, svd_solver="full").fit_transform(reduced)
    perplexity = min(PERPLEXITY, (len(reduced) - 1) / 3)
    start: Any = "pca" if reduced.shape[1] >= 2 else "random"
    made = TSNE(perplexity=perplexity, init=start, random_state=seed, n_jobs=1)
    positions: NDArray[np.float32] = made.fit_transform(reduced.astype(np.float32)).astype(np.float32)
    return positions


def answers_in_words(examples: Examples) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Return each example's answer, and whether it is wrong (never, for a number)."""
    answer, target = examples.answer, examples.dataset.target
    if not target.categories:
        return tuple(", ".join(f"{value:.4g}" for value in row) for row in answer.numbers), np.zeros(
            len(examples), bool
        )
    given = answer.as_targets
    return tuple(map(target.words, given)), (given != examples.targets).reshape(len(examples), -1).any(axis=1)


def neighbour_agreement(
    features: NDArray[np.float32], positions: NDArray[np.float32], targets: NDArray[Any], kind: str
) -> Agreement:
    """Return how far nearest neighbours (Euclidean) agree in their targets, in the layer's space and on the map.

    Args:
        features: [n, D].
        positions: [n, 2].
        targets: [n] or [n, L].
        kind: of the target: "class", "labels", "value" or "values".
    """
    # A class of five has four neighbours of its own: asking for ten would call the best of maps a bad one.
    common_class = int(np.median(np.unique(targets, return_counts=True)[1])) if kind == "class" else len(features)
    k = max(1, min(NEIGHBOURS, len(features) - 1, common_class - 1))
    near, near_on_map = nearest(features, k), nearest(positions, k)
    common = np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(near, near_on_map, strict=True)])
    if kind == "class":
        shares = np.bincount(targets) / len(targets)
        # A neighbour is another example: one of the class is taken away.
        chance = float((shares * (shares * len(targets) - 1) / (len(targets) - 1)).sum())
        in_layer, on_map = (float((targets[found] == targets[:, None]).mean()) for found in (near, near_on_map))
        return Agreement("same class", k, in_layer, on_map, chance, float(common))
    if kind == "labels":
        in_layer, on_map = (_jaccard(targets, found) for found in (near, near_on_map))
        everyone = np.tile(np.arange(len(targets)), (len(targets), 1)) if len(targets) <= 2000 else near
        return Agreement("labels in common", k, in_layer, on_map, _jaccard(targets, everyone), float(common))
    values = targets.reshape(len(targets), -1).astype(np.float64)
    spread = max(float(((values - values.mean(axis=0)) ** 2).sum()), 1e-300)
    in_layer, on_map = (
        1 - float(((values - values[found].mean(axis=1)) ** 2).sum()) / spread for found in (near, near_on_map)
    )
    return Agreement("explained variance", k, in_layer, on_map, 0.0, float(common))


def nearest(points: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return [n, k] indices of each point's nearest others."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=k + 1).fit(points).kneighbors(points, return_distance=False)
    # A point is its own nearest, unless an equal one comes before it: then the last of its neighbours is dropped
    # instead.
    others = np.empty((len(points), k), np.int64)
    for row, neighbours in enumerate(found):
        kept = neighbours[neighbours != row]
        others[row] = kept[:k]
    return others


def _jaccard(targets: NDArray[Any], found: NDArray[np.int64]) -> float:
    own, other = targets[:, None].astype(bool), targets[found].astype(bool)
    either = (own | other).sum(axis=2)
    return float(np.where(either > 0, (own & other).sum(axis=2) / np.maximum(either, 1), 1.0).mean())
