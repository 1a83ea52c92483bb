"""The next token: what is learned of a window, and what is measured of it, counted by hand."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.tasks import Batch, NextToken

WINDOWS = torch.tensor([[3, 4, 5, 3, 4], [5, 5, 4, 0, 0]])
OWN = torch.tensor([2, 1])


class Table(nn.Module):
    """Says of each token what follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.randn(6, 6, generator=torch.Generator().manual_seed(0)))

    def forward(self, tokens: Tensor) -> Tensor:
        return self.logits[tokens].flatten(1)


def losses(model: Table) -> list[list[float]]:
    """Return of each window the surprise at each token but the first."""
    logs = functional.log_softmax(model.logits.detach(), 1)
    lengths = (5, 3)
    return [
        [-float(logs[row[place - 1], row[place]]) for place in range(1, length)]
        for row, length in zip(WINDOWS.tolist(), lengths, strict=True)
    ]


def test_all_of_a_window_is_learned_and_only_its_own_tokens_are_measured() -> None:
    model, task = Table(), NextToken(5, 6)
    batch = Batch(WINDOWS, OWN, torch.arange(2), counts=OWN)
    first, second = losses(model)
    made = task.loss({"model": model}, batch, phase="all", generator=Generator())
    wanted = (2 * sum(first) / 4 + sum(second) / 2) / 3
    assert abs(made.value.item() - wanted) < 1e-6
    assert abs(float(made.sums["loss"]) - 3 * wanted) < 1e-5
    measured = task.measure({"model": model}, batch)["loss"].item()
    assert abs(measured - (sum(first[-2:]) + second[-1])) < 1e-6


def test_a_window_of_one_token_has_nothing_to_be_measured() -> None:
    model, task = Table(), NextToken(5, 6)
    alone = Batch(WINDOWS[:, :1], OWN, torch.arange(2))
    assert task.measure({"model": model}, alone)["loss"].item() == 0


def test_the_mean_of_squares_looks_back_less_far_than_elsewhere() -> None:
    (phase,) = NextToken(5, 6).phases
    assert phase.betas == (0.9, 0.99)


def test_the_answer_is_what_follows_the_last_place() -> None:
    task = NextToken(2, 6)
    outputs = torch.randn(1, 12, generator=torch.Generator().manual_seed(1))
    last, chances = task.answer_steps(outputs)
    assert torch.equal(last.values, outputs[:, 6:])
    assert torch.allclose(chances.values, outputs[:, 6:].softmax(1))
