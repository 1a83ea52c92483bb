"""Batches of texts: cut to their longest text, in the order that is asked for."""

from __future__ import annotations

import itertools

import torch

from pellucid.training.batches import split_evenly
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


def lengths_of(*lengths: int) -> torch.Tensor:
    return torch.stack([(torch.arange(50) < length).int() for length in lengths])


def test_an_epoch_has_texts_of_like_length_together_and_stays_in_random_order() -> None:
    chance = torch.Generator().manual_seed(0)
    lengths = torch.randint(1, 50, (640,), generator=chance)
    batches = TextBatches(lengths_of(*lengths.tolist()), torch.zeros(640), torch.arange(640), torch.device("cpu"))
    order = torch.randperm(640, generator=chance)
    arranged = batches.arranged(order, 20)
    assert arranged.sort().values.tolist() == list(range(640))
    assert torch.equal(arranged, batches.arranged(order, 20))

    def read(places: torch.Tensor) -> int:
        return sum(batches.batch(part, epoch=1).inputs.numel() for part in torch.split(places, 20))

    assert read(arranged) < 1.1 * int(lengths.sum()) < 0.7 * read(order)
    middles = torch.stack([lengths[part].float().mean() for part in torch.split(arranged, 20)])
    assert (middles[1:] > middles[:-1]).float().mean() < 0.8  # neither all short texts first, nor all long ones


def test_texts_of_one_length_and_those_counted_token_by_token_keep_their_order() -> None:
    order = torch.randperm(90, generator=torch.Generator().manual_seed(0))
    alike = TextBatches(lengths_of(*[7] * 90), torch.zeros(90), torch.arange(90), torch.device("cpu"))
    assert torch.equal(alike.arranged(order, 8), order)
    uneven, counts = lengths_of(*range(1, 46), *range(1, 46)), torch.ones(90)
    counted = TextBatches(uneven, torch.zeros(90), torch.arange(90), torch.device("cpu"), counts=counts)
    assert torch.equal(counted.arranged(order, 8), order)


def test_batches_of_unlike_sizes_are_cut_where_they_were_made() -> None:
    chance = torch.Generator().manual_seed(1)
    order = torch.randperm(65, generator=chance)
    lengths = torch.arange(65) // 2 + 1
    batches = TextBatches(lengths_of(*lengths.tolist()), torch.zeros(65), torch.arange(65), torch.device("cpu"))
    parts = list(split_evenly(batches.arranged(order, 32), 32))
    assert [len(part) for part in parts] == [22, 22, 21]
    spans = sorted((int(lengths[part].min()), int(lengths[part].max())) for part in parts)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_older_runs_keep_their_order() -> None:
    order = torch.randperm(45, generator=torch.Generator().manual_seed(0))
    then = TextBatches(
        lengths_of(*range(1, 46)), torch.zeros(45), torch.arange(45), torch.device("cpu"), by_length=False
    )
    assert torch.equal(then.arranged(order, 8), order)
