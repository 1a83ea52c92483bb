"""What gives pictures back without a network: PCA and k-means of the same width; filters, where noise is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.simple import Method
from pellucid.kinds import SplitName
from pellucid.preprocessing import open_inputs

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import Predictor

MOST_EXACT = 2_048
"""Numbers of a picture up to which PCA sees all training pictures; of larger ones only so many, and so many numbers."""
MOST_PICTURES, MOST_NUMBERS = 2_000, 30_000_000
MOST_CLUSTERED = 100_000_000
"""Numbers of training pictures that k-means holds at once."""
MOST_TUNED_ON = 1_000
"""Validation pictures that choose a filter's width."""
MEDIANS = (2, 3, 5)
SIGMAS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0)
_AT_ONCE = 512

Filter = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From [n, C, H, W] levels to as many."""


def rivals_of_pictures(dataset: Dataset, predictor: Predictor, split: SplitName) -> list[Method]:
    """Return PCA and k-means of the width of the network's code; where it takes noise away, what it sees and filters.

    Each answers with [N] mean squared errors, and sees what the network sees.

    Args:
        dataset: of the run.
        predictor: of the run.
        split: what is answered.
    """
    width = predictor.record.model.options.own.get("latent")
    methods = []
    if isinstance(width, int):
        methods.append(Method(f"PCA of {width}", partial(_by_pca, dataset, predictor, split, width)))
        methods.append(Method(f"k-means of {width}", partial(_by_means, dataset, predictor, split, width)))
    if predictor.record.model.options.own.get("noise"):
        methods += [
            Method("the noisy picture", partial(_by_nothing, dataset, predictor, split)),
            Method("median filter", partial(_by_filter, dataset, predictor, split, "median", _median, MEDIANS)),
            Method("Gaussian filter", partial(_by_filter, dataset, predictor, split, "Gaussian", _gaussian, SIGMAS)),
        ]
    return methods


def _pictures(
    dataset: Dataset, predictor: Predictor, indices: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Yield some pictures after others: what the network sees of them, and what they are, [n, C, H, W] levels."""
    import torch

    from pellucid.tasks import Disturbs, Draws

    prepared = open_inputs(dataset, predictor.record.preprocessing, indices)
    task, seed = predictor.task, predictor.record.recipe.machine.seed
    for start in range(0, len(indices), _AT_ONCE):
        places = np.arange(start, min(start + _AT_ONCE, len(indices)))
        levels = predictor.to_tensor(prepared.take(places))
        draws = Draws(seed, 0, torch.from_numpy(indices[places]).to(levels.device))
        given = task.given(levels, draws) if isinstance(task, Disturbs) else levels
        yield given.numpy(force=True), levels.numpy(force=True)


def _errors(answered: NDArray[np.float32], levels: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return [n] mean squared errors."""
    found: NDArray[np.float64] = np.square(answered.astype(np.float64) - levels).reshape(len(levels), -1).mean(axis=1)
    return found


def _scored(dataset: Dataset, predictor: Predictor, indices: NDArray[np.int64], method: Filter) -> NDArray[np.float64]:
    """Return [N] errors of a method that answers each picture by itself."""
    return np.concatenate([_errors(method(seen), levels) for seen, levels in _pictures(dataset, predictor, indices)])


def _by_nothing(dataset: Dataset, predictor: Predictor, split: SplitName) -> tuple[NDArray[np.float64], str]:
    """Return the errors of the pictures as the network sees them."""
    return _scored(dataset, predictor, dataset.splits[split], lambda seen: seen), "What the network sees, as it is."


def _by_filter(
    dataset: Dataset,
    predictor: Predictor,
    split: SplitName,
    called: str,
    filtered: Callable[[float, NDArray[np.float32]], NDArray[np.float32]],
    widths: tuple[float, ...],
) -> tuple[NDArray[np.float64], str]:
    """Return the errors of a filter, whose width the validation split chooses."""
    val = dataset.splits["val"][:MOST_TUNED_ON]
    errors = [
        _scored(dataset, predictor, val, partial(filtered, width)).mean() if len(val) else 0.0 for width in widths
    ]
    best = widths[int(np.argmin(errors))]
    unit = f"{best} x {best} pixels" if called == "median" else f"a deviation of {best:g} pixels"
    words = f"A {called} filter of {unit}, chosen on {len(val):,} validation pictures."
    return _scored(dataset, predictor, dataset.splits[split], partial(filtered, best)), words


def _median(width: float, seen: NDArray[np.float32]) -> NDArray[np.float32]:
    from scipy import ndimage

    found: NDArray[np.float32] = ndimage.median_filter(seen, size=(1, 1, int(width), int(width)), mode="nearest")
    return found


def _gaussian(width: float, seen: NDArray[np.float32]) -> NDArray[np.float32]:
    from scipy import ndimage

    found: NDArray[np.float32] = ndimage.gaussian_filter(seen, sigma=(0, 0, width, width), mode="nearest")
    return found


def _by_pca(dataset: Dataset, predictor: Predictor, split: SplitName, width: int) -> tuple[NDArray[np.float64], str]:
    """Return the errors of what principal components of the training pictures give back, kept within 0 and 1."""
    train, size = _learned_from(dataset, predictor), predictor.task.output_width
    mean, axes = principal_axes(lambda: (clean for _, clean in _pictures(dataset, predictor, train)), size, width)

    def given_back(seen: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = seen.reshape(len(seen), -1) - mean
        levels = (rows @ axes.T) @ axes + mean
        return np.asarray(np.clip(levels, 0, 1), np.float32).reshape(seen.shape)

    words = (
        f"The first {len(axes):,} principal components of {len(train):,} training pictures, as many numbers as the "
        "network's code has; levels are kept within 0 and 1."
    )
    return _scored(dataset, predictor, dataset.splits[split], given_back), words


def _by_means(dataset: Dataset, predictor: Predictor, split: SplitName, width: int) -> tuple[NDArray[np.float64], str]:
    """Return the errors of the nearest of as many mean pictures as the network's code has numbers.

    So it keeps as many pictures as PCA has components, and of each picture the number of one.
    """
    from sklearn.cluster import MiniBatchKMeans

    train = _learned_from(dataset, predictor)[: max(width, MOST_CLUSTERED // predictor.task.output_width)]
    rows = np.concatenate([clean.reshape(len(clean), -1) for _, clean in _pictures(dataset, predictor, train)])
    found = MiniBatchKMeans(min(width, len(rows)), random_state=0, n_init=3, batch_size=_AT_ONCE).fit(rows)
    centres = np.asarray(found.cluster_centers_, np.float32)

    def given_back(seen: NDArray[np.float32]) -> NDArray[np.float32]:
        nearest = found.predict(np.ascontiguousarray(seen.reshape(len(seen), -1)))
        return np.asarray(np.clip(centres[nearest], 0, 1), np.float32).reshape(seen.shape)

    words = f"The nearest of {len(centres):,} mean pictures, found among {len(rows):,} training pictures."
    return _scored(dataset, predictor, dataset.splits[split], given_back), words


def _learned_from(dataset: Dataset, predictor: Predictor) -> NDArray[np.int64]:
    """Return the training pictures that PCA and k-means look at: all, but of large pictures only so many."""
    train, size = dataset.splits["train"], predictor.task.output_width
    return train if size <= MOST_EXACT else train[: max(2, min(MOST_PICTURES, MOST_NUMBERS // size))]


def principal_axes(
    parts: Callable[[], Iterator[NDArray[np.float32]]], size: int, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean of pictures, [D], and the directions in which they vary most, [L, D] of length 1.

    Args:
        parts: yields the pictures, some after others, [n, ...] of D numbers each; it is called once or twice.
        size: D.
        width: L; fewer come back where there are fewer pictures or numbers.
    """
    from scipy import linalg

    if size <= MOST_EXACT:
        count, total, products = 0, np.zeros(size), np.zeros((size, size))
        for part in parts():
            rows = part.reshape(len(part), -1).astype(np.float64)
            count, total, products = count + len(rows), total + rows.sum(axis=0), products + rows.T @ rows
        mean = total / count
        kept = min(width, size, count)
        _, vectors = linalg.eigh(products / count - np.outer(mean, mean), subset_by_index=[size - kept, size - 1])
        return mean.astype(np.float32), vectors.T[::-1].astype(np.float32)
    wide = np.concatenate([part.reshape(len(part), -1) for part in parts()])
    centre = wide.mean(axis=0)
    centred = wide - centre
    kept = min(width, len(centred))
    _, found = linalg.eigh(
        centred.astype(np.float64) @ centred.T, subset_by_index=[len(centred) - kept, len(centred) - 1]
    )
    axes = found.T[::-1] @ centred
    return centre, (axes / np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-12)).astype(np.float32)
