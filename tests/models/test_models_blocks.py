"""Networks taken apart into blocks and a head, and cut in front of it: against timm's own grouping and the whole."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.kinds import Form
from pellucid.models import Anatomy, anatomy, build_model, cut_at_head, evaluating, summarise


def take_apart(module: nn.Module, shape: tuple[int, ...]) -> Anatomy:
    found = anatomy(module, [layer.name for layer in summarise(module, Form(shape=shape))])
    assert found is not None
    return found


def build(name: str, shape: tuple[int, ...], **options: Any) -> nn.Module:
    return build_model(name, form=Form(shape=shape), outputs=5, seed=0, **options)


def test_mobilenets_blocks_are_its_stem_its_inverted_residuals_and_the_last_convolution() -> None:
    parts = take_apart(build("timm:mobilenetv2_100", (3, 32, 32)), (3, 32, 32))
    names = [block.name for block in parts.blocks]
    assert len(names) == 1 + 17 + 1  # Sandler et al. 2018, table 2: the bottlenecks repeat 1 2 3 4 3 3 1 times
    assert (names[0], names[1], names[-1]) == ("conv_stem", "blocks.0.0", "conv_head")
    assert parts.head == "classifier"
    assert "bn2.act" in parts.blocks[-1].layers


def test_blocks_are_grouped_as_timm_groups_them_for_layer_wise_rates() -> None:
    from timm.optim import param_groups_layer_decay  # type: ignore[attr-defined]

    from pellucid.training.stages import rate_scales

    model = build("timm:resnet18", (3, 32, 32))
    parts = take_apart(model, (3, 32, 32))
    ours = rate_scales(parts, 0.7)
    named = {id(parameter): key for key, parameter in model.named_parameters()}
    for group in param_groups_layer_decay(model, layer_decay=0.7):
        for parameter in group["params"]:
            layer = named[id(parameter)].rpartition(".")[0]
            assert ours.get(layer, 1.0) == pytest.approx(group["lr_scale"]), named[id(parameter)]


def test_a_plain_row_of_layers_is_a_block_each() -> None:
    module = nn.Sequential(
        nn.Flatten(), nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 6), nn.Linear(6, 2)
    )
    parts = take_apart(module, (4,))
    assert [(block.name, block.layers) for block in parts.blocks] == [("1", ("0", "1", "2", "3")), ("4", ("4",))]
    assert parts.head == "5"
    assert parts.up_to("2") == ("0", "1", "2")
    assert parts.up_to("1") == ("0", "1", "2", "3")
    assert parts.up_to("9") is None


def test_a_network_of_one_layer_has_no_backbone() -> None:
    module = build("linear", (4,))
    assert anatomy(module, [layer.name for layer in summarise(module, Form(shape=(4,)))]) is None


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("cnn", (1, 28, 28)),
        ("lenet5", (1, 28, 28)),
        ("resnet8", (3, 32, 32)),
        ("mlp", (10,)),
        ("timm:mobilenetv2_100", (3, 32, 32)),
        ("timm:test_vit", (3, 160, 160)),
        ("tv:squeezenet1_1", (3, 64, 64)),  # a convolution, a ReLU and a pooling behind the features
        ("tv:alexnet", (3, 64, 64)),
    ],
)
def test_the_tail_answers_features_as_the_whole_answers_inputs(name: str, shape: tuple[int, ...]) -> None:
    model = build(name, shape)
    cut = cut_at_head(model, Form(shape=shape))
    assert cut is not None
    inputs = torch.randn(3, *shape, generator=torch.Generator().manual_seed(1))
    with evaluating(model), torch.no_grad():
        features = cut.features(model, inputs)
        assert features.shape == (3, *cut.shape)
        assert torch.allclose(cut.tail(features), model(inputs), rtol=1e-5, atol=1e-6)


def test_the_dropout_in_front_of_a_head_belongs_to_its_tail() -> None:
    cut = cut_at_head(build("tv:alexnet", (3, 64, 64)), Form(shape=(3, 64, 64)))
    assert cut is not None
    assert [type(part).__name__ for part in cut.tail.children()] == ["Linear", "Flatten"]  # alexnet drops earlier
    cut = cut_at_head(build("tv:mobilenet_v2", (3, 64, 64)), Form(shape=(3, 64, 64)))
    assert cut is not None
    assert [type(part).__name__ for part in cut.tail.children()] == ["Dropout", "Linear", "Flatten"]


def test_what_does_more_behind_its_head_is_not_cut() -> None:
    class Shifted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(4, 3), nn.Linear(3, 2)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            result: torch.Tensor = self.last(self.first(inputs)) + inputs[:, :2]
            return result

    assert cut_at_head(Shifted(), Form(shape=(4,))) is None


def test_operations_between_modules_belong_to_no_block() -> None:
    """`summarise` also lists concatenations (SqueezeNet's fires), which are no modules."""
    model = build_model("tv:squeezenet1_1", form=Form(shape=(3, 32, 32)), outputs=3, seed=0)
    order = [layer.name for layer in summarise(model, Form(shape=(3, 32, 32)))]
    assert any(name not in dict(model.named_modules()) for name in order)
    parts = anatomy(model, order)
    assert parts is not None
