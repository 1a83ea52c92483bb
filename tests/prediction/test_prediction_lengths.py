"""Texts are answered with those of like length, without the padding behind them, and in the order that was asked."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.kinds import Form
from pellucid.models import build_model
from pellucid.prediction.outputs import run_network
from pellucid.preprocessing import TextPreprocessing


def test_answers_and_features_are_those_of_whole_texts_and_most_padding_is_never_read() -> None:
    preprocessing = TextPreprocessing(unit="word", vocabulary=tuple("abcdefghij"), longest=30)
    chance = np.random.default_rng(0)
    lengths = np.append(chance.integers(1, 8, 40), 30)
    chance.shuffle(lengths)
    texts = preprocessing.encode(" ".join(chance.choice(list("abcdefghijxyz"), size)) for size in lengths)
    network = build_model("gru", form=Form(shape=(30,), dtype="int64", vocabulary=13), outputs=2, seed=0).eval()
    read: list[int] = []

    def to_tensor(part: NDArray[np.uint16]) -> Tensor:
        read.append(part.size)
        return preprocessing.to_tensor(part, torch.device("cpu"))

    np.testing.assert_array_equal(preprocessing.lengths(texts), lengths)
    cut = run_network(network, texts, size=8, width=2, to_tensor=to_tensor, lengths=preprocessing.lengths(texts))
    assert sum(read) < 0.5 * texts.size
    whole = run_network(network, texts, size=8, width=2, to_tensor=to_tensor)
    np.testing.assert_allclose(cut.raw, whole.raw, atol=1e-6)
    assert cut.features is not None
    assert whole.features is not None
    np.testing.assert_allclose(cut.features, whole.features, atol=1e-6)
