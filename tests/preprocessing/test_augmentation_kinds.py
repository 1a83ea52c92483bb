"""Hue, perspective, shear, erasing and TrivialAugment, against torchvision, colorsys and hand-made cases."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as reference

from pellucid.data import Dataset
from pellucid.preprocessing.augmentation import Augmentation, augment, choose_augmentation
from pellucid.preprocessing.augmentation.colour import hue_matrices, recolour
from pellucid.preprocessing.augmentation.draws import Draws, draw
from pellucid.preprocessing.augmentation.erasing import Rectangles, draw_rectangles, erase
from pellucid.preprocessing.augmentation.geometry import inverse_matrices, resample
from pellucid.preprocessing.augmentation.trivial import KINDS, Trivial, draw_trivial, filter_pictures

SIZE = (30, 40)
ALL = Augmentation(mirror=0.5, hue=0.1, perspective=0.3, erasing=0.7, trivial="wide", rotation_degrees=5)


def smooth(height: int = 30, width: int = 40) -> Tensor:
    y, x = torch.meshgrid(torch.linspace(0, 3, height), torch.linspace(0, 2, width), indexing="ij")
    return torch.stack([0.5 + 0.4 * torch.sin(x * (1 + c) + y + c) for c in range(3)])[None]


def noise(num: int = 8) -> Tensor:
    return torch.rand((num, 3, *SIZE), generator=torch.Generator().manual_seed(0))


def still(num: int = 1, **more: Any) -> Draws:
    zero, one, no = np.zeros(num), np.ones(num), np.zeros(num, bool)
    return Draws(no, no, zero, zero, zero, one, one, one, one, **more)


def trivial(kind: str, strength: float, num: int = 1, sign: float = 1.0) -> Trivial:
    return Trivial(np.full(num, KINDS.index(kind)), np.full(num, strength), np.full(num, sign), "wide")


def test_moved_corners_equal_torchvisions_perspective() -> None:
    picture, (height, width) = smooth(), SIZE
    corners = np.array([[[4.0, 3.0], [-6.0, 2.0], [2.0, -5.0], [-3.0, -1.0]]])
    start = [[0, 0], [width, 0], [0, height], [width, height]]
    end = [[x + int(dx), y + int(dy)] for (x, y), (dx, dy) in zip(start, corners[0], strict=True)]
    order = [0, 1, 3, 2]  # torchvision goes round the picture
    arguments: dict[str, Any] = {"startpoints": [start[i] for i in order], "endpoints": [end[i] for i in order]}
    expected = reference.perspective(picture, **arguments, interpolation=InterpolationMode.BILINEAR)
    inside = reference.perspective(torch.ones_like(picture), **arguments) > 0.9999
    found = resample(picture, inverse_matrices(still(corners=corners), size=SIZE), size=SIZE, interpolate=True)
    assert inside.float().mean() > 0.6
    torch.testing.assert_close(found[inside], expected[inside], rtol=0, atol=1e-3)


def test_corners_that_do_not_move_change_nothing() -> None:
    canvas = noise(3)
    straight = inverse_matrices(still(3, corners=np.zeros((3, 4, 2))), size=SIZE)
    np.testing.assert_allclose(straight, np.broadcast_to(np.eye(3), (3, 3, 3)), atol=1e-12)
    torch.testing.assert_close(resample(canvas, straight, size=SIZE, interpolate=True), canvas, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("shear_x", "shear_y"), [(0.4, 0.0), (0.0, -0.3)])
def test_shear_equals_torchvisions(shear_x: float, shear_y: float) -> None:
    picture = smooth()
    degrees = [float(np.rad2deg(np.arctan(shear))) for shear in (shear_x, shear_y)]
    arguments: dict[str, Any] = {"angle": 0, "translate": [0, 0], "scale": 1.0, "shear": degrees}
    expected = reference.affine(picture, **arguments, interpolation=InterpolationMode.BILINEAR)
    arguments["interpolation"] = InterpolationMode.BILINEAR
    inside = reference.affine(torch.ones_like(picture), **arguments) > 0.9999
    draws = still(shear_x=np.array([shear_x]), shear_y=np.array([shear_y]))
    found = resample(picture, inverse_matrices(draws), size=SIZE, interpolate=True)
    torch.testing.assert_close(found[inside], expected[inside], rtol=0, atol=1e-3)


@pytest.mark.parametrize("turn", [0.05, -0.2, 1 / 3])
def test_hue_turns_colours_about_the_greys_as_in_yiq(turn: float) -> None:
    for colour in ((0.6, 0.4, 0.3), (0.2, 0.5, 0.5), (0.45, 0.5, 0.4)):
        y, i, q = colorsys.rgb_to_yiq(*colour)
        turned = complex(i, q) * np.exp(-2j * np.pi * turn)
        expected = (
            y + 0.9468822170900693 * turned.real + 0.6235565819861433 * turned.imag,
            y - 0.27478764629897834 * turned.real - 0.6356910791873801 * turned.imag,
            y - 1.1085450346420322 * turned.real + 1.7090069284064666 * turned.imag,
        )  # colorsys.yiq_to_rgb without its clipping
        # colorsys rounds its coefficients otherwise, so the two agree to about one level of 255.
        np.testing.assert_allclose(hue_matrices(np.array([turn]))[0] @ colour, expected, atol=0.012)


def test_a_third_of_the_circle_turns_red_to_green_and_leaves_greys() -> None:
    matrix = hue_matrices(np.array([1 / 3]))[0]
    assert np.argmax(matrix @ [0.6, 0.4, 0.4]) == 1
    np.testing.assert_allclose(matrix @ [0.3, 0.3, 0.3], [0.3, 0.3, 0.3], atol=1e-4)
    grey = torch.full((1, 3, 4, 4), 0.25)
    torch.testing.assert_close(recolour(grey.clone(), still(hue=np.array([0.3])), scale=1.0), grey, rtol=0, atol=1e-4)


def test_hue_goes_the_way_of_torchvisions_apart_from_the_luma() -> None:
    picture = torch.tensor([0.6, 0.45, 0.4])[None, :, None, None]
    expected = (reference.adjust_hue(picture, 0.05) - picture).flatten()
    expected -= expected @ torch.tensor([0.2989, 0.587, 0.114])
    found = (recolour(picture.clone(), still(hue=np.array([0.05])), scale=1.0) - picture).flatten()
    assert torch.nn.functional.cosine_similarity(found, expected, dim=0) > 0.9


def test_a_rectangle_gets_the_mean_colour_and_the_rest_stays() -> None:
    pictures = noise(2)
    found = erase(pictures, Rectangles(*(np.array(pair) for pair in ((3, 0), (5, 0), (4, 0), (6, 0)))))
    expected = pictures.clone()
    expected[0, :, 3:7, 5:11] = pictures[0].mean(dim=(1, 2))[:, None, None]
    assert torch.equal(found[1], pictures[1])
    torch.testing.assert_close(found, expected)


def test_rectangles_have_the_papers_sizes_and_lie_inside() -> None:
    random = np.random.default_rng(0).random((5, 20_000))
    found = draw_rectangles(random, 0.5, (64, 80))
    erased = found.height > 0
    assert erased.mean() == pytest.approx(0.5, abs=0.02)
    assert found.top.min() == 0
    assert (found.top + found.height)[erased].max() == 64
    assert (found.left + found.width)[erased].max() == 80
    area = (found.height * found.width)[erased] / (64 * 80)
    assert 0.015 < area.min() < 0.03
    assert 0.32 < area.max() < 0.36
    ratio = (found.height / found.width)[erased]
    assert 0.25 < ratio.min() < 0.35
    assert 3 < ratio.max() < 3.8
    assert np.median(ratio) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "strength", "expected"),
    [
        ("sharpness", 0.5, lambda x: reference.adjust_sharpness(x, 1 + 0.99 * 0.5)),
        ("posterize", 1.0, lambda x: reference.posterize((x * 255).round().byte(), 2).float() / 255),
        ("posterize", 0.0, lambda x: (x * 255).round() / 255),
        ("solarize", 0.25, lambda x: reference.solarize(x, 0.75)),
        ("autocontrast", 0.0, reference.autocontrast),
        ("equalize", 0.0, lambda x: reference.equalize((x * 255).round().byte()).float() / 255),
        ("identity", 0.5, lambda x: x),
    ],
)
def test_what_is_no_affine_map_equals_torchvisions(
    kind: str, strength: float, expected: Callable[[Tensor], Tensor]
) -> None:
    pictures = 0.2 + 0.5 * noise()
    found = filter_pictures(pictures.clone(), trivial(kind, strength, num=8))
    torch.testing.assert_close(found, expected(pictures), rtol=0, atol=1e-5)


def test_a_channel_of_one_value_stays_when_it_is_stretched() -> None:
    flat = torch.full((1, 1, 4, 4), 0.3)
    assert torch.equal(filter_pictures(flat.clone(), trivial("autocontrast", 0.0)), flat)


def test_each_example_draws_one_kind_and_all_are_equally_likely() -> None:
    found = draw_trivial(np.random.default_rng(0).random((3, 28_000)), "narrow")
    assert np.bincount(found.kind, minlength=14) == pytest.approx([2000] * 14, rel=0.1)
    assert np.abs(found.amount("rotate")).max() == pytest.approx(30, rel=0.01)
    busy = sum((found.amount(kind) != 0).astype(int) for kind in ("rotate", "shear-x", "brightness", "translate-y"))
    assert np.asarray(busy).max() == 1


def test_strengths_are_folded_into_the_one_resampling_and_the_one_colour_pass() -> None:
    ids = np.arange(3000)
    draws = draw(ids, spec=Augmentation(trivial="wide"), seed=0, epoch=0, size=SIZE)
    assert draws.trivial is not None
    turned = draws.trivial.indices("rotate")
    assert np.abs(np.rad2deg(draws.angle[turned])).max() == pytest.approx(135, rel=0.02)
    assert np.array_equal(np.flatnonzero(draws.angle), turned)
    assert np.array_equal(np.flatnonzero(draws.right), draws.trivial.indices("translate-x"))
    assert np.array_equal(np.flatnonzero(draws.brightness != 1), draws.trivial.indices("brightness"))


def test_everything_at_once_depends_on_seed_epoch_and_example_alone() -> None:
    batch = (noise(64) * 255).byte()
    ids = torch.arange(200, 264)
    whole = augment(batch, ids, spec=ALL, seed=1, epoch=2, size=SIZE)
    assert whole.shape == batch.shape
    assert 0 <= float(whole.min()) <= float(whole.max()) <= 1
    order = torch.tensor([40, 3, 17])
    part = augment(batch[order], ids[order], spec=ALL, seed=1, epoch=2, size=SIZE)
    torch.testing.assert_close(part, whole[order], rtol=0, atol=1e-5)
    assert not torch.equal(augment(batch, ids, spec=ALL, seed=1, epoch=3, size=SIZE), whole)


def test_the_kinds_of_before_draw_what_they_drew() -> None:
    plain = Augmentation(mirror=0.5, rotation_degrees=5)
    before = draw(np.arange(50), spec=plain, seed=3, epoch=1, size=SIZE)
    more = plain.model_copy(update={"hue": 0.1, "perspective": 0.3, "erasing": 1.0})
    after = draw(np.arange(50), spec=more, seed=3, epoch=1, size=SIZE)
    assert np.array_equal(before.angle, after.angle)
    assert np.array_equal(before.mirrored, after.mirrored)
    assert np.array_equal(before.brightness, after.brightness)


@pytest.mark.parametrize(
    ("shape", "classes", "words"),
    [
        ((2, 32, 32, 3), ("cat", "dog"), "crop: mirrored 50 %, crop shifted up to 4 pixels, trivial-augment (wide)"),
        ((2, 200, 300, 3), ("cat", "dog"), "none: mirrored 50 %, trivial-augment (wide)"),
        ((2, 28, 28), tuple("0123456789"), "none: trivial-augment (narrow)"),
        ((2, 200, 300, 3), ("left_hand", "right_hand"), "none: trivial-augment (narrow)"),
    ],
)
def test_trivial_augment_respects_the_label(
    make_pictures: Callable[..., Dataset], shape: tuple[int, ...], classes: tuple[str, ...], words: str
) -> None:
    data = make_pictures(np.zeros(shape, np.uint8), classes=classes)
    spec, decision = choose_augmentation(data, None, {"trivial_augment": True})
    assert decision.value == words
    assert decision.reason.startswith("asked for by --trivial-augment")
    assert ("not mirrored" in decision.reason) == (spec.trivial == "narrow")


def test_trivial_augment_is_laid_over_a_preset_that_was_asked_for(make_pictures: Callable[..., Dataset]) -> None:
    data = make_pictures(np.zeros((2, 200, 300, 3), np.uint8))
    spec, decision = choose_augmentation(data, "light", {"trivial_augment": True, "erasing": 0.25})
    assert (spec.trivial, spec.rotation_degrees, spec.mirror, spec.erasing) == ("wide", 10, 0, 0.25)
    assert decision.reason == "asked for by --augment light and --trivial-augment, with --erasing"


def test_a_preset_that_mirrors_is_not_said_to_mirror_nothing(make_pictures: Callable[..., Dataset]) -> None:
    digits = make_pictures(np.zeros((2, 28, 28), np.uint8), classes=tuple("0123456789"))
    spec, decision = choose_augmentation(digits, "photo", {"trivial_augment": True})
    assert (spec.trivial, spec.mirror) == ("narrow", 0.5)
    assert decision.reason == "asked for by --augment photo and --trivial-augment"
