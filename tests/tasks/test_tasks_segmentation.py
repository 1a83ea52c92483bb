"""Classes of pixels: the loss against its formula by hand, pixels that are not labelled, and tiles that overlap."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pellucid.kinds import NOT_LABELLED, MaskTarget
from pellucid.tasks import Batch, PixelFrame, Segmentation, build_task, starts_of

TARGET = MaskTarget(
    classes=("a", "b", "c"), values=("0", "1", "2"), colours=((0, 0, 0), (1, 1, 1), (2, 2, 2)), height=4, width=6
)
TASK = Segmentation(3, 4, 6)


class Given(nn.Module):
    """Gives the logits that it is handed over as inputs."""

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs.flatten(1)


MODELS = {"model": Given()}


def batch_of(logits: Tensor, targets: Tensor) -> Batch:
    return Batch(logits, targets, torch.arange(len(logits)))


def some(seed: int = 0, count: int = 2) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(0, 3, (count, 4, 6), generator=generator).to(torch.uint8)
    targets[0, 0] = NOT_LABELLED
    return batch_of(torch.randn(count, 3, 4, 6, generator=generator), targets)


def by_hand(logits: np.ndarray, target: np.ndarray) -> float:
    """Return cross-entropy plus 1 - Dice of one picture, in loops."""
    known = target != NOT_LABELLED
    shares = np.exp(logits) / np.exp(logits).sum(0)
    rows = [(y, x) for y, x in zip(*np.nonzero(known), strict=True)]
    entropy = -np.mean([np.log(shares[target[y, x], y, x]) for y, x in rows])
    dice = []
    for name in range(3):
        shown = [(y, x) for y, x in rows if target[y, x] == name]
        if shown:
            both = 2 * sum(shares[name, y, x] for y, x in shown)
            dice.append(both / (sum(shares[name, y, x] for y, x in rows) + len(shown)))
    return float(entropy + 1 - np.mean(dice))


def loss_of(batch: Batch, task: Segmentation = TASK) -> float:
    return float(task.loss(MODELS, batch, phase="all", generator=torch.Generator()).value)


def test_the_loss_is_the_formulas_and_each_picture_counts_as_many_as_it_has_labelled_pixels() -> None:
    batch = some()
    each = [by_hand(x.numpy().astype(float), y.numpy()) for x, y in zip(batch.inputs, batch.targets, strict=True)]
    assert loss_of(batch) == pytest.approx((18 * each[0] + 24 * each[1]) / 42, rel=1e-5)
    sums = TASK.measure(MODELS, batch)
    assert float(sums["loss"]) == pytest.approx(18 * each[0] + 24 * each[1], rel=1e-5)


def test_pixels_that_are_not_labelled_take_part_in_nothing() -> None:
    batch = some()
    changed = batch.inputs.clone()
    changed[0, :, 0] = 100 * torch.randn(3, 6)
    other = replace(batch, inputs=changed)
    assert loss_of(batch) == pytest.approx(loss_of(other), rel=1e-6)
    assert float(TASK.measure(MODELS, batch)["pixel_accuracy"]) == float(TASK.measure(MODELS, other)["pixel_accuracy"])
    nothing = replace(batch, targets=torch.full_like(batch.targets, NOT_LABELLED))
    assert loss_of(nothing) == 0.0


def test_a_batch_in_parts_has_the_same_loss() -> None:
    batch = some(count=4)
    counts = (batch.targets != NOT_LABELLED).flatten(1).sum(1)
    whole = replace(batch, counts=counts)
    parts = [whole.part(0, 1), whole.part(1, 4)]
    joined = sum(loss_of(part) * part.units for part in parts) / whole.units
    assert joined == pytest.approx(loss_of(whole), rel=1e-6)


def test_balanced_counts_each_class_alike() -> None:
    targets = torch.zeros(1, 4, 6, dtype=torch.uint8)
    targets[0, 0, 0] = 1
    logits = torch.zeros(1, 3, 4, 6)
    logits[:, 0] = 2.0
    batch = batch_of(logits, targets)
    entropies = -torch.log_softmax(torch.tensor([2.0, 0.0, 0.0]), 0)
    plain, balanced = loss_of(batch), loss_of(batch, replace(TASK, balanced=True))
    assert plain - balanced == pytest.approx(
        float((23 * entropies[0] + entropies[1]) / 24 - (entropies[0] + entropies[1]) / 2), abs=1e-5
    )


def test_answers_are_the_likeliest_classes() -> None:
    batch = some()
    answer = TASK.answer(batch.inputs.flatten(1))
    assert answer.masks.dtype == np.uint8
    assert np.array_equal(answer.masks, batch.inputs.argmax(1).numpy())
    assert np.allclose(answer.sure, torch.softmax(batch.inputs, 1).amax(1), atol=1e-3)
    assert np.allclose(answer.numbers.sum(1), 1)
    assert build_task("segment", TARGET).output_width == 3 * 24


@pytest.mark.parametrize(("length", "tile", "overlap"), [(5, 8, 2), (8, 8, 2), (9, 8, 2), (50, 8, 3), (513, 512, 64)])
def test_tiles_cover_everything_and_overlap(length: int, tile: int, overlap: int) -> None:
    starts = starts_of(length, tile, overlap)
    assert starts[0] == 0
    assert starts[-1] + tile >= length
    assert all(0 < after - before <= tile - overlap for before, after in itertools.pairwise(starts))
    assert max(starts) + min(tile, length) == length


def test_a_large_picture_in_tiles_is_answered_as_it_is_whole_where_only_the_pixel_counts() -> None:
    network = nn.Conv2d(2, 3, 1)
    frame = PixelFrame(network, numbers=3, tile=8, overlap=3).eval()
    inputs = torch.randn(2, 2, 19, 11, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(frame(inputs), network(inputs).flatten(1), atol=1e-6)
    seen: list[tuple[int, ...]] = []
    network.register_forward_hook(lambda _module, args, _out: seen.append(tuple(args[0].shape[2:])))
    frame(inputs)
    assert set(seen) == {(8, 8)}
    seen.clear()
    frame.train()(inputs)
    assert seen == [(19, 11)]
