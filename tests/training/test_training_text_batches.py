"""Batches of texts: cut to their longest text, in the order that is asked for."""

from __future__ import annotations

import torch

from pellucid.training.kinds.text_batches import TextBatches


def test_a_batch_is_no_longer_than_its_longest_text() -> None:
    tokens = torch.zeros(4, 9, dtype=torch.int32)
    for row, length in enumerate((2, 7, 3, 0)):
        tokens[row, :length] = torch.arange(1, length + 1)
    ids = torch.tensor([10, 11, 12, 13])
    batches = TextBatches(tokens, torch.tensor([0, 1, 0, 1]), ids, torch.device("cpu"))
    some = batches.batch(torch.tensor([2, 0]), epoch=1)
    assert some.inputs.tolist() == [[1, 2, 3], [1, 2, 0]]
    assert some.inputs.dtype == torch.int64
    assert some.ids.tolist() == [12, 10]
    assert batches.batch(torch.tensor([1, 2]), epoch=None).inputs.shape == (2, 7)
    assert batches.batch(torch.tensor([3]), epoch=None).inputs.tolist() == [[0]]
