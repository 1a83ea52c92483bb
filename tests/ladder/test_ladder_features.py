"""What classical methods look at: pixels, edges and colours of pictures, and the columns of tables."""

from __future__ import annotations

import numpy as np

from pellucid.data import load_dataset
from pellucid.ladder.features import LOOKING, picture_features


def test_grey_pictures_have_no_colours_to_look_at() -> None:
    canvases = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    assert list(picture_features(canvases)) == [
        "pixels",
        "oriented gradients (HOG)",
        "oriented gradients and a colour histogram",
    ]
    grey = picture_features(canvases[..., :1])
    assert {name: rows.shape for name, rows in grey.items()} == {
        "pixels": (3, 1024),
        "oriented gradients (HOG)": (3, 1764),
    }


def test_a_table_is_looked_at_as_a_network_does() -> None:
    data = load_dataset("iris")
    (rows,) = LOOKING["table"].features(data, data.splits["train"]).values()
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(rows.std(axis=0), 1, atol=1e-4)
