"""Pictures that are drawn of random numbers, and judged, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image
from tests.cli.conftest import MakePhotos, Type

SMALL = ("--epochs", 1, "--imgsz", 8, "--batch", 10)


def test_pictures_of_a_folder_are_learned_drawn_and_judged(pellucid_: Type, photos: MakePhotos) -> None:
    folder = photos("two", cat=25, dog=25)
    trained = pellucid_("train", folder, "--model", "dcgan", "--width", 4, "--latent", 4, *SMALL)
    assert trained.code == 0, trained.err
    assert "such pictures to draw" in trained.out
    drawn = pellucid_("sample", "runs/two-dcgan", "-n", 9, "--seed", 7, "--out", "grid.png")
    assert (drawn.code, "9 of 8 x 8 pixels, seed 7 -> grid.png" in drawn.out) == (0, True)
    with Image.open("grid.png") as grid:
        assert (grid.size, grid.mode) == ((3 * 10 - 2, 3 * 10 - 2), "RGB")
    assert pellucid_("train", folder, *SMALL).code == 0
    said = pellucid_("sample", "runs/two-dcgan", "--judge", "runs/two-cnn", "-n", 60)
    assert said.code == 0, said.err
    assert "held-out" in said.out
    assert not Path("two-dcgan-samples.png").exists()
    opened = pellucid_("evaluate", "runs/two-dcgan", "--judge", "runs/two-cnn", "-n", 60, "--json")
    found = json.loads(opened.out)
    assert (found["opening"]["number"], found["sets"][0]["n"]) == (1, 60)
    assert "What a classifier says" in Path("runs/two-dcgan/report.html").read_text(encoding="utf-8")
    for words, said_why in {
        ("predict", "runs/two-dcgan", folder / "cat" / "0.png"): "answers none that are handed over",
        ("evaluate", "runs/two-dcgan"): "--judge CLASSIFIER",
        ("evaluate", "runs/two-cnn", "--judge", "runs/two-cnn"): "answers inputs",
        ("sample", "runs/two-dcgan", "--judge", "runs/two-dcgan"): "cannot judge pictures",
        ("sample", "runs/two-dcgan", "--judge", "runs/two-cnn", "-n", 5): "50 or more pictures",
        ("evaluate", "runs/two-cnn", "-n", 60): "-n counts pictures",
    }.items():
        refused = pellucid_(*words)
        assert (refused.code, said_why in refused.err) == (2, True), (words, refused.err)
