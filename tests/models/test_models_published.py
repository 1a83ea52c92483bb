"""Totals against what was published: by torchvision for its models, and by papers."""

from __future__ import annotations

import pytest
import torch

from pellucid.kinds import Form
from pellucid.models import ModelSummary, find_model, summarise_model


def summary_of(name: str, size: int | None = None) -> ModelSummary:
    entry = find_model(name)
    form, outputs = entry.example
    form = form if size is None else Form(shape=(form.shape[0], size, size))
    with torch.device("meta"):
        return summarise_model(entry.build(form, outputs, entry.defaults), form)


@pytest.mark.parametrize(
    "name",
    [
        "alexnet",
        "vgg16",
        "resnet18",
        "resnet50",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "densenet121",
        "googlenet",
        "inception_v3",
        "squeezenet1_1",
        "shufflenet_v2_x1_0",
        "efficientnet_b0",
        "convnext_tiny",
        "vit_b_16",
        "swin_t",
    ],
)
def test_parameters_and_multiply_adds_are_torchvisions(name: str) -> None:
    import torchvision

    published = torchvision.models.get_model_weights(name).DEFAULT
    size = published.transforms().crop_size[0]
    found = summary_of(f"tv:{name}", size)
    assert round(found.multiply_adds / 1e9, 3) == published.meta["_ops"]
    # The published count of these holds the auxiliary heads, which are off here.
    auxiliary = {"inception_v3": 3_326_696}.get(name, 0)
    assert found.parameters + auxiliary == published.meta["num_params"]
    assert found.unread == 0


def test_lenet5_is_what_one_counts_by_hand() -> None:
    rows = {row.name: row for row in summary_of("lenet5").layers}
    assert rows["conv1"].parameters == 6 * (25 + 1) == 156
    assert rows["conv2"].parameters == 16 * (6 * 25 + 1) == 2416
    assert [rows[f"fc{number}"].parameters for number in (1, 2, 3)] == [401 * 120, 121 * 84, 85 * 10]
    assert rows["conv1"].multiply_adds == 28 * 28 * 6 * 25
    assert rows["conv2"].multiply_adds == 10 * 10 * 16 * 150
    assert rows["fc1"].multiply_adds == 400 * 120
    assert rows["conv1"].output_formula == "floor((28 - 5 + 2*2)/1) + 1 = 28"
    assert rows["conv1"].parameter_formula == "(1 * 5 * 5 + 1) * 6 = 156"


@pytest.mark.parametrize(
    ("name", "layer", "size", "stride", "padding"),
    [
        # Araujo et al. 2019, table of receptive fields: the last layer before the dense ones or the mean.
        ("tv:vgg16", "features.30", 212, 32, 90),
        ("timm:mobilenetv1_100", "blocks.4.1.conv_pw", 315, 32, None),
        # AlexNet: 195 and 32 there; torchvision's has another padding.
        ("tv:alexnet", "features.12", 195, 32, None),
    ],
)
def test_receptive_fields_are_the_published_ones(
    name: str, layer: str, size: int, stride: int, padding: int | None
) -> None:
    field = next(row.receptive_field for row in summary_of(name).layers if row.name == layer)
    assert field is not None
    assert field.size == (size, size)
    assert field.stride == (stride, stride)
    if padding is not None:
        assert field.start == (-padding, -padding)
