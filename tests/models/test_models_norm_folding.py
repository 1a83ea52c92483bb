"""Networks with folded normalisations against themselves."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.kinds import Form
from pellucid.models import build_model, fold_norms

SHAPE = (3, 64, 64)


def lived_in(name: str) -> nn.Module:
    """Return a network whose statistics are not those of a fresh one."""
    model = build_model(name, form=Form(shape=SHAPE), outputs=5, seed=0)
    generator = torch.Generator().manual_seed(1)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            for tensor in (part.running_mean, part.bias):
                assert isinstance(tensor, torch.Tensor)
                tensor.data.normal_(0, 0.1, generator=generator)
            for tensor in (part.running_var, part.weight):
                assert isinstance(tensor, torch.Tensor)
                tensor.data.uniform_(0.5, 1.5, generator=generator)
    return model.eval()


@pytest.mark.parametrize("name", ["timm:mobilenetv2_100", "timm:resnet18", "tv:mobilenet_v2", "cnn"])
def test_a_folded_network_answers_alike_and_has_no_normalisation_left(name: str) -> None:
    model = lived_in(name)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    folded = fold_norms(model, Form(shape=SHAPE))
    assert folded is not None
    left = sum(isinstance(part, nn.BatchNorm2d) for part in folded.modules())
    assert left == (0 if name != "cnn" else 3)  # where a pooling or an activation stands between, nothing is folded
    inputs = torch.randn(2, *SHAPE, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        assert torch.allclose(folded(inputs), model(inputs), rtol=1e-4, atol=1e-5)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_where_nothing_can_be_folded_there_is_no_copy() -> None:
    class Branching(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            result: torch.Tensor = self.norm(self.convolution(inputs))
            return result if float(result.sum()) > 0 else -result

    assert fold_norms(Branching().eval(), Form(shape=SHAPE)) is None
    assert fold_norms(nn.Sequential(nn.Flatten(), nn.Linear(12288, 2)), Form(shape=SHAPE)) is None
