"""Vectors of tokens: a map of a table whose neighbours are known."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from pellucid.features import vectors_of_tokens
from pellucid.preprocessing import TextPreprocessing
from pellucid.report.token_vectors_exhibit import token_vectors_exhibit

LETTERS = tuple("aeiouyé" + "bcdfgh" + "0123" + ".,;" + " \n")


def table(*, unlike: bool = False) -> nn.Embedding:
    """Return vectors that point along one axis for each kind of letter, a little apart."""
    kinds = [0] * 7 + [1] * 6 + [2] * 4 + [3] * 3 + [4] * 2
    vectors = torch.zeros(3 + len(LETTERS), 6)
    draws = torch.Generator().manual_seed(0)
    for place, kind in enumerate(kinds, start=3):
        vectors[place, kind] = 5 - kind * 0.5
        vectors[place] += 0.01 * torch.randn(6, generator=draws)
    chosen = torch.randn(9, 6) if unlike else vectors
    made = nn.Embedding(*chosen.shape)
    made.weight.data.copy_(chosen)
    return made


def test_tokens_of_a_kind_are_found_beside_one_another() -> None:
    given = TextPreprocessing(unit="char", vocabulary=LETTERS, longest=10)
    model = nn.Sequential(nn.Identity(), table(unlike=True), table())
    found = vectors_of_tokens(model, given)
    assert found is not None
    assert found.layer == "2"
    assert [found.names[kind] for kind in found.kinds[[0, 6, 7, 13, 17, 20, 21]]] == [
        "vowel",
        "vowel",
        "consonant",
        "digit",
        "sign",
        "space",
        "space",
    ]
    own, chance = found.kin
    assert own == 1
    counts = np.array([7, 6, 4, 3, 2])
    assert np.isclose(chance, (counts * (counts - 1)).sum() / (22 * 21))
    centred = table().weight[3:].detach().double().numpy()
    centred = centred - centred.mean(0)
    shares = np.linalg.eigvalsh(centred.T @ centred)[::-1]
    assert np.allclose(found.explained, (shares / shares.sum())[:2])
    assert np.allclose((found.positions.astype(float) ** 2).sum(0), shares[:2], rtol=1e-4)
    exhibit = token_vectors_exhibit(found)
    assert "100" in exhibit.paragraphs[0]
    assert exhibit.tables[0].rows[-1][:2] == ("↵", "space")


def test_a_network_without_a_vector_for_each_token_shows_none() -> None:
    given = TextPreprocessing(unit="word", vocabulary=("the", "7", "."), longest=10)
    assert vectors_of_tokens(nn.Linear(3, 2), given) is None
    assert vectors_of_tokens(table(), given) is None
