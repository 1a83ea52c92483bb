from __future__ import annotations

import numpy as np
import pytest
from torch import nn

from pellucid import api
from pellucid.features import receptive_boxes
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model


def test_of_a_chain_it_is_what_the_formula_says() -> None:
    """r = 1 + sum of (k - 1) times the strides before: 5, then 6, then 14, then 16 (LeNet-5)."""
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, options=ModelOptions(), seed=0)
    boxes = {name: receptive_boxes(model, name, (1, 28, 28), [(2, 2)])[2, 2] for name in ("conv1", "pool1", "conv2")}
    assert boxes == {"conv1": (0, 0, 5, 5), "pool1": (2, 2, 8, 8), "conv2": (2, 2, 16, 16)}


def test_padding_cuts_it_at_the_edges_and_dilation_widens_it() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=2, dilation=2), nn.ReLU(), nn.MaxPool2d(2))
    boxes = receptive_boxes(model, "2", (1, 10, 8), [(0, 0), (2, 1), (4, 3)])
    assert boxes == {(0, 0): (0, 0, 4, 4), (2, 1): (2, 0, 8, 6), (4, 3): (6, 4, 10, 8)}


def test_a_way_around_counts_and_attention_sees_everything() -> None:
    model = build_model("resnet8", form=Form(shape=(3, 32, 32)), outputs=10, options=ModelOptions(), seed=0)
    # stem 3, then two convolutions of the first block: 3 + 2 + 2.
    assert receptive_boxes(model, "stage1.block1.act2", (3, 32, 32), [(16, 16)])[16, 16] == (13, 13, 20, 20)
    seeing = nn.Sequential(nn.Flatten(2), nn.TransformerEncoderLayer(16, 2, 8, batch_first=True))
    assert receptive_boxes(seeing.eval(), "1", (4, 4, 4), [(0,)])[0,] == (0, 0, 4, 4)


@pytest.mark.slow
def test_a_patch_holds_all_that_its_unit_saw(run: api.Run) -> None:
    """What lies outside the patch may be anything: the unit's largest value stays."""
    patches = run.features.patches(layer="conv2", top=3, num_patches=2)
    assert patches.receptive_field == (5, 5)
    names = {run.dataset.example_name(index): index for index in range(len(run.dataset))}
    generator = np.random.default_rng(0)
    for one in patches.units:
        for patch in one.patches:
            pixels = np.array(run.dataset.inputs.pixels(names[patch.example]))  # type: ignore[attr-defined]
            top, left, bottom, right = patch.box
            np.testing.assert_array_equal(patch.pixels[..., 0], pixels[top:bottom, left:right])
            changed = generator.integers(0, 255, pixels.shape, dtype=np.uint8)
            changed[top:bottom, left:right] = pixels[top:bottom, left:right]
            value = run.trace(changed)["conv2"].values[one.selectivity.unit][patch.at]
            assert value == pytest.approx(patch.value, rel=1e-4)


@pytest.mark.slow
def test_patches_are_of_the_training_split_the_strongest_first(run: api.Run) -> None:
    patches = run.features.patches(top=2, num_patches=4)
    train = {run.dataset.example_name(int(index)) for index in run.dataset.splits["train"]}
    for one in patches.units:
        values = [patch.value for patch in one.patches]
        assert values == sorted(values, reverse=True)
        assert {patch.example for patch in one.patches} <= train
