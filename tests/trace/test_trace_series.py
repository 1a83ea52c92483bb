"""Networks of series, number by number: every value of a padded series is the sum of its terms."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.trace import trace

POSITIONS = 1_000


class Together(nn.Module):
    """Several networks on one series: one graph for all is quicker than one each."""

    def __init__(self, networks: list[nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, inputs: Tensor) -> Tensor:
        return torch.cat([network(inputs) for network in self.networks], 1)


def test_the_terms_make_the_values_of_padded_series() -> None:
    form = Form(shape=(3, 12), masked=True)
    options = ModelOptions(hidden=(4, 3))
    networks = [
        build_model(name, form=form, outputs=2, options=options, seed=3) for name in ("cnn1d", "tcn", "lstm", "gru")
    ]
    series = torch.randn(1, 3, 12, generator=torch.Generator().manual_seed(5))
    series[:, 2] = 1
    series[:, :, 9:] = 0
    series[:, :, 4] = 0
    traced = trace(Together(networks).eval(), series)
    places = [(values, place) for values in traced for place in itertools.product(*map(range, values.shape))]
    chosen = np.random.default_rng(0).permutation(len(places))[:POSITIONS]
    for number in chosen.tolist():
        values, place = places[number]
        arithmetic = values.at(*place)
        assert len(arithmetic.terms), f"{values.step.name} has no explainer"
        assert arithmetic.is_exact, str(arithmetic)


def test_a_unit_of_a_convolution_over_steps_is_a_channel() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv1d(2, 5, 3), nn.BatchNorm1d(5), nn.ReLU(), nn.Flatten(), nn.Linear(30, 2)).eval()
    traced = trace(network, torch.randn(1, 2, 8))
    for name in ("0", "1", "2"):
        assert traced[name].unit(4, at=(3,)).at == (4, 3)
    assert "--unit" in str(traced["0"])
    lstm = build_model("lstm", form=Form(shape=(2, 8)), outputs=2, seed=0)
    recurrent = trace(lstm.eval(), torch.randn(1, 2, 8))
    hidden = next(values for values in recurrent if values.step.operator == "lstm")
    assert hidden.unit(4, at=(3,)).at == (3, 4)
