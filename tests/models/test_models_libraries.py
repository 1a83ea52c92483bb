"""timm and torchvision behind our door, at the numbers of parameters their authors publish."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, count_parameters, find_model, head, summarise


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("tv:alexnet", 61_100_840),
        ("tv:vgg16", 138_357_544),
        ("tv:resnet18", 11_689_512),
        ("timm:resnet18", 11_689_512),
        ("tv:densenet121", 7_978_856),
        ("timm:densenet121", 7_978_856),
        ("tv:googlenet", 6_624_904),
    ],
)
def test_published_numbers_of_parameters(name: str, parameters: int) -> None:
    with torch.device("meta"):  # Shapes without numbers: vgg16 would take half a gigabyte.
        model = build_model(name, form=Form(shape=(3, 224, 224)), outputs=1000, seed=0)
    assert count_parameters(model) == parameters


@pytest.mark.parametrize("name", ["tv:googlenet", "tv:squeezenet1_1", "tv:mobilenet_v3_small", "timm:resnet10t"])
@pytest.mark.parametrize("channels", [1, 3])
def test_models_of_the_libraries_train_with_one_output_tensor(name: str, channels: int) -> None:
    model = build_model(name, form=Form(shape=(channels, 64, 64)), outputs=4, seed=0)
    assert model.training
    outputs = model(torch.randn(2, channels, 64, 64, generator=torch.Generator().manual_seed(0)))
    assert isinstance(outputs, torch.Tensor)
    assert outputs.shape == (2, 4)
    outputs.square().sum().backward()  # type: ignore[no-untyped-call]


def test_a_grey_picture_is_answered_as_its_copy_in_three_channels() -> None:
    colour = build_model("tv:squeezenet1_1", form=Form(shape=(3, 32, 32)), outputs=4, seed=0).eval()
    grey = build_model("tv:squeezenet1_1", form=Form(shape=(1, 32, 32)), outputs=4, seed=0).eval()
    picture = torch.randn(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(grey(picture), colour(picture.expand(-1, 3, -1, -1)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["timm:resnet10t", "tv:shufflenet_v2_x0_5"])
def test_library_models_are_seeded_and_leave_the_global_generator_alone(name: str) -> None:
    torch.manual_seed(1)
    expected_next = torch.rand(2)
    torch.manual_seed(1)
    one, same, other = (build_model(name, form=Form(shape=(3, 32, 32)), outputs=4, seed=seed) for seed in (7, 7, 8))
    assert torch.equal(torch.rand(2), expected_next)
    first, second, third = (next(model.parameters()) for model in (one, same, other))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)


def test_initialisation_can_be_asked_of_a_library_model() -> None:
    model = build_model("timm:resnet10t", form=Form(shape=(3, 32, 32)), outputs=4, init="zeros", seed=0)
    last = head(model)
    assert last is not None
    assert last.weight.abs().sum() == 0


@pytest.mark.parametrize(
    ("name", "sizes", "smallest", "default"),
    [
        ("tv:alexnet", None, 63, 224),
        ("tv:inception_v3", None, 75, 299),
        ("tv:vit_b_16", (224,), 224, 224),
        ("tv:efficientnet_b3", None, 32, 300),
        ("timm:vit_tiny_patch16_224", (224,), 224, 224),
        ("timm:resnet18", None, 32, 224),
        ("timm:botnet26t_256", (256,), 256, 256),
    ],
)
def test_wishes_follow_what_the_libraries_say(
    name: str, sizes: tuple[int, ...] | None, smallest: int, default: int
) -> None:
    wishes = find_model(name).wishes
    assert (wishes.sizes, wishes.min_size, wishes.default_size) == (sizes, smallest, default)


@pytest.mark.parametrize("size", [62, 63])
def test_alexnet_needs_63_pixels(size: int) -> None:
    if size >= 63:
        with torch.device("meta"):
            build_model("tv:alexnet", form=Form(shape=(3, size, size)), outputs=2, seed=0)
    else:
        with pytest.raises(ModelError, match=r"62 x 62 pixels\. It takes 63 x 63 or larger"):
            build_model("tv:alexnet", form=Form(shape=(3, size, size)), outputs=2, seed=0)


def test_a_transformer_with_fixed_positions_says_its_size() -> None:
    with pytest.raises(ModelError, match=r"It takes 224 x 224\..*--imgsz 224"):
        build_model("timm:vit_tiny_patch16_224", form=Form(shape=(3, 96, 96)), outputs=2, seed=0)


def test_a_size_the_wishes_allow_but_the_network_does_not_is_refused_before_training() -> None:
    # timm states no smallest size for Inception, whose maps shrink to nothing below 75 pixels.
    with pytest.raises(
        ModelError, match=r"cannot take pictures of 64 x 64 pixels \(.*\)\. Its authors used 299 x 299\."
    ):
        build_model("timm:inception_v3", form=Form(shape=(3, 64, 64)), outputs=2, seed=0)


def test_timm_takes_dropout_and_torchvision_takes_no_options() -> None:
    model = build_model(
        "timm:resnet10t", form=Form(shape=(3, 32, 32)), outputs=2, options=ModelOptions(dropout=0.3), seed=0
    )
    assert model.drop_rate == 0.3
    with pytest.raises(ModelError, match="It takes no options"):
        build_model("tv:resnet18", form=Form(shape=(3, 32, 32)), outputs=2, options=ModelOptions(dropout=0.3), seed=0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tv:squeezenet1_1", nn.Conv2d),
        ("tv:mobilenet_v3_small", nn.Linear),
        ("timm:resnet10t", nn.Linear),
        ("timm:convnext_atto", nn.Linear),
    ],
)
def test_the_head_gives_the_outputs(name: str, kind: type[nn.Module]) -> None:
    model = build_model(name, form=Form(shape=(3, 32, 32)), outputs=6, seed=0)
    last = head(model)
    assert isinstance(last, kind)
    assert last is not None
    assert last.weight.shape[0] == 6


@pytest.mark.parametrize("name", ["timm:convnext_atto", "tv:mobilenet_v3_small", "timm:resnet10t"])
def test_layers_of_a_library_model_hold_all_parameters_between_them(name: str) -> None:
    model = build_model(name, form=Form(shape=(3, 32, 32)), outputs=6, seed=0)
    assert sum(row.parameters for row in summarise(model, Form(shape=(3, 32, 32)))) == count_parameters(model)


def test_resnet18_costs_the_published_1_8_thousand_million_multiply_adds() -> None:
    # torchvision's table of weights states 1.814 GFLOPS, counted as multiply-adds.
    with torch.device("meta"):
        model = build_model("tv:resnet18", form=Form(shape=(3, 224, 224)), outputs=1000, seed=0)
    total = sum(row.multiply_adds for row in summarise(model, Form(shape=(3, 224, 224))))
    assert round(total / 1e9, 3) == 1.814
