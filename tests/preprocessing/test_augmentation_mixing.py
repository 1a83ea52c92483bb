"""Mixup and CutMix: what is drawn, what comes out, and what the loss makes of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor, nn
from torch.nn import functional

from pellucid.preprocessing.augmentation import Augmentation
from pellucid.preprocessing.augmentation.erasing import Rectangles
from pellucid.preprocessing.augmentation.mixing import Mixing, draw_mixing, mix
from pellucid.tasks import Batch, Binary, SingleLabel

SIZE = (32, 48)


def drawn(num: int = 20_000, *, first: int = 0, epoch: int = 3, num_examples: int = 1000, **alphas: float) -> Mixing:
    ids = np.arange(first, first + num)
    return draw_mixing(
        ids, spec=Augmentation.model_validate(alphas), seed=1, epoch=epoch, size=SIZE, num_examples=num_examples
    )


@pytest.mark.parametrize("alpha", [0.2, 1.0])
def test_shares_of_mixup_follow_the_beta_distribution(alpha: float) -> None:
    found = drawn(mixup=alpha)
    assert stats.kstest(found.shares, stats.beta(alpha, alpha).cdf).pvalue > 1e-4
    assert not found.pasted.height.any()


def test_every_example_is_a_partner_as_often_as_any_other() -> None:
    partners = drawn(mixup=1.0).partners
    assert partners.min() == 0
    assert partners.max() == 999
    assert stats.chisquare(np.bincount(partners, minlength=1000)).pvalue > 1e-4


def test_the_share_of_cutmix_is_the_area_that_is_left() -> None:
    found = drawn(cutmix=1.0)
    height, width = found.pasted.height, found.pasted.width
    np.testing.assert_allclose(found.shares, 1 - height * width / (32 * 48))
    assert (found.pasted.top + height).max() == 32
    assert (found.pasted.left + width).max() == 48
    inside = (found.pasted.top > 0) & (found.pasted.left > 0) & (found.pasted.top + height < 32) & (height > 8)
    inside &= found.pasted.left + width < 48
    assert np.median(width[inside] / height[inside]) == pytest.approx(1.5, abs=0.05)


def test_both_are_tossed_for() -> None:
    found = drawn(mixup=0.4, cutmix=1.0)
    assert (found.pasted.height > 0).mean() == pytest.approx(0.5, abs=0.03)


def test_what_is_drawn_depends_on_seed_epoch_and_example_alone() -> None:
    whole, part = drawn(100, mixup=1.0), drawn(10, first=50, mixup=1.0)
    assert np.array_equal(part.partners, whole.partners[50:60])
    assert np.array_equal(part.shares, whole.shares[50:60])
    assert not np.array_equal(drawn(100, epoch=4, mixup=1.0).partners, whole.partners)


def test_a_blend_and_a_paste_by_hand() -> None:
    own, other = torch.zeros(2, 1, 4, 4), torch.ones(2, 1, 4, 4)
    pasted = Rectangles(*(np.array(pair) for pair in ((0, 1), (0, 2), (0, 2), (0, 2))))
    found = mix(own, other, Mixing(np.array([0, 1]), np.array([0.75, 0.75]), pasted))
    expected = torch.zeros(4, 4)
    expected[1:3, 2:4] = 1
    torch.testing.assert_close(found[0, 0], torch.full((4, 4), 0.25))
    assert torch.equal(found[1, 0], expected)


class Constant(nn.Module):
    def __init__(self, outputs: Tensor) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, inputs: Tensor) -> Tensor:
        return self.outputs


def mixed_batch(targets: list[int], partners: list[int], shares: list[float]) -> Batch:
    num = len(targets)
    return Batch(
        torch.zeros(num, 1), torch.tensor(targets), torch.arange(num), partner_targets=torch.tensor(partners),
        shares=torch.tensor(shares),
    )  # fmt: skip


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_of_mixed_pictures_is_the_cross_entropy_of_the_soft_target(smoothing: float) -> None:
    logits = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    batch = mixed_batch([0, 1, 2], [3, 1, 0], [0.7, 0.4, 1.0])
    loss = SingleLabel(4, label_smoothing=smoothing).loss(
        {"model": Constant(logits)}, batch, phase="all", generator=torch.Generator()
    )
    soft = torch.tensor([[0.7, 0, 0, 0.3], [0, 1, 0, 0], [0, 0, 1, 0]])
    torch.testing.assert_close(loss.value, functional.cross_entropy(logits, soft, label_smoothing=smoothing))


def test_the_loss_of_two_classes_is_that_of_the_soft_target_and_accuracy_counts_shares() -> None:
    logits = torch.tensor([[2.0], [-1.0]])
    batch = mixed_batch([0, 1], [1, 1], [0.7, 0.5])
    loss = Binary().loss({"model": Constant(logits)}, batch, phase="all", generator=torch.Generator())
    expected = functional.binary_cross_entropy_with_logits(logits[:, 0], torch.tensor([0.3, 1.0]))
    torch.testing.assert_close(loss.value, expected)
    assert float(loss.sums["accuracy"]) == pytest.approx(0.3)
