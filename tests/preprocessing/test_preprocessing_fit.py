"""Size, channels, resize policy and statistics: data, wishes and flags reconciled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import DataError, ModelError, RecipeError
from pellucid.kinds import Wishes
from pellucid.preprocessing import ImagePreprocessing, fit_preprocessing, prepare_inputs
from pellucid.preprocessing.measure import sample
from pellucid.records import Decision

MakePictures = Callable[..., Dataset]

IMAGE = Wishes(kinds=("image",))


def noise(*shape: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def fit(data: Any, wishes: Wishes = IMAGE, **flags: Any) -> tuple[ImagePreprocessing, dict[str, Decision]]:
    made, decisions = fit_preprocessing(data, wishes, **flags)
    assert isinstance(made, ImagePreprocessing)
    return made, {decision.name: decision for decision in decisions}


@pytest.mark.parametrize(
    ("shape", "wishes", "flag", "expected"),
    [
        ((28, 28), Wishes(kinds=("image",)), None, (28, 28)),
        ((8, 8), Wishes(kinds="any"), None, (8, 8)),
        ((30, 20), Wishes(kinds=("image",)), None, (30, 20)),
        ((120, 200), Wishes(kinds=("image",)), None, (96, 96)),
        ((64, 64), Wishes(kinds=("image",)), None, (64, 64)),
        ((28, 28), Wishes(kinds=("image",), sizes=(28, 32)), None, (28, 28)),
        ((8, 8), Wishes(kinds=("image",), sizes=(28, 32)), None, (28, 28)),
        ((120, 200), Wishes(kinds=("image",), sizes=(28, 32)), None, (32, 32)),
        ((30, 30), Wishes(kinds=("image",), sizes=(28, 32)), None, (28, 28)),
        ((120, 200), Wishes(kinds=("image",), default_size=224), None, (224, 224)),
        ((28, 28), Wishes(kinds=("image",), min_size=63), None, (63, 63)),
        ((28, 28), Wishes(kinds=("image",), min_size=40, multiple_of=32), None, (64, 64)),
        ((50, 50), Wishes(kinds=("image",), multiple_of=32), None, (64, 64)),
        ((28, 28), Wishes(kinds=("image",), default_size=224), 64, (64, 64)),
        ((28, 28), Wishes(kinds=("image",), sizes=(28, 32)), 32, (32, 32)),
    ],
)
def test_the_size_follows_flag_then_model_then_data(
    make_pictures: MakePictures, shape: tuple[int, int], wishes: Wishes, flag: int | None, expected: tuple[int, int]
) -> None:
    made, decisions = fit(make_pictures(noise(4, *shape)), wishes, imgsz=flag)
    assert (made.height, made.width) == expected
    assert decisions["imgsz"].value == f"{expected[0]} x {expected[1]}"
    assert "--imgsz" in decisions["imgsz"].reason


def test_a_size_that_only_one_will_do_names_no_flag(make_pictures: MakePictures) -> None:
    _, decisions = fit(make_pictures(noise(2, 28, 28)), Wishes(kinds=("image",), sizes=(299,)), model="inception")
    assert decisions["imgsz"].reason == "inception takes only this size: the pictures have 28 x 28 pixels"


@pytest.mark.parametrize(
    ("wishes", "flag", "error", "message"),
    [
        (
            Wishes(kinds=("image",), sizes=(28, 32)),
            64,
            ModelError,
            "lenet5 cannot take 64 x 64 pixels. It takes 28 or 32. Use --imgsz 32.",
        ),
        (Wishes(kinds=("image",), min_size=63), 32, ModelError, "It needs at least 63 pixels. Use --imgsz 63."),
        (Wishes(kinds=("image",), multiple_of=14), 224 + 3, ModelError, "It needs a multiple of 14. Use --imgsz 224."),
        (IMAGE, 0, RecipeError, "--imgsz is 0. 1 to 8192 pixels."),
        (IMAGE, 100_000, RecipeError, "--imgsz is 100000."),
    ],
)
def test_a_size_that_cannot_be_is_refused_with_one_that_can(
    make_pictures: MakePictures, wishes: Wishes, flag: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        fit(make_pictures(noise(2, 28, 28)), wishes, imgsz=flag, model="lenet5")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("colour_data", "takes", "flag", "channels"),
    [
        (False, (1, 3), None, 1),
        (True, (1, 3), None, 3),
        (False, (3,), None, 3),
        (True, (1,), None, 1),
        (False, (1, 3), "rgb", 3),
        (True, (1, 3), "grey", 1),
    ],
)
def test_channels_follow_the_data_unless_model_or_flag_differ(
    make_pictures: MakePictures, colour_data: bool, takes: tuple[int, ...], flag: str | None, channels: int
) -> None:
    data = make_pictures(noise(2, 16, 16, 3) if colour_data else noise(2, 16, 16))
    made, decisions = fit(data, Wishes(kinds=("image",), channels=takes), colour=flag)
    assert made.channels == channels
    assert made.input_shape == (channels, 16, 16)
    assert decisions["colour"].value == ("grey" if channels == 1 else "rgb")


def test_a_colour_mode_the_model_cannot_take_is_refused(make_pictures: MakePictures) -> None:
    with pytest.raises(ModelError, match=r"vgg cannot take grey pictures\. 3 channels\."):
        fit(make_pictures(noise(2, 16, 16, 3)), Wishes(kinds=("image",), channels=(3,)), colour="grey", model="vgg")


def test_a_model_of_tables_is_refused_for_pictures(make_pictures: MakePictures) -> None:
    with pytest.raises(ModelError, match="takes tables"):
        fit(make_pictures(noise(2, 16, 16)), Wishes(kinds=("table",)))


@pytest.mark.parametrize(
    ("shapes", "policy"),
    [
        ([(50, 50)] * 4, "crop"),
        ([(50, 50), (50, 55), (55, 50)], "crop"),
        ([(120, 160)] * 4, "stretch"),
        ([(120, 160), (160, 120), (100, 100)], "pad"),
    ],
)
def test_the_resize_policy_follows_the_measured_shapes(
    make_pictures: MakePictures, shapes: list[tuple[int, int]], policy: str
) -> None:
    data = make_pictures([noise(*shape) for shape in shapes])
    made, decisions = fit(data)
    assert made.resize == policy
    assert "--resize" in decisions["resize"].reason
    assert fit(data, resize="stretch")[0].resize == "stretch"


@pytest.mark.parametrize(
    ("shapes", "policy"),
    [
        ([(120, 160, 3), (160, 120, 3), (100, 100, 3)], "crop"),
        ([(120, 160), (160, 120), (100, 100)], "pad"),  # an X-ray's edges may matter
        ([(120, 160, 3)] * 4, "stretch"),  # a camera that stands still: every part may matter
        ([(100, 300, 3), (300, 100, 3), (100, 100, 3)], "pad"),
    ],
)
def test_borrowed_weights_see_the_middle_of_photos(
    make_pictures: MakePictures, shapes: list[tuple[int, ...]], policy: str
) -> None:
    borrowing = Wishes(kinds=("image",), mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2), channels=(3,))
    made, decisions = fit(make_pictures([noise(*shape) for shape in shapes]), borrowing)
    assert made.resize == policy
    assert ("pretrained weights" in decisions["resize"].reason) == (policy == "crop")
    assert fit(make_pictures([noise(*shape) for shape in shapes]), borrowing, resize="pad")[0].resize == "pad"


def test_statistics_come_from_the_training_split_alone(make_pictures: MakePictures) -> None:
    train, val = noise(10, 12, 12, 3), np.full((5, 12, 12, 3), 255, np.uint8)
    made, decisions = fit(make_pictures(np.concatenate([train, val]), num_train=10))
    np.testing.assert_allclose(made.mean, train.mean(axis=(0, 1, 2)) / 255, atol=1e-6)
    np.testing.assert_allclose(made.std, train.std(axis=(0, 1, 2)) / 255, atol=1e-6)
    assert "10 pictures of the training split" in decisions["normalisation"].reason
    one_by_one: Any = make_pictures([*train, *val], num_train=10)
    fit(one_by_one)
    assert set(one_by_one.inputs.read) == set(range(10))


def test_normalised_training_pictures_have_mean_0_and_deviation_1(make_pictures: MakePictures) -> None:
    data = make_pictures([noise(40, 50, 3, seed=seed) for seed in range(6)])
    made, _ = fit(data, resize="crop", imgsz=32)
    inputs = made.normalise(prepare_inputs(data, made, range(6)))
    np.testing.assert_allclose(inputs.mean(axis=(0, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(inputs.std(axis=(0, 2, 3)), 1, atol=1e-4)


def test_pretrained_weights_keep_their_own_mean_and_deviation(make_pictures: MakePictures) -> None:
    wishes = Wishes(kinds=("image",), channels=(1, 3), mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    made, _ = fit(make_pictures(noise(3, 16, 16, 3)), wishes)
    assert (made.mean, made.std) == (wishes.mean, wishes.std)
    grey, _ = fit(make_pictures(noise(3, 16, 16)), wishes)
    assert grey.mean == pytest.approx((0.449,))


def test_the_window_of_16_bit_pictures_is_measured_between_two_percentiles(make_pictures: MakePictures) -> None:
    pixels = np.linspace(2000, 6000, 100 * 100).astype(np.uint16).reshape(1, 100, 100)
    pixels[0, 0, 0], pixels[0, 0, 1] = 0, 65535  # dead pixels must not set the window
    made, decisions = fit(make_pictures(pixels))
    assert made.bit_depth == 16
    assert made.low == pytest.approx(np.percentile(pixels, 0.1), abs=2)
    assert made.high == pytest.approx(np.percentile(pixels, 99.9), abs=2)
    assert decisions["window"].value == f"{made.low} to {made.high}"


def test_a_background_of_one_colour_is_found_and_continued(make_pictures: MakePictures) -> None:
    pictures = np.full((4, 20, 20, 3), (200, 210, 220), np.uint8)
    pictures[:, 5:15, 5:15] = noise(4, 10, 10, 3)
    made, decisions = fit(make_pictures(pictures))
    assert (made.background, made.surround) == ((200, 210, 220), "background")
    assert decisions["background"].value == "200 210 220"


def test_photos_without_a_background_are_reflected_and_barred_in_their_mean_colour(make_pictures: MakePictures) -> None:
    photos = [noise(60, 90, 3), noise(90, 60, 3)]
    made, decisions = fit(make_pictures(photos), imgsz=32)
    assert (made.resize, made.surround) == ("pad", "reflection")
    np.testing.assert_allclose(np.array(made.background) / 255, made.mean, atol=0.002)
    assert "mean colour" in decisions["background"].reason


def test_pictures_of_one_colour_get_a_deviation_of_1(make_pictures: MakePictures) -> None:
    made, _ = fit(make_pictures(np.full((2, 8, 8), 51, np.uint8)))
    assert (made.mean, made.std) == ((0.2,), (1.0,))


def test_the_sample_is_bounded_and_always_the_same() -> None:
    train = np.arange(0, 60_000, 2)
    chosen = sample(train, pixels_per_picture=784)
    assert len(chosen) == 2000
    assert np.array_equal(chosen, sample(train, pixels_per_picture=784))
    assert set(chosen) <= set(train)
    assert len(sample(train, pixels_per_picture=12_000_000)) == 256
    assert len(sample(train[:7], pixels_per_picture=784)) == 7


def test_fitting_twice_gives_the_same_preprocessing(make_pictures: MakePictures) -> None:
    data = make_pictures([noise(40, 44, 3, seed=seed) for seed in range(20)])
    assert fit(data) == fit(data)


@pytest.mark.parametrize("workers", [0, 1, 2, 5])
def test_prepared_pictures_stand_in_the_order_of_the_indices_whatever_the_workers(
    make_pictures: MakePictures, workers: int
) -> None:
    data = make_pictures([noise(30, 40, 3, seed=seed) for seed in range(50)])
    made, _ = fit(data, imgsz=16)
    order = np.random.default_rng(0).permutation(50)
    result = prepare_inputs(data, made, order, margin=2, workers=workers)
    assert result.shape == (50, 20, 20, 3)
    assert result.dtype == np.uint8
    expected = [made.canvas(data.inputs.pixels(index), margin=2) for index in order]  # type: ignore[attr-defined]
    assert np.array_equal(result, np.stack(expected))


def test_pictures_in_memory_are_prepared_as_those_read_one_by_one(make_pictures: MakePictures) -> None:
    stack = noise(1030, 8, 8)
    made, _ = fit(make_pictures(stack))
    indices = np.arange(1029, -1, -1)
    together = prepare_inputs(make_pictures(stack), made, indices, margin=1)
    assert np.array_equal(together, prepare_inputs(make_pictures(list(stack)), made, indices, margin=1))


def test_an_error_in_one_picture_reaches_the_caller(make_pictures: MakePictures) -> None:
    data: Any = make_pictures([noise(30, 40)] * 40)
    made, _ = fit(data)
    data.inputs.pictures[33] = np.zeros((3, 3))
    with pytest.raises(DataError, match="float64"):
        prepare_inputs(data, made, range(40), workers=2)


def test_data_of_the_other_kind_is_refused(make_pictures: MakePictures, make_table: MakePictures) -> None:
    pictures, table = make_pictures(noise(2, 8, 8)), make_table({"age": [1, 2]})
    for_pictures, _ = fit_preprocessing(pictures, Wishes(kinds="any"))
    for_tables, _ = fit_preprocessing(table, Wishes(kinds="any"))
    with pytest.raises(DataError, match=r"holds a table\. The model was trained on pictures"):
        prepare_inputs(table, for_pictures, [0])
    with pytest.raises(DataError, match=r"holds pictures\. The model was trained on a table"):
        prepare_inputs(pictures, for_tables, [0])
