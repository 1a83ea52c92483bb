"""The sanity checks: maps that mean something pass, maps that mean nothing say so."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr
from torch import Tensor, nn

from pellucid.attribution import Explainer, rank_correlation
from pellucid.attribution.deletion import check_by_deletion
from pellucid.attribution.question import Question
from pellucid.attribution.randomising import RandomisationCheck, check_by_randomising
from pellucid.attribution.score import score_of_module
from pellucid.kinds import Form
from pellucid.models import build_model


class Corner(nn.Module):
    """Answers by the brightness of the upper left quarter alone."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, pictures: Tensor) -> Tensor:
        corner = pictures[:, :, :16, :16].mean((1, 2, 3))
        return torch.stack([-corner, corner], dim=1) * 4 * self.weight


def question() -> Question:
    picture = 1 + 0.1 * torch.randn(1, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    model = Corner().eval()
    with torch.no_grad():
        score = score_of_module(model(picture), 1)
    return Question(model, picture, score, None, torch.zeros_like(picture))


def map_of(row: int, column: int) -> NDArray[np.float32]:
    cells = np.full((8, 8), 0.1, np.float32)
    cells[row : row + 4, column : column + 4] = 1
    return cells


def test_a_map_of_what_counts_beats_every_random_order() -> None:
    check = check_by_deletion(question(), map_of(0, 0))
    assert check is not None
    assert check.passed
    assert check.p == pytest.approx(1 / 20)
    assert check.warning == ""
    assert check.gain > check.random_gains.max()
    assert check.deletion[0] == check.insertion[-1] == pytest.approx(check.random_deletion[3][0])


def test_a_map_of_what_does_not_count_says_no_more_than_chance() -> None:
    check = check_by_deletion(question(), map_of(4, 4))
    assert check is not None
    assert not check.passed
    assert check.warning.startswith("Don't trust this map: removing what it marks changed the answer no more than ")
    assert " of 19 random orders did as well" in check.warning


def test_the_areas_are_those_of_the_curves() -> None:
    check = check_by_deletion(question(), map_of(0, 0))
    assert check is not None
    told = check.to_dict()
    widths = np.diff(check.shares)
    by_hand = float((widths * (check.deletion[1:] + check.deletion[:-1]) / 2).sum())
    assert told["deletion_auc"] == pytest.approx(by_hand)
    assert told["gain"] == pytest.approx(told["insertion_auc"] - told["deletion_auc"])
    assert len(check.random_deletion) == told["random_orders"] == 19


def test_too_few_parts_cannot_tell() -> None:
    made = Explainer(nn.Linear(4, 3)).explain(torch.randn(4, generator=torch.Generator().manual_seed(1)))
    assert made.attributions[0].deletion is None
    assert made.attributions[0].randomisation is not None


def test_a_map_that_ignores_the_network_is_flagged_and_one_that_asks_it_is_not() -> None:
    model = build_model("cnn", form=Form(shape=(1, 28, 28)), outputs=5, seed=0).eval()
    picture = torch.randn(1, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    edges = np.abs(np.diff(picture[0, 0].numpy(), axis=0, append=0)).astype(np.float32)
    flagged = check_by_randomising(model, edges, lambda _: edges, size=(28, 28), passes=1, seed=0)
    assert flagged.similarities == (1.0,) * len(flagged.layers)
    assert not flagged.passed
    assert "does not show what the network learned" in flagged.warning


def test_a_map_changes_from_the_stage_on_that_shuffles_the_layer_it_shows() -> None:
    model = build_model("cnn", form=Form(shape=(1, 28, 28)), outputs=5, seed=0).eval()
    picture = torch.randn(1, 1, 28, 28, generator=torch.Generator().manual_seed(2))

    def activity(changed: nn.Module) -> NDArray[np.float32]:
        with torch.no_grad():
            values: NDArray[np.float32] = changed.get_submodule("conv1")(picture)[0, 3].numpy()
        return values

    check = check_by_randomising(model, activity(model), activity, size=(28, 28), passes=1, seed=0)
    assert (check.layers[0], check.layers[-1]) == ("fc", "conv1")
    assert check.similarities[:-1] == pytest.approx([1.0] * (len(check.layers) - 1))
    assert check.similarities[-1] < 0.9
    assert len(check.final) == 3


def test_the_same_seed_gives_the_same_checks() -> None:
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=5, seed=0)
    picture = torch.randn(1, 28, 28, generator=torch.Generator().manual_seed(2))
    a, b = (Explainer(model).explain(picture, seed=4).to_dict() for _ in range(2))
    assert a == b


def test_an_empty_map_says_so() -> None:
    class Nothing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)

        def forward(self, pictures: Tensor) -> Tensor:
            outputs: Tensor = -self.conv(pictures).square().mean((2, 3))
            return outputs

    made = Explainer(Nothing()).explain(torch.ones(1, 8, 8), methods=["layer-cam"]).attributions[0]
    assert made.is_empty
    assert made.warnings == ("This map is empty: by this method nothing in the input raises the score.",)
    assert made.deletion is None


def test_rank_correlation_is_scipys() -> None:
    chance = np.random.default_rng(0)
    a, b = chance.integers(0, 5, 50).astype(float), chance.normal(size=50)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert np.isnan(rank_correlation(np.ones(5), np.arange(5)))


def test_methods_are_compared_pair_by_pair() -> None:
    model = build_model("cnn", form=Form(shape=(1, 28, 28)), outputs=5, seed=0)
    picture = torch.randn(1, 28, 28, generator=torch.Generator().manual_seed(2))
    made = Explainer(model).explain(picture, methods=["layer-cam", "grad-cam++", "integrated-gradients"], checks=False)
    agreement = made.agreement
    assert agreement is not None
    assert agreement.correlations == pytest.approx(agreement.correlations.T)
    assert np.diag(agreement.correlations).tolist() == [1, 1, 1]
    assert agreement.correlations[0, 1] > 0.8
    assert str(agreement).startswith("The methods ")


def test_a_map_that_turns_into_its_opposite_is_not_said_to_look_the_same() -> None:
    opposite = RandomisationCheck(layers=("fc", "conv1"), similarities=(0.3, -0.9), final=(-0.9, -0.92, -0.88))
    assert not opposite.passed  # the same parts stand out, whatever the weights
    assert "much the opposite" in opposite.warning
    assert "the same when" not in opposite.warning
    alike = RandomisationCheck(layers=("fc",), similarities=(0.9,), final=(0.9,))
    assert "looks much the same when all weights are shuffled" in alike.warning
    other = RandomisationCheck(layers=("fc",), similarities=(-0.2,), final=(-0.2,))
    assert other.passed
    assert "looks different" in str(other)
    assert "little of it is left" in str(RandomisationCheck(layers=("fc",), similarities=(0.4,), final=(0.4,)))
