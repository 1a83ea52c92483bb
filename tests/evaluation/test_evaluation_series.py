"""Warping and MiniRocket, beside plain definitions of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from pellucid.data import dataset_from_series
from pellucid.evaluation.methods_of_series import series_examples, series_methods
from pellucid.evaluation.minirocket import _KERNELS, MiniRocket, _answers, _widths
from pellucid.evaluation.warping import warping_distances
from pellucid.kinds import Wishes
from pellucid.ladder import climb_classical
from pellucid.preprocessing import fit_preprocessing


def _warped(first: np.ndarray, second: np.ndarray, band: int) -> float:
    """Return the distance by the textbook's table, cell by cell."""
    table = np.full((first.shape[1] + 1, second.shape[1] + 1), np.inf)
    table[0, 0] = 0
    for i, j in product(range(1, table.shape[0]), range(1, table.shape[1])):
        if abs(i - j) <= band:
            cost = float(((first[:, i - 1] - second[:, j - 1]) ** 2).sum())
            table[i, j] = cost + min(table[i - 1, j], table[i, j - 1], table[i - 1, j - 1])
    return float(table[-1, -1])


@pytest.mark.parametrize("band", [0, 1, 3, 20])
def test_warping_is_the_textbooks(band: int) -> None:
    draws = np.random.default_rng(0)
    first, second = draws.normal(size=(3, 2, 9)), draws.normal(size=(4, 2, 9))
    wanted = [[_warped(one, other, band) for other in second] for one in first]
    np.testing.assert_allclose(warping_distances(first, second, band=band), wanted)


def test_without_a_band_warping_is_the_euclidean_distance() -> None:
    draws = np.random.default_rng(1)
    first, second = draws.normal(size=(3, 1, 12)), draws.normal(size=(2, 1, 12))
    wanted = ((first[:, None] - second) ** 2).sum(axis=(2, 3))
    np.testing.assert_allclose(warping_distances(first, second, band=0), wanted)


def test_series_of_unlike_length_are_compared_up_to_their_ends() -> None:
    draws = np.random.default_rng(2)
    lengths, others = np.array([5, 9, 1]), np.array([9, 3])
    first, second = draws.normal(size=(3, 2, 9)), draws.normal(size=(2, 2, 9))
    found = warping_distances(first, second, first_lengths=lengths, second_lengths=others, band=2)
    band = int(np.abs(lengths[:, None] - others).max())
    wanted = [
        [_warped(a[:, :i], b[:, :j], band) for b, j in zip(second, others, strict=True)]
        for a, i in zip(first, lengths, strict=True)
    ]
    np.testing.assert_allclose(found, wanted)


def test_a_shifted_series_is_nearer_under_warping() -> None:
    steps = np.arange(40)
    bump = np.exp(-((steps - 15) ** 2) / 20)[None, None]
    shifted, other = np.roll(bump, 3), -bump
    plain = warping_distances(bump, np.concatenate([shifted, other]), band=0)
    warped = warping_distances(bump, np.concatenate([shifted, other]), band=4)
    assert warped[0, 0] < plain[0, 0] / 20


def test_there_are_84_kernels_whose_weights_sum_to_nothing() -> None:
    assert len(_KERNELS) == 84
    impulse = np.zeros((1, 1, 21), np.float32)
    impulse[0, 0, 10] = 1
    answers = _answers(impulse, (0, 3, 7), 2, np.zeros(1, np.int64))[0]
    weights = answers[10 - 8 : 10 + 9 : 2][::-1]  # a convolution's answer to an impulse is its kernel, turned around
    assert weights.tolist() == [2, -1, -1, 2, -1, -1, -1, 2, -1]
    assert answers.sum() == 0


def test_a_kernel_answers_as_a_convolution_does() -> None:
    import torch

    series = np.random.default_rng(3).normal(size=(2, 3, 30)).astype(np.float32)
    weights = torch.full((1, 1, 9), -1.0)
    weights[0, 0, [1, 4, 8]] = 2
    added = torch.from_numpy(series[:, [0, 2]].sum(axis=1, keepdims=True))
    wanted = torch.nn.functional.conv1d(added, weights, padding=12, dilation=3)[:, 0].numpy()
    np.testing.assert_allclose(_answers(series, (1, 4, 8), 3, np.array([0, 2])), wanted, atol=1e-5)


def test_widths_reach_from_one_step_to_the_whole_series() -> None:
    for length in (2, 9, 24, 150, 500):
        widths = list(_widths(length, 119))
        assert sum(count for _, count in widths) == 119
        assert widths[0][0] == 1
        assert 8 * widths[-1][0] <= max(length - 1, 8)


def test_features_are_shares_and_do_not_hang_on_filling_up() -> None:
    draws = np.random.default_rng(4)
    series = draws.normal(size=(5, 2, 20)).astype(np.float32)
    lengths = np.array([20, 12, 9, 20, 5])
    for one, length in zip(series, lengths, strict=True):
        one[:, length:] = 0
    transform = MiniRocket(series, lengths)
    features = transform.features(series, lengths)
    assert features.shape == (5, transform.num_features) == (5, 9_996)
    assert features.min() >= 0
    assert features.max() <= 1
    assert 0.2 < features.mean() < 0.8
    alone = transform.features(series[1:2, :, :12], lengths[1:2])
    np.testing.assert_allclose(alone[0], features[1], atol=1e-6)


def test_methods_of_series_find_what_a_plain_neighbour_does_not_and_are_rungs() -> None:
    draws = np.random.default_rng(5)
    labels = np.arange(60) % 2
    starts = draws.integers(4, 20, 60)
    series = 0.1 * draws.normal(size=(60, 1, 32))
    for one, start, label in zip(series, starts, labels, strict=True):
        one[0, start : start + 6] += [0, 1, 2, 3, 0, 0] if label else [3, 2, 1, 0, 0, 0]
    dataset = dataset_from_series(series, labels, name="saws", test=0.3)
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("series",)))
    train, test = (series_examples(dataset, preprocessing, dataset.splits[split]) for split in ("train", "test"))
    targets = dataset.targets[dataset.splits["train"]]
    right = {
        method.name: float(
            (method.answer(train, targets, [test], "class")[0][0] == dataset.targets[dataset.splits["test"]]).mean()
        )
        for method in series_methods("class")
    }
    assert right["MiniRocket and ridge"] >= 0.9
    assert series_methods("labels") == ()
    assert [one.name for one in climb_classical(dataset, ["val"])][-2:] == list(right)
