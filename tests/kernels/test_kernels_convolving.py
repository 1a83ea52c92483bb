from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import signal

import pellucid
from pellucid.errors import PellucidError, RecipeError
from pellucid.kernels import KERNELS, Padding, convolve, find_kernel, pool, read_picture, sample_picture

SIX = "1 0 0 0 0 1; 0 1 0 0 1 0; 0 0 1 1 0 0; 1 0 0 0 1 0; 0 1 0 0 1 0; 0 0 1 0 1 0"


def test_the_six_by_six_picture_with_a_diagonal_and_its_pooling() -> None:
    convolved = pellucid.convolve(SIX, "1 -1 -1; -1 1 -1; -1 -1 1")
    assert convolved.result[0].tolist() == [3, -1, -3, -1]
    assert pellucid.pool(convolved).maps[0].tolist() == [[3, 0], [3, 1]]


def test_the_six_by_six_picture_with_a_vertical_line_and_its_pooling() -> None:
    convolved = pellucid.convolve(SIX, "-1 1 -1; -1 1 -1; -1 1 -1")
    assert convolved.result[0].tolist() == [-1, -1, -1, -1]
    assert pellucid.pool(convolved).maps[0].tolist() == [[-1, 1], [0, 3]]


def test_the_patch_of_the_lecture_gives_429() -> None:
    convolved = convolve("18 54 51; 55 121 75; 35 24 204", "1 0 1; 0 1 0; 1 0 1")
    assert convolved.result.tolist() == [[429]]
    arithmetic = convolved.at(0, 0)
    assert arithmetic.value == arithmetic.total == 429
    assert arithmetic.terms.tolist() == [18, 0, 51, 0, 121, 0, 35, 0, 204]
    assert "429" in str(arithmetic)


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize("name", ["sobel-x", "gaussian", "emboss", "gabor", "1 2 3; 4 5 6", "2"])
def test_values_are_scipys(padding: Padding, name: str) -> None:
    random = np.random.default_rng(0)
    picture = random.normal(size=(33, 37))
    kernel = find_kernel(name, theta=30, frequency=0.25).values
    if padding == "same" and not all(side % 2 for side in kernel.shape):
        pytest.skip("for even kernels scipy puts the odd zero before, torch and we behind")
    correlated = signal.correlate2d(picture, kernel, mode=padding)
    convolved = signal.convolve2d(picture, kernel, mode=padding)
    for stride in (1, 2, 3):
        found = convolve(picture, kernel, padding=padding, stride=stride)
        np.testing.assert_allclose(found.result, correlated[::stride, ::stride], atol=1e-12)
        flipped = convolve(picture, kernel, padding=padding, stride=stride, flip=True)
        np.testing.assert_allclose(flipped.result, convolved[::stride, ::stride], atol=1e-12)
        for formula, side in zip(found.formulas, found.shape, strict=True):
            assert formula.endswith(f" = {side}")


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_same_padding_of_an_even_kernel_is_torchs() -> None:
    picture = np.arange(30.0).reshape(5, 6)
    kernel = np.array([[1.0, 2.0], [3.0, -1.0]])
    expected = torch.nn.functional.conv2d(
        torch.tensor(picture)[None, None], torch.tensor(kernel)[None, None], padding="same"
    )
    np.testing.assert_allclose(convolve(picture, kernel, padding="same").result, expected[0, 0].numpy())


def test_channels_are_convolved_alone_and_summed() -> None:
    picture = np.random.default_rng(1).integers(0, 256, size=(9, 8, 3), dtype=np.uint8)
    found = convolve(picture, "sobel-y")
    for channel in range(3):
        np.testing.assert_allclose(
            found.maps[channel], signal.correlate2d(picture[..., channel], KERNELS["sobel-y"].values, mode="valid")
        )
    np.testing.assert_allclose(found.result, found.maps.sum(axis=0))
    arithmetic = found.at(3, 2)
    assert len(arithmetic.terms) == 27
    assert arithmetic.is_exact
    assert arithmetic.value == found.result[3, 2]
    np.testing.assert_array_equal(arithmetic.factor("input"), np.moveaxis(picture, 2, 0)[:, 3:6, 2:5])


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
def test_the_terms_make_every_value_padding_included(padding: Padding) -> None:
    found = convolve(np.random.default_rng(2).normal(size=(6, 7)), "gaussian", padding=padding, stride=2)
    for row, column in np.ndindex(found.shape):
        assert found.at(row, column).is_exact
    with pytest.raises(RecipeError, match="no number at row"):
        found.at(found.shape[0], 0)


def test_gabor_filters_answer_to_their_own_stripes() -> None:
    columns = np.tile(np.arange(64), (64, 1))
    stripes = np.cos(2 * np.pi * 0.125 * columns) * 100

    def energy(theta: float, frequency: float) -> float:
        return float(np.abs(convolve(stripes, "gabor", theta=theta, frequency=frequency).result).mean())

    assert energy(0, 0.125) > 3 * energy(90, 0.125)
    assert energy(0, 0.125) > 2 * energy(0, 0.3)
    flat = convolve(np.full((40, 40), 200.0), "gabor", theta=20, frequency=0.2)
    assert np.abs(flat.result).max() < 1e-9


@pytest.mark.parametrize("kind", ["max", "mean"])
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1)])
def test_pooling_is_torchs(kind: str, size: int, stride: int | None) -> None:
    picture = np.random.default_rng(3).normal(size=(3, 11, 13))
    function = torch.nn.functional.max_pool2d if kind == "max" else torch.nn.functional.avg_pool2d
    expected = function(torch.tensor(picture)[None], size, stride)[0].numpy()
    found = pool(np.moveaxis(picture, 0, 2), size, kind=kind, stride=stride)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.maps, expected)
    arithmetic = found.at(1, 2, channel=2)
    assert arithmetic.is_exact
    assert arithmetic.value == found.maps[2, 1, 2]


@pytest.mark.parametrize(
    ("padding", "expected"), [(0, [(0, 1), (1, 3), (2, 0), (3, 2)]), (1, [(0, 2), (1, 4), (3, 0), (4, 3)])]
)
def test_steps_of_pooling_are_where_a_window_has_something_to_choose(
    padding: int, expected: list[tuple[int, int]]
) -> None:
    picture = np.zeros((8, 8))
    picture[0, 3] = picture[2, 7] = picture[4, 1] = picture[7, 5] = 9  # one bright pixel in each quarter
    assert pool(picture, 2, padding=padding).steps() == expected  # with padding one lies above, and a quarter is all 0


def test_small_results_of_pooling_are_shown_whole() -> None:
    assert pool("1 2 0 0; 3 9 0 0; 0 0 5 6; 0 0 8 7", 2).steps() == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert pool("1 2; 3 9", 2).steps() == [(0, 0)]


def test_pooling_tells_its_winner() -> None:
    arithmetic = pool("1 2 0 0; 3 9 0 0; 0 0 5 6; 0 0 8 7", 2).at(0, 0)
    assert arithmetic.value == 9
    assert "row 1, column 1" in arithmetic.note


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel": "sobel"}, "Did you mean 'sobel-"),
        ({"kernel": "1 2; 3"}, "hold 2, 1 numbers"),
        ({"kernel": "1 a"}, "not made of numbers"),
        ({"kernel": "1 nan"}, "not finite"),
        ({"kernel": "gabor", "frequency": 0.7}, "cannot be made"),
        ({"kernel": "edge", "stride": 0}, "stride is 0"),
        ({"kernel": "edge", "padding": "half"}, "Unknown padding 'half'"),
        ({"kernel": np.ones((200, 200))}, "cannot be used"),
        ({"kernel": "edge", "image": "1 2; 3 4"}, "does not fit into 2 x 2"),
        ({"kernel": "edge", "image": np.ones(4)}, "is not a picture"),
        ({"kernel": "edge", "image": "nowhere.png"}, "nowhere.png"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(PellucidError, match=message):
        convolve(**{"image": None, **arguments})  # type: ignore[arg-type]


def test_pooling_windows_have_to_fit() -> None:
    with pytest.raises(RecipeError, match="does not fit into 2 x 2"):
        pool("1 2; 3 4", 3)
    with pytest.raises(RecipeError, match="Unknown pooling 'median'"):
        pool("1 2; 3 4", 2, kind="median")  # type: ignore[arg-type]


def test_the_sample_has_something_for_every_kernel() -> None:
    assert sample_picture().values.shape == (1, 96, 96)
    for name in KERNELS:
        assert np.ptp(convolve(None, name).result) > 50
    colour = read_picture(np.zeros((4, 4, 3)), grey=True)
    assert colour.channels == ("grey",)


@pytest.mark.parametrize(
    ("kind", "size", "stride", "padding"), [("max", 3, 2, 1), ("mean", 3, 2, 1), ("mean", 4, 3, 2)]
)
def test_pooling_with_padding_is_torchs(kind: Literal["max", "mean"], size: int, stride: int, padding: int) -> None:
    picture = np.random.default_rng(0).normal(-3, 1, (7, 9))  # all below 0: a zero around would win
    pooled = pool(picture, size, kind=kind, stride=stride, padding=padding)
    function = F.max_pool2d if kind == "max" else F.avg_pool2d
    expected = function(torch.from_numpy(picture)[None], size, stride, padding)
    np.testing.assert_allclose(pooled.maps, expected.numpy(), rtol=1e-12)
    for row, column in np.ndindex(pooled.shape):
        arithmetic = pooled.at(row, column)
        assert float(arithmetic.terms.sum()) == pytest.approx(arithmetic.value)
        assert np.isfinite(arithmetic.factor("window")).all()
    assert f"2*{padding})/{stride}" in pooled.formulas[0]


def test_padding_beyond_half_of_the_window_is_refused() -> None:
    with pytest.raises(RecipeError, match="padding"):
        pool("1 2; 3 4", 2, padding=2)
