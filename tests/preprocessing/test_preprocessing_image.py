"""The canvas and its normalisation, against Pillow, torchvision and hand-made cases."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Literal

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torchvision.transforms import v2

from pellucid.errors import DataError, RunError
from pellucid.preprocessing import PREPROCESSINGS, ImagePreprocessing
from pellucid.preprocessing.tensors import normalise_tensor

Policy = Literal["crop", "pad", "stretch"]
POLICIES: tuple[Policy, ...] = ("crop", "pad", "stretch")


def preprocessing(height: int = 32, width: int = 32, channels: Literal[1, 3] = 3, **more: Any) -> ImagePreprocessing:
    values: dict[str, Any] = {"resize": "crop", "mean": (0.5,) * channels, "std": (0.25,) * channels}
    return ImagePreprocessing(height=height, width=width, channels=channels, **(values | more))


def picture(height: int, width: int, *, colour: bool = True, seed: int = 0) -> NDArray[np.uint8]:
    shape = (height, width, 3) if colour else (height, width)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_picture_of_the_right_size_is_untouched(policy: Policy) -> None:
    pixels = picture(32, 32)
    assert np.array_equal(preprocessing(resize=policy).canvas(pixels), pixels)


@pytest.mark.parametrize("size", [(50, 80), (80, 50), (64, 64), (47, 51), (20, 31), (300, 33)])
def test_crop_equals_torchvisions_resize_and_centre_crop(size: tuple[int, int]) -> None:
    image = Image.fromarray(picture(*size))
    reference = v2.Compose([v2.Resize(32, v2.InterpolationMode.BICUBIC), v2.CenterCrop(32)])(image)
    assert np.array_equal(preprocessing().canvas(np.asarray(image)), np.asarray(reference))


@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_stretch_equals_pillows_antialiased_resize(interpolation: str) -> None:
    pixels = picture(90, 41)
    reference = Image.fromarray(pixels).resize((24, 32), Image.Resampling[interpolation.upper()])
    made = preprocessing(32, 24, resize="stretch", interpolation=interpolation).canvas(pixels)
    assert np.array_equal(made, np.asarray(reference))


def test_pad_centres_the_whole_picture_between_bars_of_the_background() -> None:
    pixels = picture(20, 40)
    made = preprocessing(resize="pad", background=(1, 2, 3)).canvas(pixels)
    assert np.array_equal(made[8:24], np.asarray(Image.fromarray(pixels).resize((32, 16), Image.Resampling.BICUBIC)))
    assert (made[:8] == [1, 2, 3]).all()
    assert (made[24:] == [1, 2, 3]).all()


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("surround", ["background", "reflection"])
@pytest.mark.parametrize("size", [(28, 28), (32, 32), (33, 90), (90, 33), (7, 5), (1, 1), (32, 33), (33, 32), (61, 61)])
def test_the_centre_of_a_canvas_with_a_margin_is_the_canvas_without(
    policy: Policy, surround: str, size: tuple[int, int]
) -> None:
    made = preprocessing(32, 28, resize=policy, surround=surround, background=(9,))
    pixels = picture(*size)
    for margin in (1, 5, 16):
        wide = made.canvas(pixels, margin=margin)
        assert wide.shape == (32 + 2 * margin, 28 + 2 * margin, 3)
        assert np.array_equal(wide[margin:-margin, margin:-margin], made.canvas(pixels))


def test_a_crop_keeps_the_real_surroundings_where_there_are_some() -> None:
    pixels = np.repeat(np.arange(0, 240, 4, dtype=np.uint8)[None, :], 20, axis=0)  # 20 x 60, brighter to the right
    wide = preprocessing(20, 20, channels=1).canvas(pixels, margin=4)[..., 0]
    assert np.array_equal(wide[10], np.arange(4 * 16, 4 * 44, 4))


def test_a_margin_beyond_the_picture_is_its_reflection_or_the_background() -> None:
    pixels = picture(8, 8, colour=False)
    mirrored = preprocessing(8, 8, channels=1, surround="reflection").canvas(pixels, margin=3)[..., 0]
    assert np.array_equal(mirrored, np.pad(pixels, 3, mode="reflect"))
    plain = preprocessing(8, 8, channels=1, background=(77,)).canvas(pixels, margin=3)[..., 0]
    assert np.array_equal(plain, np.pad(pixels, 3, constant_values=77))


def test_many_pictures_at_once_are_framed_as_one_by_one() -> None:
    stack = np.random.default_rng(1).integers(0, 256, (5, 28, 28, 3), dtype=np.uint8)
    for size in (28, 32):
        made = preprocessing(size, size, channels=1, surround="reflection")
        together = made.canvases(stack, margin=2)
        assert np.array_equal(together, np.stack([made.canvas(pixels, margin=2) for pixels in stack]))


def test_grey_is_pillows_luma_and_grey_saved_as_rgb_is_unchanged() -> None:
    pixels = picture(32, 32)
    reference = np.asarray(Image.fromarray(pixels).convert("L"))
    assert np.array_equal(preprocessing(channels=1).canvas(pixels)[..., 0], reference)
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    twice = preprocessing(16, 16, channels=1).canvas(np.repeat(levels[..., None], 3, axis=2))
    assert np.array_equal(twice[..., 0], levels)


def test_grey_is_repeated_for_a_model_that_takes_three_channels() -> None:
    pixels = picture(32, 32, colour=False)
    assert np.array_equal(preprocessing().canvas(pixels), np.repeat(pixels[..., None], 3, axis=2))


@pytest.mark.parametrize("background", [(7,), (7, 7, 7), (1, 2, 3)])
def test_a_grey_picture_among_coloured_ones_gets_the_same_background(background: tuple[int, ...]) -> None:
    grey = picture(16, 32, colour=False)
    made = preprocessing(resize="pad", background=background)
    assert np.array_equal(made.canvas(grey, margin=1), made.canvas(np.repeat(grey[..., None], 3, axis=2), margin=1))


def test_the_window_of_16_bit_pictures_spreads_over_256_levels_and_clips() -> None:
    pixels = np.array([[0, 1000], [2020, 3040], [4000, 65535]], np.uint16)
    made = preprocessing(3, 2, channels=1, bit_depth=16, low=1000, high=3550).canvas(pixels)
    assert made[..., 0].tolist() == [[0, 0], [102, 204], [255, 255]]


def test_a_picture_of_the_other_depth_is_neither_black_nor_white() -> None:
    grey = np.full((4, 4), 128, np.uint8)
    assert (preprocessing(4, 4, channels=1, bit_depth=16, low=0, high=65535).canvas(grey) == 128).all()
    assert (preprocessing(4, 4, channels=1).canvas(np.full((4, 4), 128 * 257, np.uint16)) == 128).all()


def test_a_strip_of_extreme_length_is_resized_within_bounds() -> None:
    assert preprocessing().canvas(np.zeros((1, 60_000), np.uint8)).shape == (32, 32, 3)
    assert preprocessing(resize="pad").canvas(np.zeros((60_000, 1), np.uint8)).shape == (32, 32, 3)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 1), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros((4, 4)),
        np.zeros(4, np.uint8),
    ],
)
def test_pixels_of_a_wrong_shape_or_type_are_refused_with_what_was_expected(pixels: NDArray[Any]) -> None:
    with pytest.raises(DataError, match=r"A picture has the shape .*\(height, width, 3\), of type uint8 or uint16"):
        preprocessing().canvas(pixels)


def test_normalisation_is_the_formula_in_float32() -> None:
    made = preprocessing(2, 2, mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 0.2))
    canvases = picture(2, 2)[None]
    expected = (np.moveaxis(canvases, 3, 1) / 255 - np.array([0.1, 0.2, 0.3])[:, None, None]) / np.array(
        [0.5, 0.25, 0.2]
    )[:, None, None]
    result = made.normalise(canvases)
    assert result.dtype == np.float32
    assert result.shape == (1, 3, 2, 2)
    np.testing.assert_allclose(result, expected, rtol=0, atol=5e-7)


@pytest.mark.parametrize("channels", [1, 3])
def test_tensors_and_arrays_are_normalised_to_the_same_bits(channels: Literal[1, 3]) -> None:
    made = preprocessing(
        16, 16, channels, mean=(0.13066, 0.456, 0.406)[:channels], std=(0.3081, 0.224, 0.225)[:channels]
    )
    canvases = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(channels, axis=3)
    expected = made.normalise(canvases)
    planes = torch.from_numpy(canvases).permute(0, 3, 1, 2)
    assert np.array_equal(normalise_tensor(planes, made).numpy(), expected)
    assert np.array_equal(normalise_tensor(planes.contiguous().float() / 255, made).numpy(), expected)


def test_gradients_flow_through_normalisation_even_after_use_in_inference_mode() -> None:
    made = preprocessing(4, 4, mean=(0.4,) * 3, std=(0.125,) * 3)
    with torch.inference_mode():
        normalise_tensor(torch.zeros(1, 3, 4, 4), made)
    images = torch.zeros(1, 3, 4, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(normalise_tensor(images, made).sum(), images)
    assert (gradient == 8).all()


def test_a_preprocessing_comes_back_from_json_as_it_was() -> None:
    made = preprocessing(bit_depth=16, low=3, high=4000, background=(1, 2, 3), surround="reflection")
    assert PREPROCESSINGS.read(made.to_dict()) == made


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hieght": 3}, "unknown key 'hieght'. Did you mean 'height'?"),
        ({"height": 10**9}, "height: Input should be less than or equal to 8192"),
        ({"std": (0.0, 1.0, 1.0)}, "std.0: Input should be greater than 0"),
        ({"mean": (0.0,)}, "mean and std need 3 numbers each"),
        ({"low": 300, "high": 200}, "low must be below high"),
        ({"background": (1, 2)}, "background needs 1 or 3 numbers"),
    ],
)
def test_a_faulty_preprocessing_is_refused_with_its_fault(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RunError) as caught:
        ImagePreprocessing.from_dict(preprocessing().to_dict() | change, source="run.json", error=RunError)
    assert message in str(caught.value)


def test_an_unknown_kind_of_preprocessing_is_refused() -> None:
    with pytest.raises(ValueError, match="the kind of preprocessing is none of image, table"):
        PREPROCESSINGS.read(preprocessing().to_dict() | {"kind": "video"})


def test_the_answering_half_does_not_load_torch() -> None:
    code = "import sys, pellucid.preprocessing; sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
