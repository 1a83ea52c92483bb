"""Drawing the next token: what temperature, top-k and top-p leave, and that what is drawn is as probable as said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from pellucid.errors import RecipeError
from pellucid.tasks import Draws, Sampling, draw_tokens, token_probabilities

LOGITS = torch.log(torch.tensor([[0.5, 0.2, 0.15, 0.1, 0.05]]))


def _drawn(how: Sampling, count: int, *, seed: int = 0) -> torch.Tensor:
    numbers = Draws(seed, 0, torch.arange(count)).uniform(1)[:, 0]
    return draw_tokens(LOGITS.expand(count, -1), how, numbers)


@pytest.mark.parametrize("how", [Sampling(), Sampling(temperature=0.7), Sampling(top_k=3), Sampling(top_p=0.8)])
def test_ten_thousand_draws_are_as_frequent_as_their_probabilities(how: Sampling) -> None:
    counts = np.bincount(_drawn(how, 10_000).numpy(), minlength=5)
    wanted = token_probabilities(LOGITS, how)[0].numpy()
    assert counts[wanted == 0].sum() == 0
    possible = wanted > 0
    assert stats.chisquare(counts[possible], 10_000 * wanted[possible]).pvalue > 0.01


def test_plain_sampling_is_the_softmax_and_temperature_divides_the_logits() -> None:
    np.testing.assert_allclose(token_probabilities(LOGITS, Sampling())[0], [0.5, 0.2, 0.15, 0.1, 0.05], atol=1e-7)
    cooler = token_probabilities(LOGITS, Sampling(temperature=0.5))[0]
    squares = np.array([0.5, 0.2, 0.15, 0.1, 0.05]) ** 2
    np.testing.assert_allclose(cooler, squares / squares.sum(), atol=1e-6)


def test_no_temperature_and_one_candidate_both_mean_the_likeliest_token() -> None:
    equal = torch.tensor([[1.0, 3.0, 3.0], [5.0, 1.0, 2.0]])
    numbers = torch.tensor([0.999, 0.999])
    assert draw_tokens(equal, Sampling(temperature=0), numbers).tolist() == [1, 0]
    assert draw_tokens(equal, Sampling(top_k=1), numbers).tolist() == [1, 0]


def test_a_share_keeps_the_fewest_tokens_that_reach_it() -> None:
    assert (token_probabilities(LOGITS, Sampling(top_p=0.5))[0] > 0).tolist() == [True, False, False, False, False]
    assert (token_probabilities(LOGITS, Sampling(top_p=0.51))[0] > 0).tolist() == [True, True, False, False, False]
    np.testing.assert_allclose(
        token_probabilities(LOGITS, Sampling(top_p=1.0))[0], token_probabilities(LOGITS, Sampling())[0]
    )


def test_what_is_drawn_does_not_depend_on_the_batch() -> None:
    whole = _drawn(Sampling(), 64, seed=3)
    alone = [
        int(draw_tokens(LOGITS, Sampling(), Draws(3, 0, torch.tensor([place])).uniform(1)[:, 0])) for place in range(64)
    ]
    assert whole.tolist() == alone
    assert whole.tolist() != _drawn(Sampling(), 64, seed=4).tolist()


def test_impossible_tokens_are_never_drawn_and_small_temperatures_do_not_overflow() -> None:
    logits = torch.tensor([[-torch.inf, 1000.0, 999.0]])
    shares = token_probabilities(logits, Sampling(temperature=1e-6))
    assert shares.tolist() == [[0, 1, 0]]


@pytest.mark.parametrize("wrong", [{"temperature": -1}, {"temperature": float("nan")}, {"top_k": 0}, {"top_p": 0}])
def test_numbers_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match="out of range"):
        Sampling(**wrong)
