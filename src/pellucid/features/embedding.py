"""Where examples lie to a layer: a map of two dimensions, and how far its neighbourhoods can be believed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.features.examples import Examples
from pellucid.features.kinds import PICTURES, TARGETS_SEEN
from pellucid.features.placement import Agreement, Embedding
from pellucid.features.responses import respond

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
    dataset, target = examples.dataset, examples.dataset.target
    seen = TARGETS_SEEN[target.kind]
    words, wrong = seen.answers(target, examples.targets, examples.answer)
    marks = seen.marks(target, examples.targets)
    shown = dataset.input.kind in PICTURES
    return Embedding(
        layer=layer or FEATURES,
        split=examples.split,
        method=method,
        n=len(examples),
        num_split=len(dataset.splits[examples.split]),
        num_features=features.shape[1],
        explained=explained,
        seed=seed,
        positions=positions,
        names=tuple(examples.name(index) for index in range(len(examples))),
        targets=tuple(examples.target_words(index) for index in range(len(examples))),
        answers=words,
        wrong=wrong,
        groups=marks.groups,
        classes=marks.classes,
        values=marks.values,
        pictures=PICTURES[dataset.input.kind](examples.inputs) if shown else None,
        agreement=neighbour_agreement(features, positions, examples.targets, target.kind),
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


def neighbour_agreement(
    features: NDArray[np.float32], positions: NDArray[np.float32], targets: NDArray[Any], kind: str
) -> Agreement:
    """Return how far nearest neighbours (Euclidean) agree in their targets, in the layer's space and on the map.

    Args:
        features: [n, D].
        positions: [n, 2].
        targets: [n] or [n, L].
        kind: of the target.
    """
    seen = TARGETS_SEEN[kind]
    k = max(1, min(NEIGHBOURS, len(features) - 1, seen.most_neighbours(targets)))
    near, near_on_map = nearest(features, k), nearest(positions, k)
    common = np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(near, near_on_map, strict=True)])
    return seen.agreement(targets, near, near_on_map, float(common))


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
