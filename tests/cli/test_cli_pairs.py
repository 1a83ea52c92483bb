"""Pairs of pictures on the command line: asked for, said before the training, written for new pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from tests.cli.conftest import Type

SMALL = ("--width", 2, "--levels", 2, "--epochs", 1, "--imgsz", 8, "--batch", 8, "--threads", 1)


def test_pairs_are_learned_and_pictures_written(pellucid_: Type, tmp_path: Path) -> None:
    draws = np.random.default_rng(0)
    for number in range(8):
        clean = draws.integers(0, 200, (12, 10), np.uint8)
        for side, pixels in (("clean", clean), ("noisy", clean + draws.integers(0, 50, clean.shape, np.uint8))):
            path = tmp_path / "scans" / side / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)
    trained = pellucid_("train", tmp_path / "scans", "--task", "image-to-image", *SMALL)
    assert trained.code == 0, trained.err
    assert "8 pairs of pictures, noisy -> clean" in trained.out + trained.err
    assert "the picture as it is: mae" in trained.out
    new = tmp_path / "scans" / "noisy" / "0.png"
    said = pellucid_("predict", "runs/scans-unet", new, "--out", "answers")
    assert said.code == 0, said.err
    assert "a picture of 12 x 10, mean level 0." in said.out
    assert "-> answers/0.png" in said.out
    with Image.open("answers/0.png") as image:
        assert (image.mode, image.size) == ("L", (10, 12))
    (numbers,) = json.loads(pellucid_("predict", "runs/scans-unet", new, "--json").out)
    assert list(numbers["values"]) == ["mean level"]
    refused = pellucid_("predict", "runs/scans-unet", new, "--overlay")
    assert (refused.code, "--overlay is for masks" in refused.err) == (2, True)
