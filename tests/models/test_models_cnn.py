from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ACTIVATIONS, ModelOptions, build_model, head, summarise
from pellucid.models.cnn import CnnPlan, plan


def test_pictures_of_every_size_end_in_maps_of_four_to_seven_pixels() -> None:
    for side in range(8, 1025):
        stem_halvings, stages = plan(side)
        last = side
        for _ in range(stem_halvings + sum(stages)):
            last //= 2
        assert 4 <= last <= 7, side


def test_large_pictures_are_halved_in_the_stem() -> None:
    assert plan(8) == CnnPlan(0, (True, False))
    assert plan(28) == CnnPlan(0, (True, True))
    assert plan(32) == CnnPlan(0, (True, True, True))
    assert plan(96) == CnnPlan(1, (True, True, True))
    assert plan(128) == CnnPlan(2, (True, True, True))


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 65, 97), (3, 128, 128), (1, 8, 40)])
def test_the_last_map_is_what_the_plan_says_and_the_head_reads_its_mean(shape: tuple[int, ...]) -> None:
    model = build_model("cnn", form=Form(shape=shape), outputs=5, seed=0)
    rows = {row.name: row.output_shape for row in summarise(model, Form(shape=shape))}
    convolutions = sum(name.startswith("conv") for name in rows)
    channels, height, width = rows[f"act{convolutions}"]
    assert 4 <= min(height, width) <= 7
    assert rows["flatten"] == (channels,)
    last = head(model)
    assert isinstance(last, nn.Linear)
    assert last.in_features == channels


def test_layers_of_cnn_at_the_size_of_mnist_read_in_order() -> None:
    model = build_model("cnn", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    rows = summarise(model, Form(shape=(1, 28, 28)))
    assert " ".join(row.name for row in rows) == (
        "conv1 act1 conv2 pool2 norm2 act2 conv3 norm3 act3 conv4 pool4 norm4 act4 conv5 norm5 act5 pool flatten fc"
    )
    maps = {row.name: row.output_shape for row in rows}
    assert (maps["act1"], maps["act3"], maps["act5"]) == ((32, 28, 28), (64, 14, 14), (128, 7, 7))


def test_cnn_is_affordable_at_the_size_of_mnist() -> None:
    model = build_model("cnn", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    assert sum(row.multiply_adds for row in summarise(model, Form(shape=(1, 28, 28)))) < 50e6


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "maxout"])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_cnn_builds_with_every_option(activation: str, batch_norm: bool) -> None:
    given = {"activation": activation, "batch_norm": batch_norm, "dropout": 0.1}
    options = ModelOptions.from_dict(given, source="test")
    model = build_model("cnn", form=Form(shape=(1, 8, 8)), outputs=3, options=options, seed=0)
    assert model(torch.randn(2, 1, 8, 8)).shape == (2, 3)
    assert any(isinstance(layer, nn.BatchNorm2d) for layer in model.modules()) == batch_norm


def test_cnn_refuses_pictures_below_eight_pixels() -> None:
    with pytest.raises(ModelError, match=r"7 x 9 pixels\. It takes 8 x 8 or larger\..*--imgsz 9"):
        build_model("cnn", form=Form(shape=(1, 7, 9)), outputs=3, seed=0)
