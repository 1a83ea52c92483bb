"""Where a canvas lies on its picture: a mark goes through the preprocessing, and its map must come back to the mark."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.preprocessing import ImagePreprocessing, ResizePolicy, place_canvas


def preprocessing(policy: ResizePolicy, height: int = 32, width: int = 32) -> ImagePreprocessing:
    return ImagePreprocessing(
        height=height, width=width, channels=1, resize=policy, interpolation="bilinear", mean=(0.0,), std=(1.0,)
    )


@pytest.mark.parametrize("policy", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("size", [(48, 100), (100, 48), (61, 61), (20, 31), (32, 32), (7, 5)])
def test_a_mark_comes_back_to_its_place(policy: ResizePolicy, size: tuple[int, int]) -> None:
    rules = preprocessing(policy)
    row, column = size[0] // 2 + size[0] // 8, size[1] // 2 - size[1] // 8
    picture = np.zeros(size, np.uint8)
    reach = max(1, min(size) // 12)
    picture[row - reach : row + reach + 1, column - reach : column + reach + 1] = 255
    back = place_canvas(rules, *size).on_picture(rules.canvas(picture)[..., 0].astype(np.float32))
    assert back.shape == size
    heat = np.nan_to_num(back)
    rows, columns = np.mgrid[: size[0], : size[1]]
    tolerance = 0.6 * max(size) / 32 + 0.1
    assert (heat * rows).sum() / heat.sum() == pytest.approx(row, abs=tolerance)
    assert (heat * columns).sum() / heat.sum() == pytest.approx(column, abs=tolerance)


def test_what_a_crop_cuts_off_was_not_looked_at() -> None:
    back = place_canvas(preprocessing("crop"), 32, 64).on_picture(np.ones((4, 4), np.float32))
    assert np.isnan(back).all(axis=0).tolist() == [True] * 16 + [False] * 32 + [True] * 16
    assert not np.isnan(back[:, 16:48]).any()


def test_bars_of_a_padded_picture_are_left_out_of_its_map() -> None:
    cells = np.zeros((4, 4), np.float32)
    cells[0] = 9  # a bar above the picture
    back = place_canvas(preprocessing("pad"), 16, 32).on_picture(cells)
    assert back.shape == (16, 32)
    assert not np.isnan(back).any()
    assert back[8:].max() == 0


def test_the_place_on_a_resized_picture_is_the_same_share_of_it() -> None:
    small = place_canvas(preprocessing("crop"), 32, 64).resized(64, 128)
    assert (small.top, small.left, small.height, small.width) == (0, 32, 64, 64)
