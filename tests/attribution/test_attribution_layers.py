"""Grad-CAM finds its layer and how its values lie on the picture, or says why not."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from pellucid.attribution import Explainer, probe
from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import Form
from pellucid.models import build_model


def timm_model(name: str, size: int) -> nn.Module:
    import timm

    torch.manual_seed(0)
    sized: dict[str, Any] = {"img_size": size} if name.startswith(("vit", "swin", "deit", "mixer")) else {}
    if name == "resnet18":  # else the last normalisation of each block starts at 0, and nothing passes through it
        sized["zero_init_last"] = False
    model: nn.Module = timm.create_model(name, num_classes=4, **sized)
    return model.eval()


@pytest.mark.parametrize(
    ("name", "size", "layer", "layout"),
    [
        ("resnet18", 128, "layer4", "maps: a grid of 4 x 4, channels first"),
        ("convnext_atto", 128, "stages", "maps: a grid of 4 x 4, channels first"),
        ("mobilenetv3_small_050", 128, "blocks", "maps: a grid of 4 x 4, channels first"),
        ("swin_tiny_patch4_window7_224", 224, "norm", "maps: a grid of 7 x 7, channels last"),
        ("vit_tiny_patch16_224", 96, "blocks.11.norm1", "tokens: a grid of 6 x 6 after 1 class or register token"),
        (
            "vit_small_patch14_reg4_dinov2",
            112,
            "blocks.11.norm1",
            "tokens: a grid of 8 x 8 after 5 class or register tokens",
        ),
        ("mixer_s32_224", 224, "norm", "tokens: a grid of 7 x 7"),
    ],
)
def test_the_last_layer_that_lies_on_the_picture_and_counts_is_found(
    name: str, size: int, layer: str, layout: str
) -> None:
    model = timm_model(name, size)
    found = probe(model, torch.zeros(1, 3, size, size))
    assert found.chosen is not None
    assert (found.chosen.layer, str(found.chosen.layout)) == (layer, layout)


def test_a_picture_that_is_not_square_makes_a_grid_of_its_own_proportions() -> None:
    found = probe(timm_model("resnet18", 0), torch.zeros(1, 3, 128, 256))
    assert found.chosen is not None
    assert (found.chosen.layout.rows, found.chosen.layout.columns) == (4, 8)


def test_a_grid_too_coarse_to_show_anything_gives_way_to_a_finer_one() -> None:
    found = probe(timm_model("resnet18", 0), torch.zeros(1, 3, 64, 64))
    assert found.chosen is not None
    assert found.chosen.layer == "layer3"
    assert "with at least 4 cells a side" in found.reason


def test_channels_last_is_told_from_channels_first_where_the_shape_does_not_tell() -> None:
    class Last(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.act, self.fc = nn.Conv2d(3, 8, 4, stride=4), nn.Tanh(), nn.Linear(8, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.fc(self.act(self.conv(x).permute(0, 2, 3, 1)).mean((1, 2)))
            return y

    torch.manual_seed(0)
    found = probe(Last(), torch.zeros(1, 3, 32, 32))  # 8 x 8 cells of 8 channels
    assert found.chosen is not None
    assert (found.chosen.layer, found.chosen.layout.kind) == ("act", "channels-last")


def test_tokens_in_an_order_of_their_own_are_left_out() -> None:
    class Shuffled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.act, self.fc = nn.Conv2d(3, 16, 4, stride=4), nn.Tanh(), nn.Linear(16, 2)
            self.order = torch.randperm(64, generator=torch.Generator().manual_seed(0))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            tokens = self.conv(x).flatten(2).transpose(1, 2)[:, self.order]
            y: torch.Tensor = self.fc(self.act(tokens).mean(1))
            return y

    torch.manual_seed(0)
    found = probe(Shuffled(), torch.zeros(1, 3, 32, 32))
    assert found.chosen is not None
    assert found.chosen.layer == "conv"


def test_without_such_a_layer_occlusion_takes_its_place_and_says_so() -> None:
    model = build_model("mlp", form=Form(shape=(1, 16, 16)), outputs=3, seed=0)
    made = Explainer(model).explain(torch.randn(1, 16, 16), checks=False)
    assert [one.method for one in made.attributions] == ["occlusion"]
    decision = next(one for one in made.decisions if one.name == "method")
    assert decision.value == "occlusion"
    assert "no layer's values lie on a grid in the order of the picture" in decision.reason


def test_a_layer_asked_for_must_exist_and_lie_on_the_picture() -> None:
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=3, seed=0)
    explainer, picture = Explainer(model), torch.randn(1, 28, 28)
    assert explainer.explain(picture, layer="conv1", checks=False).attributions[0].cells.shape == (28, 28)
    with pytest.raises(RecipeError, match=r"The network has no layer 'conv3'\. Did you mean"):
        explainer.explain(picture, layer="conv3", checks=False)
    with pytest.raises(ModelError, match=r"do not lie on a grid in the order of the picture\. Such layers are"):
        explainer.explain(picture, layer="fc1", checks=False)


def test_what_cannot_be_explained_is_said() -> None:
    explainer = Explainer(nn.Sequential(nn.Flatten(), nn.Linear(12, 3)))
    with pytest.raises(RecipeError, match=r"Unknown attribution method 'gradcam'\. Did you mean 'grad-cam'"):
        explainer.explain(torch.zeros(3, 2, 2), methods=["gradcam"])
    with pytest.raises(RecipeError, match=r"has no output 3\. 0 to 2"):
        explainer.explain(torch.zeros(3, 2, 2), target=3)
    with pytest.raises(RecipeError, match="of one example"):
        explainer.explain(torch.zeros(2, 3, 2, 2))
    with pytest.raises(ModelError, match=r"does not take values of the shape \[1, 3, 5, 5\]"):
        explainer.explain(torch.zeros(3, 5, 5))
