"""The classics, each trained for one epoch on a real set at 64 pixels: their loss falls."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from pellucid import api

NAMES = ["alexnet", "vgg16", "googlenet", "resnet18", "densenet121", "mobilenet_v2"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "epochs"),
    # 56 layers without skip connections have hardly begun to learn after one epoch (He et al. 2016).
    [*((name, 1) for name in [*NAMES, "resnet56"]), ("plain56", 3)],
)
def test_an_epoch_on_digits_lowers_the_loss(name: str, epochs: int, tmp_path: Path) -> None:
    run = api.train("digits", model=name, imgsz=64 if name in NAMES else None, epochs=epochs, runs_dir=tmp_path)
    row = run.history[-1]
    # Ten classes at random cost log 10 = 2.303; the training loss is the mean over the epoch, its first steps included.
    # (After so few steps the running statistics of batch norm still lag, so validation is not looked at.)
    assert row["train_loss"] < 0.98 * math.log(10), row
