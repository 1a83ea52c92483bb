"""Image to image: the loss is a mean over what is known, by hand; answers are kept within 0 and 1."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pellucid.tasks import Batch, ImageToImage, PairedAnswer, PairedHeld, errors_of


class Given(nn.Module):
    """Gives the same levels whatever it reads."""

    def __init__(self, levels: Tensor) -> None:
        super().__init__()
        self.levels = nn.Parameter(levels)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.levels.flatten(1)


def batch_of(targets: Tensor, weights: Tensor | None = None) -> Batch:
    known = targets.isfinite().flatten(1).sum(1)
    count = len(targets)
    return Batch(torch.zeros(count, 1, 2, 2), targets.half(), torch.arange(count), weights=weights, counts=known)


def test_the_loss_is_the_mean_over_all_known_levels_of_the_batch() -> None:
    task = ImageToImage(channels=1, height=2, width=2)
    levels = torch.tensor([[[[0.0, 0.5], [1.0, 1.5]]], [[[0.2, 0.2], [9.0, -9.0]]]])
    targets = torch.tensor([[[[0.0, 255.0], [255.0, 255.0]]], [[[0.0, 51.0], [torch.nan, torch.nan]]]])
    models, generator = {"model": Given(levels)}, torch.Generator()
    loss = task.loss(models, batch_of(targets), phase="all", generator=generator)
    assert loss.value.item() == pytest.approx((0 + 0.5 + 0 + 0.5 + 0.2 + 0) / 6, abs=1e-6)
    assert loss.sums["loss"].item() == pytest.approx(1.2, abs=1e-6)
    loss.value.backward()  # type: ignore[no-untyped-call]
    gradient = models["model"].levels.grad
    assert gradient is not None
    assert gradient.isfinite().all()
    assert not gradient[1, 0, 1].any()
    weighed = task.loss(models, batch_of(targets, torch.tensor([2.0, 0.0])), phase="all", generator=generator)
    assert weighed.value.item() == pytest.approx(2 * 1.0 / 6, abs=1e-6)
    assert task.measure(models, batch_of(targets))["loss"].item() == pytest.approx(1.2, abs=1e-6)


def test_answers_are_kept_within_0_and_1_and_held_against_what_is_known() -> None:
    task = ImageToImage(channels=1, height=1, width=3)
    answer = task.answer(torch.tensor([[-1.0, 0.25, 2.0], [0.5, 0.5, 0.5]]))
    assert isinstance(answer, PairedAnswer)
    assert answer.levels.ravel().tolist() == [0, 0.25, 1, 0.5, 0.5, 0.5]
    right = np.array([[[[0, 0, 255]]], [[[0, np.nan, np.nan]]]], np.float16)
    held = answer.held_against(lambda: np.zeros(0), lambda: right)
    assert isinstance(held, PairedHeld)
    assert held.errors == pytest.approx(np.array([[0.25 / 3, 0.0625 / 3], [0.5, 0.25]]))
    nothing = errors_of(answer.levels, np.full_like(right, np.nan))
    assert not nothing.any()
    joined = PairedAnswer.joined([answer, answer])
    assert len(joined) == 4
