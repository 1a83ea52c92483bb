"""Pictures that are given back, and drawn, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.cli.conftest import MakePhotos, Type

import pellucid

SMALL = ("--task", "reconstruct", "--latent", 2, "--hidden", 8, "--epochs", 1, "--imgsz", 8)


def pixels_of(path: str) -> NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small variational autoencoder; not to be written to."""
    pictures = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    dataset = pellucid.dataset_from_arrays(pictures, np.arange(40) % 2, name="noise")
    choices: dict[str, Any] = {
        "task": "reconstruct",
        "model": "vae",
        "latent": 2,
        "hidden": (8,),
        "epochs": 1,
        "threads": 1,
    }
    return pellucid.train(dataset, runs_dir=tmp_path_factory.mktemp("drawing"), **choices).path


def test_pictures_without_any_class_are_learned_and_given_back(pellucid_: Type, photos: MakePhotos) -> None:
    folder = photos("flat", there=20)
    for path in (folder / "there").iterdir():
        path.rename(folder / path.name)
    (folder / "there").rmdir()
    trained = pellucid_("train", folder, *SMALL)
    assert trained.code == 0, trained.err
    assert "PCA of 2" in trained.out
    said = pellucid_("predict", "runs/flat-autoencoder", folder / "3.png", folder / "4.png", "none.png")
    assert said.code == 0
    assert "3.png: given back at 8 x 8, MSE " in said.out
    assert "-> reconstructed/3.png" in said.out
    assert "none.png: error" in said.out
    assert sorted(path.name for path in Path("reconstructed").iterdir()) == ["3.png", "4.png"]
    assert pixels_of("reconstructed/3.png").shape == (8, 8, 3)
    again = pellucid_("predict", "runs/flat-autoencoder", folder / "3.png", folder / "3.png", "--out", "back", "--json")
    numbers = json.loads(again.out)
    assert set(numbers[0]["values"]) == {"mse", "psnr"}
    assert sorted(path.name for path in Path("back").iterdir()) == ["3-2.png", "3.png"]
    table = pellucid_("predict", "runs/flat-autoencoder", folder / "3.png", "--out", "numbers.csv")
    assert table.code == 0
    assert Path("numbers.csv").read_text(encoding="utf-8").splitlines()[0].endswith("mse,psnr")


def test_the_same_seed_draws_the_same_bytes(pellucid_: Type, drawing: Path) -> None:
    assert pellucid_("sample", drawing, "-n", 5, "--seed", 7, "--out", "grid.png").code == 0
    first = Path("grid.png").read_bytes()
    assert pellucid_("sample", drawing, "-n", 5, "--seed", 7, "--out", "grid.png").code == 0
    assert Path("grid.png").read_bytes() == first
    assert pellucid_("sample", drawing, "-n", 3, "--seed", 7, "--out", "single").code == 0
    assert sorted(path.name for path in Path("single").iterdir()) == ["0000.png", "0001.png", "0002.png"]
    assert pellucid_("sample", drawing, "-n", 3, "--seed", 7, "--out", "levels.npy").code == 0
    levels = np.load("levels.npy")
    assert levels.shape == (3, 1, 8, 8)
    np.testing.assert_array_equal(pixels_of("single/0001.png"), np.rint(levels[1, 0] * 255))
    refused = pellucid_("sample", drawing, "--prompt", "a", "--length", 3)
    assert (refused.code, "--prompt, --length: for texts" in refused.err) == (2, True)


def test_what_answers_nothing_of_the_kind_says_so(pellucid_: Type, run: Path) -> None:
    refused = pellucid_("sample", run)
    assert (refused.code, "Only a language model" in refused.err) == (2, True)
    assert "reconstruct" in pellucid_("train", "iris", "--task", "reconstruct").err
