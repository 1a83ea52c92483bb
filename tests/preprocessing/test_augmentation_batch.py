"""Whole batches, against torchvision's functions and hand-made cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as reference

from pellucid.preprocessing.augmentation import PRESETS, Augmentation, augment, preset_augmentation
from pellucid.preprocessing.augmentation.colour import recolour
from pellucid.preprocessing.augmentation.draws import Draws, draw
from pellucid.preprocessing.augmentation.geometry import inverse_matrices, resample

SIZE = (20, 24)
MARGIN = 4
EVERYTHING = Augmentation(
    mirror=0.5, mirror_vertical=0.3, rotation_degrees=25, translation=0.1, scaling=(0.8, 1.3), crop=2,
    brightness=0.3, contrast=0.3, saturation=0.5,
)  # fmt: skip


def canvases(num: int = 16, channels: int = 3) -> Tensor:
    shape = (num, channels, SIZE[0] + 2 * MARGIN, SIZE[1] + 2 * MARGIN)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def smooth(channels: int = 3) -> Tensor:
    """One picture [1, C, 40, 40] without sharp edges, in 0..1."""
    y, x = torch.meshgrid(torch.linspace(0, 3, 40), torch.linspace(0, 2, 40), indexing="ij")
    planes = [0.5 + 0.4 * torch.sin(x * (1 + c) + y + c) for c in range(channels)]
    return torch.stack(planes)[None]


def parameters(**given: float) -> Draws:
    """Draws of one example that does nothing but what is given."""
    values: dict[str, Any] = {"mirrored": False, "mirrored_vertical": False, "angle": 0.0, "right": 0.0, "down": 0.0}
    values |= {"magnification": 1.0, "brightness": 1.0, "contrast": 1.0, "saturation": 1.0}
    arrays: dict[str, Any] = {name: np.array([value]) for name, value in (values | given).items()}
    return Draws(**arrays)


def centre(batch: Tensor) -> Tensor:
    return batch[:, :, MARGIN : MARGIN + SIZE[0], MARGIN : MARGIN + SIZE[1]]


def test_nothing_to_do_gives_the_very_bits_of_evaluation() -> None:
    batch = canvases()
    result = augment(batch, torch.arange(16), spec=Augmentation(), seed=0, epoch=0, size=SIZE)
    assert torch.equal(result, centre(batch).float() / torch.tensor(255.0))


@pytest.mark.parametrize("spec", [*PRESETS.values(), EVERYTHING])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_batch_comes_out_at_its_size_within_0_and_1(spec: Augmentation, channels: int) -> None:
    result = augment(canvases(channels=channels), torch.arange(16), spec=spec, seed=0, epoch=0, size=SIZE)
    assert result.shape == (16, channels, *SIZE)
    assert result.dtype == torch.float32
    assert 0 <= float(result.min()) <= float(result.max()) <= 1


def test_an_example_is_changed_alike_in_any_batch_and_any_memory_format() -> None:
    batch, ids = canvases(), torch.arange(100, 116)
    whole = augment(batch, ids, spec=EVERYTHING, seed=1, epoch=2, size=SIZE)
    order = torch.tensor([11, 3, 7])
    part = augment(batch[order], ids[order], spec=EVERYTHING, seed=1, epoch=2, size=SIZE)
    torch.testing.assert_close(part, whole[order], rtol=0, atol=1e-6)
    channels_last = batch.contiguous(memory_format=torch.channels_last)
    again = augment(channels_last, ids, spec=EVERYTHING, seed=1, epoch=2, size=SIZE)
    torch.testing.assert_close(again, whole, rtol=0, atol=1e-6)


def test_other_epochs_seeds_and_examples_are_changed_otherwise() -> None:
    batch = canvases(1).expand(8, -1, -1, -1)
    ids = torch.arange(8)
    whole = augment(batch, ids, spec=EVERYTHING, seed=1, epoch=2, size=SIZE)
    for other in (
        augment(batch, ids, spec=EVERYTHING, seed=1, epoch=3, size=SIZE),
        augment(batch, ids, spec=EVERYTHING, seed=2, epoch=2, size=SIZE),
        augment(batch, ids + 8, spec=EVERYTHING, seed=1, epoch=2, size=SIZE),
        whole.roll(1, 0),
    ):
        assert all(float((one - two).abs().mean()) > 0.01 for one, two in zip(whole, other, strict=True))


def test_the_callers_batch_and_global_randomness_are_left_alone() -> None:
    batch = canvases()
    before, state = batch.clone(), torch.random.get_rng_state()
    augment(batch, torch.arange(16), spec=EVERYTHING, seed=0, epoch=0, size=SIZE)
    assert torch.equal(batch, before)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_mirroring_and_whole_pixel_crops_are_exact() -> None:
    batch, ids = canvases(200, 1), torch.arange(200)
    spec = Augmentation(mirror=0.5, mirror_vertical=0.5, crop=MARGIN)
    result = augment(batch, ids, spec=spec, seed=0, epoch=0, size=SIZE)
    draws = draw(ids.numpy(), spec=spec, seed=0, epoch=0, size=SIZE)
    for place in range(200):
        canvas = batch[place].numpy()
        if draws.mirrored[place]:
            canvas = canvas[:, :, ::-1]
        if draws.mirrored_vertical[place]:
            canvas = canvas[:, ::-1]
        top, left = MARGIN - int(draws.down[place]), MARGIN - int(draws.right[place])
        expected = canvas[:, top : top + SIZE[0], left : left + SIZE[1]]
        assert np.array_equal(result[place].numpy(), expected.astype(np.float32) / np.float32(255))
    assert set(draws.down) == set(draws.right) == set(range(-MARGIN, MARGIN + 1))
    assert 70 < draws.mirrored.sum() < 130


def test_large_pictures_are_moved_by_whole_pixels_exactly() -> None:
    canvas = torch.randint(0, 256, (4, 1, 448, 600), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    spec = Augmentation(mirror=1.0)
    result = augment(canvas, torch.arange(4), spec=spec, seed=0, epoch=0, size=(447 - 223, 600))
    assert torch.equal(result, canvas[:, :, 112:336].flip(3).float() / torch.tensor(255.0))


@pytest.mark.parametrize(
    ("degrees", "right", "down", "magnification"),
    [
        (0, 0, 0, 1.0),
        (30, 0, 0, 1.0),
        (-75, 0, 0, 1.0),
        (0, 5, -3, 1.0),
        (0, 0, 0, 1.4),
        (0, 0, 0, 0.8),
        (20, 4, 6, 1.25),
    ],
)
def test_geometry_equals_torchvisions_affine(degrees: float, right: int, down: int, magnification: float) -> None:
    picture = smooth()
    arguments: dict[str, Any] = {"angle": degrees, "translate": [right, down], "scale": magnification}
    arguments |= {"shear": [0.0, 0.0], "interpolation": InterpolationMode.BILINEAR}
    expected = reference.affine(picture, **arguments)
    draws = parameters(angle=np.deg2rad(degrees), right=right, down=down, magnification=magnification)
    found = resample(picture, inverse_matrices(draws), size=(40, 40), interpolate=True)
    # Outside the picture torchvision shows black, and this continues the edge: compare where both see the picture.
    inside = reference.affine(torch.ones_like(picture), **arguments) > 0.9999
    assert inside.float().mean() > 0.3
    torch.testing.assert_close(found[inside], expected[inside], rtol=0, atol=1e-4)


def test_a_mirrored_picture_is_mirrored_before_it_is_turned() -> None:
    picture = smooth()
    draws = parameters(mirrored=True, angle=np.deg2rad(30), right=2.0)
    turned = parameters(angle=np.deg2rad(30), right=2.0)
    found = resample(picture, inverse_matrices(draws), size=(40, 40), interpolate=True)
    expected = resample(picture.flip(3), inverse_matrices(turned), size=(40, 40), interpolate=True)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_the_margin_of_a_canvas_shows_up_when_a_picture_is_moved() -> None:
    canvas = torch.arange(30, dtype=torch.float32).repeat(1, 1, 12, 1)
    moved = resample(canvas, inverse_matrices(parameters(right=3.0)), size=(12, 20), interpolate=True)
    torch.testing.assert_close(moved[0, 0, 0], torch.arange(2, 22, dtype=torch.float32))


def test_beyond_the_canvas_its_outermost_pixels_go_on() -> None:
    canvas = torch.arange(10, dtype=torch.float32).repeat(1, 1, 10, 1)
    moved = resample(canvas, inverse_matrices(parameters(right=4.0)), size=(10, 10), interpolate=True)
    assert moved[0, 0, 0].tolist() == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("brightness", "contrast", "saturation"), [(1.2, 1, 1), (1, 0.7, 1), (1, 1, 1.4), (0.9, 1.1, 0.6)]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_colours_equal_torchvisions_one_after_another(
    brightness: float, contrast: float, saturation: float, channels: int
) -> None:
    picture = 0.25 + 0.4 * smooth(channels)  # nothing is clipped on the way
    expected = reference.adjust_brightness(picture, brightness)
    expected = reference.adjust_contrast(expected, contrast)
    expected = reference.adjust_saturation(expected, saturation)
    draws = parameters(brightness=brightness, contrast=contrast, saturation=saturation)
    found = recolour(picture * 255, draws, scale=1 / 255)
    torch.testing.assert_close(found, expected, rtol=0, atol=2e-4)


def test_colours_are_clipped_to_0_and_1() -> None:
    found = recolour(smooth(), parameters(brightness=3.0), scale=1.0)
    assert float(found.max()) == 1


def test_draws_stay_in_their_ranges_and_reach_their_ends() -> None:
    draws = draw(np.arange(5000), spec=EVERYTHING, seed=0, epoch=0, size=SIZE)
    shift_right, shift_down = 0.1 * SIZE[1] + 2, 0.1 * SIZE[0] + 2
    for values, low, high in (
        (np.rad2deg(draws.angle), -25, 25),
        (draws.magnification, 0.8, 1.3),
        (draws.brightness, 0.7, 1.3),
        (draws.contrast, 0.7, 1.3),
        (draws.saturation, 0.5, 1.5),
    ):
        assert low <= values.min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < values.max() <= high
    assert np.abs(draws.right).max() <= shift_right
    assert np.abs(draws.down).max() <= shift_down
    assert np.median(draws.magnification) == pytest.approx(np.sqrt(0.8 * 1.3), rel=0.01)
    assert draws.mirrored.mean() == pytest.approx(0.5, abs=0.03)
    assert draws.mirrored_vertical.mean() == pytest.approx(0.3, abs=0.03)


def test_asking_for_one_more_change_leaves_the_others_as_they_were() -> None:
    ids = np.arange(50)
    few = draw(ids, spec=Augmentation(rotation_degrees=25), seed=0, epoch=0, size=SIZE)
    assert np.array_equal(few.angle, draw(ids, spec=EVERYTHING, seed=0, epoch=0, size=SIZE).angle)


def test_presets_change_pictures_and_none_does_not() -> None:
    batch = canvases()
    plain = augment(batch, torch.arange(16), spec=PRESETS["none"], seed=0, epoch=0, size=SIZE)
    for preset in ("light", "crop", "photo"):
        spec = preset_augmentation(preset, size=SIZE)
        assert not torch.equal(augment(batch, torch.arange(16), spec=spec, seed=0, epoch=0, size=SIZE), plain)
