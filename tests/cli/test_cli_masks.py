"""Masks on the command line: found in a folder, said before the training, written for new pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from tests.cli.conftest import Type

from pellucid.data.made_shapes import make_shapes

SMALL = ("--width", 2, "--levels", 2, "--epochs", 1, "--imgsz", 8, "--batch", 8, "--threads", 1)


def test_masks_are_found_learned_and_written(pellucid_: Type, tmp_path: Path) -> None:
    pictures, masks = make_shapes(8, side=20, seed=3)
    for kind, pixels in (("images", pictures), ("masks", np.where(masks > 0, 255, 0).astype(np.uint8))):
        for number, one in enumerate(pixels):
            path = tmp_path / "cells" / kind / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(one).save(path)
    trained = pellucid_("train", tmp_path / "cells", *SMALL)
    assert trained.code == 0, trained.err
    assert "255 -> object" in trained.out + trained.err
    new = tmp_path / "cells" / "images" / "0.png"
    said = pellucid_("predict", "runs/cells-unet", new, "--out", "answers", "--overlay")
    assert said.code == 0, said.err
    assert "-> answers/0.png, answers/0-overlay.png" in said.out
    assert " % of pixels, mean probability 0." in said.out
    with Image.open("answers/0.png") as image:
        assert (image.mode, image.size) == ("P", (20, 20))
    (numbers,) = json.loads(pellucid_("predict", "runs/cells-unet", new, "--json").out)
    assert sum(numbers["pixels"].values()) == 1
    assert "classes" not in numbers


def test_overlays_are_refused_of_what_answers_no_pixels(pellucid_: Type, run: Path) -> None:
    refused = pellucid_("predict", run, "a.png", "--overlay")
    assert refused.code == 2
    assert "--overlay is for masks" in refused.err
