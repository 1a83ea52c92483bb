"""Mixing two pictures and their targets: mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.preprocessing.augmentation.erasing import Rectangles, covered
from pellucid.preprocessing.augmentation.randomness import uniforms
from pellucid.preprocessing.augmentation.spec import Augmentation

# The places after those of `draws`: asking for mixing leaves every other change as it was.
_FIRST, _PLACES = 28, 33


@dataclass(frozen=True)
class Mixing:
    """How N examples are mixed, each with one partner.

    Attributes:
        partners: [N] int64, index of the partner among the training examples.
        shares: [N], how much of the result is the example itself, in [0, 1]; what its own target counts.
        pasted: the rectangle that comes from the partner; of height 0 where the two are blended instead.
    """

    partners: NDArray[np.int64]
    shares: NDArray[np.float64]
    pasted: Rectangles


def draw_mixing(
    ids: NDArray[np.int64], *, spec: Augmentation, seed: int, epoch: int, size: tuple[int, int], num_examples: int
) -> Mixing:
    """Draw partners and shares; they depend on (seed, epoch, id) and on the number of examples alone.

    The share is drawn from Beta(alpha, alpha). Where mixup and CutMix are both asked for, each example gets one of
    them by the toss of a coin, as in timm.

    Args:
        ids: [N], the examples.
        spec: its `mixup` and `cutmix` are the two alphas; 0 for without.
        seed: of the run.
        epoch: of the training.
        size: (H, W) of the pictures.
        num_examples: of the training split, among which the partners are.
    """
    from scipy.special import betaincinv

    partner, coin, share, top, left = uniforms(ids, seed=seed, epoch=epoch, count=_PLACES)[_FIRST:]
    cuts = coin < (0.5 if spec.mixup and spec.cutmix else float(spec.cutmix > 0))
    alphas = np.where(cuts, spec.cutmix, spec.mixup)
    shares = np.asarray(betaincinv(alphas, alphas, share), np.float64)
    pasted = _rectangles(np.where(cuts, 1 - shares, 0.0), top, left, size)
    # A rectangle at the border is cut off, and pixels are whole: its true area counts.
    shares = np.where(cuts, 1 - pasted.height * pasted.width / (size[0] * size[1]), shares)
    return Mixing(np.floor(partner * num_examples).astype(np.int64), shares, pasted)


def mix(pictures: Tensor, partners: Tensor, mixing: Mixing) -> Tensor:
    """Return pictures blended with their partners, or with a rectangle of them.

    Args:
        pictures: [N, C, H, W] float32, augmented, normalised or not.
        partners: alike.
        mixing: of N examples.
    """
    rows = covered(mixing.pasted.top, mixing.pasted.height, pictures.shape[2])
    columns = covered(mixing.pasted.left, mixing.pasted.width, pictures.shape[3])
    cuts = mixing.pasted.height > 0
    blended = np.where(cuts, 1.0, mixing.shares)
    own = torch.from_numpy(blended.astype(np.float32)).to(pictures.device)[:, None, None, None]
    result = torch.lerp(partners, pictures, own)
    if not cuts.any():
        return result
    mask = torch.from_numpy(rows[:, None, :, None] & columns[:, None, None, :]).to(pictures.device)
    return torch.where(mask, partners, result)


def _rectangles(
    areas: NDArray[np.float64], top: NDArray[np.float64], left: NDArray[np.float64], size: tuple[int, int]
) -> Rectangles:
    """Return rectangles of the pictures' own shape, given their shares of its area and random centres in [0, 1)."""
    starts, lengths = [], []
    for centre, side in zip((top, left), size, strict=True):
        half = np.sqrt(areas) * side / 2
        start = np.clip(np.rint(centre * side - half), 0, side)
        starts.append(start.astype(np.int64))
        lengths.append((np.clip(np.rint(centre * side + half), 0, side) - start).astype(np.int64))
    empty = (lengths[0] == 0) | (lengths[1] == 0)
    height, width = (np.where(empty, 0, length) for length in lengths)
    return Rectangles(starts[0], starts[1], height, width)
