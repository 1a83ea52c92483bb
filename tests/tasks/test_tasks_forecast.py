"""A forecast counts from the series' own past, and its quantiles never cross."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.kinds import LEVELS, Anchor, FutureTarget, TimeAxis
from pellucid.tasks import Batch, Forecast, FutureAnswer, Scaling, build_task, find_task

H, T = 5, 8


def framed(network: nn.Module, anchor: Anchor, *, season: int = 3, spread: float = 1.0, channel: int = 0) -> nn.Module:
    scaling = Scaling(anchor=anchor, spread=spread, channel=channel)
    return find_task("forecast").framed(network, FutureTarget(name="y", horizon=H, season=season), scaling)


class Flat(nn.Module):
    """A linear network on the window."""

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Linear(channels * T, H * len(LEVELS))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        outputs: torch.Tensor = self.layer(inputs.flatten(1))
        return outputs


@pytest.mark.parametrize("anchor", ["last", "season", "moved-season", "moved-seasons", "none"])
def test_quantiles_rise(anchor: Anchor) -> None:
    outputs = framed(Flat(), anchor)(torch.randn(20, 1, T)).reshape(20, H, len(LEVELS))
    assert (outputs.diff(dim=2) > 0).all()


@pytest.mark.parametrize("anchor", ["last", "season", "moved-season", "moved-seasons"])
def test_a_shifted_window_has_a_shifted_forecast(anchor: Anchor) -> None:
    network = framed(Flat(), anchor).double()
    inputs = torch.randn(4, 1, T).double()
    assert torch.allclose(network(inputs + 7), network(inputs) + 7, atol=1e-5)
    assert not torch.allclose(framed(Flat(), "none").double()(inputs + 7), network(inputs) + 7, atol=1e-2)


def test_a_network_that_gives_nothing_repeats_the_last_value_or_the_season() -> None:
    class Nothing(nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return torch.zeros(len(inputs), H * len(LEVELS))

    window = torch.arange(float(T))[None, None]
    middle = LEVELS.index(0.5)
    medians = {
        name: framed(Nothing(), name)(window).reshape(H, len(LEVELS))[:, middle].tolist()
        for name in ("last", "season", "moved-season", "moved-seasons")
    }
    assert medians["last"] == [7] * 5
    assert medians["moved-season"] == [8, 9, 10, 11, 12]  # the line goes on
    assert medians["moved-seasons"] == [8, 9, 10, 11, 12]
    assert medians["season"] == [5, 6, 7, 5, 6]  # the window ends with 5, 6, 7, and the season is 3


def test_other_channels_are_seen_as_they_are() -> None:
    seen: list[torch.Tensor] = []

    class Watching(Flat):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            seen.append(inputs)
            return super().forward(inputs)

    inputs = torch.randn(3, 2, T)
    framed(Watching(2), "last", channel=1)(inputs)
    assert torch.equal(seen[0][:, 0], inputs[:, 0])
    assert torch.allclose(seen[0][:, 1, -1], torch.zeros(3))


def test_the_loss_is_the_pinball_loss_by_hand() -> None:
    task = Forecast(1, Scaling(spread=2.0))
    quantiles = torch.tensor([[0.0, 1, 2, 3, 4, 5, 6]])

    class Given(nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return quantiles

    batch = Batch(torch.zeros(1, 1, T), torch.tensor([[3.5]]), torch.zeros(1, dtype=torch.int64))
    above = np.array([3.5, 2.5, 1.5, 0.5, -0.5, -1.5, -2.5]) / 2
    levels = np.array(LEVELS)
    expected = np.maximum(levels * above, (levels - 1) * above).mean()
    assert float(task.measure({"model": Given()}, batch)["loss"]) == pytest.approx(expected)


def test_logarithms_are_taken_back() -> None:
    target = FutureTarget(name="y", horizon=2, axis=TimeAxis())
    task = build_task("forecast", target, scaling=Scaling((1.0,), (2.0,), log=True))
    answer = FutureAnswer.of(task.answer(torch.zeros(1, 2 * len(LEVELS))))
    assert answer.positive
    assert answer.median == pytest.approx(np.full((1, 2), np.e))
    assert [step.kind for step in task.answer_steps(torch.zeros(1, 14))] == ["scale", "exp"]


@pytest.mark.parametrize("positive", [False, True])
def test_bands_are_widened_around_the_median_and_stay_nested(positive: bool) -> None:
    rising = np.sort(np.random.default_rng(0).uniform(1, 9, (6, 3, 7)), axis=2).astype(np.float32)
    plain = FutureAnswer(rising, positive)
    wider = plain.widened((2.0, 0.5, 3.0))
    assert np.array_equal(wider.median, plain.median)
    assert (np.diff(wider.quantiles, axis=2) >= -1e-6).all()
    same = plain.widened((1.0, 1.0, 1.0))
    assert same.quantiles == pytest.approx(plain.quantiles, rel=1e-5)
    if positive:
        assert wider.quantiles.min() > 0
    else:
        low, high = plain.band(95)
        assert wider.band(95)[0] == pytest.approx(
            np.minimum(plain.median - 2 * (plain.median - low), wider.band(80)[0])
        )
        assert (wider.band(95)[1] >= high - 1e-6).all()
