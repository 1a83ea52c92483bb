"""Reading a text that grows: each token once, and never beyond what a window was learned for."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.prediction.reading_on import ReadingOn

VOCABULARY = 7


class Reads(nn.Module):
    """Says of each place how many tokens it has read; it keeps what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[list[int]] = []

    def forward(self, tokens: Tensor) -> Tensor:
        self.given.append(tokens[0].tolist())
        places = torch.arange(1, tokens.shape[1] + 1).float()
        return places[None, :, None].expand(1, -1, VOCABULARY).flatten(1)


class ReadsOn(Reads):
    def step(self, tokens: Tensor, state: tuple[int] | None) -> tuple[Tensor, tuple[int]]:
        before = 0 if state is None else state[0]
        self.given.append(tokens[0].tolist())
        return torch.full((1, VOCABULARY), float(before + tokens.shape[1])), (before + tokens.shape[1],)


@pytest.mark.parametrize("model", [Reads(), ReadsOn()], ids=["all again", "on"])
def test_a_full_window_begins_anew_with_half_of_it(model: Reads) -> None:
    reading = ReadingOn(model, reach=7, device=torch.device("cpu"))
    seen = [int(reading.after(range(size), vocabulary=VOCABULARY)[0, 0]) for size in range(3, 18)]
    assert seen == [3, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5]
    if isinstance(model, ReadsOn):
        assert model.given[:7] == [[0, 1, 2], [3], [4], [5], [6], [4, 5, 6, 7], [8]]


def test_of_a_long_beginning_the_end_is_read() -> None:
    model = ReadsOn()
    reading = ReadingOn(model, reach=4, device=torch.device("cpu"))
    reading.after(range(10), vocabulary=VOCABULARY)
    reading.after(range(11), vocabulary=VOCABULARY)
    assert model.given == [[6, 7, 8, 9], [9, 10]]


@pytest.mark.parametrize("name", ["transformer", "lstm"])
def test_what_comes_next_is_what_the_network_says_of_the_window(name: str) -> None:
    form = Form(shape=(8,), dtype="int64", vocabulary=VOCABULARY)
    only = {"layers": 1, "heads": 2} if name == "transformer" else {"hidden": (5,)}
    options = ModelOptions(causal=True, embedding=8, dropout=0.0, **only)
    model = build_model(name, form=form, outputs=56, options=options, seed=0).eval()
    text = torch.randint(0, VOCABULARY, (15,), generator=torch.Generator().manual_seed(1)).tolist()
    reading = ReadingOn(model, reach=7, device=torch.device("cpu"))
    begun = 0
    for size in range(2, 15):
        begun = begun if size - begun <= 7 else size - 4
        with torch.no_grad():
            wanted = model(torch.tensor([text[begun:size]]))[:, -VOCABULARY:]
        torch.testing.assert_close(reading.after(text[:size], vocabulary=VOCABULARY), wanted, rtol=0, atol=2e-6)
