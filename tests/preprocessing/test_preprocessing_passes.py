"""The order in which the two axes are resized: the same bits under every Pillow; old runs as their own Pillow did."""

from __future__ import annotations

import hashlib

import numpy as np
import PIL
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.preprocessing import ImagePreprocessing, passes_of_pillow
from pellucid.preprocessing.framing import Passes, ResizePolicy, resize_picture

POLICIES: tuple[ResizePolicy, ...] = ("crop", "pad", "stretch")
SIZES = [(40, 30), (30, 40), (400, 180), (180, 400), (320, 90), (900, 8), (8, 900), (64, 64), (20, 400), (97, 43)]


def noise(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def stretched(picture: NDArray[np.uint8], height: int, width: int, passes: Passes) -> NDArray[np.uint8]:
    return resize_picture(picture, height, width, policy="stretch", interpolation="bicubic", passes=passes)


def test_resized_pictures_have_the_same_bits_under_every_pillow() -> None:
    digest = hashlib.sha256()
    for height, width in SIZES:
        for policy in POLICIES:
            canvas = ImagePreprocessing(
                height=32,
                width=48,
                channels=3,
                resize=policy,
                passes="horizontal-first",
                mean=(0.0,) * 3,
                std=(1.0,) * 3,
            ).canvas(noise(height, width))
            digest.update(canvas.tobytes())
    # Measured under Pillow 11.3, 12.1, 12.3 and 13.0 alike.
    assert digest.hexdigest()[:16] == "ae337a58e6dfcd6e"


def test_a_tall_picture_is_what_two_calls_give_horizontally_first() -> None:
    picture = noise(400, 180)
    image = Image.fromarray(picture)
    by_hand = image.resize((48, 400), Image.Resampling.BICUBIC).resize((48, 32), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(stretched(picture, 32, 48, "horizontal-first"), np.asarray(by_hand))


def test_the_installed_pillows_order_is_known() -> None:
    own = passes_of_pillow(PIL.__version__)
    rng = np.random.default_rng(0)
    for height, width in [*SIZES, *[tuple(rng.integers(1, 300, 2).tolist()) for _ in range(200)]]:
        wanted = rng.integers(1, 120, 2).tolist()
        one_call = stretched(noise(height, width), wanted[0], wanted[1], "as-pillow")
        np.testing.assert_array_equal(stretched(noise(height, width), wanted[0], wanted[1], own), one_call)


@pytest.mark.parametrize(
    ("version", "passes"),
    [
        ("9.5.0", "horizontal-first"),
        ("11.3.0", "horizontal-first"),
        ("12.1.1", "horizontal-first"),
        ("12.2.0", "as-pillow-12.2"),
        ("12.10.1.post1", "as-pillow-12.2"),
        ("13.0.0", "as-pillow-13"),
        ("14", "as-pillow-13"),
        ("", "as-pillow"),
    ],
)
def test_each_pillow_has_its_order(version: str, passes: Passes) -> None:
    assert passes_of_pillow(version) == passes


@pytest.mark.parametrize(
    ("size", "passes", "vertical_first"),
    [
        ((400, 180), "horizontal-first", False),
        ((400, 180), "as-pillow-12.2", False),
        ((400, 180), "as-pillow-13", True),
        ((900, 8), "horizontal-first", False),
        ((900, 8), "as-pillow-12.2", True),
        ((900, 8), "as-pillow-13", True),
        ((97, 300), "as-pillow-13", False),
    ],
)
def test_old_orders_are_repeated_by_two_calls(size: tuple[int, int], passes: Passes, vertical_first: bool) -> None:
    picture = noise(*size)
    between = (size[1], 32) if vertical_first else (48, size[0])
    by_hand = Image.fromarray(picture).resize(between, Image.Resampling.BICUBIC)
    by_hand = by_hand.resize((48, 32), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(stretched(picture, 32, 48, passes), np.asarray(by_hand))
