"""TrivialAugment: one change per picture, its kind and strength drawn anew (Müller & Hutter 2021, arXiv:2103.10158).

Kinds that move pixels or map colours affinely are folded into the one resampling and the one colour pass; the other
five are done here, each on the pictures that drew it. Strengths are drawn from a whole range, not from its 31 steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

KINDS = (
    "identity", "shear-x", "shear-y", "translate-x", "translate-y", "rotate", "brightness", "saturation", "contrast",
    "sharpness", "posterize", "solarize", "autocontrast", "equalize",
)  # fmt: skip

# The paper's spaces "Wide" and "RA" (that of RandAugment): largest shear, pixels, degrees, share; fewest bits.
_LARGEST = MappingProxyType(
    {
        "wide": {"shear": 0.99, "translate": 32.0, "rotate": 135.0, "enhance": 0.99, "bits": 2},
        "narrow": {"shear": 0.3, "translate": 10.0, "rotate": 30.0, "enhance": 0.9, "bits": 4},
    }
)
_GROUPS = MappingProxyType(
    {
        "shear-x": "shear", "shear-y": "shear", "translate-x": "translate", "translate-y": "translate",
        "rotate": "rotate", "brightness": "enhance", "saturation": "enhance", "contrast": "enhance",
        "sharpness": "enhance",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Trivial:
    """What N examples drew.

    Attributes:
        kind: [N] place in KINDS.
        strength: [N] in [0, 1).
        sign: [N] -1 or 1; kinds without a direction ignore it.
        space: "wide" or "narrow".
    """

    kind: NDArray[np.int64]
    strength: NDArray[np.float64]
    sign: NDArray[np.float64]
    space: Literal["wide", "narrow"]

    def amount(self, name: str) -> NDArray[np.float64]:
        """Return [N] signed amounts of one kind, 0 for who drew another: shares, pixels or degrees."""
        largest = _LARGEST[self.space][_GROUPS[name]]
        return np.where(self.kind == KINDS.index(name), largest * self.strength * self.sign, 0.0)

    def indices(self, name: str) -> NDArray[np.int64]:
        """Return which examples drew one kind."""
        return np.flatnonzero(self.kind == KINDS.index(name))


def draw_trivial(random: NDArray[np.float64], space: Literal["wide", "narrow"]) -> Trivial:
    """Draw the kind, the strength and the direction of each example from [3, N] numbers in [0, 1)."""
    return Trivial(
        kind=np.floor(random[0] * len(KINDS)).astype(np.int64),
        strength=random[1],
        sign=np.where(random[2] < 0.5, -1.0, 1.0),
        space=space,
    )


def filter_pictures(pictures: Tensor, trivial: Trivial) -> Tensor:
    """Return pictures with the kinds that are no affine maps: sharpness, posterize, solarize, autocontrast, equalize.

    Args:
        pictures: [N, C, H, W] float32 in 0..1; may be overwritten.
        trivial: of N examples.
    """
    for name, change in (
        ("sharpness", _sharpen),
        ("posterize", _posterize),
        ("solarize", _solarize),
        ("autocontrast", _stretch),
        ("equalize", _equalise),
    ):
        indices = trivial.indices(name)
        if len(indices):
            at = torch.from_numpy(indices).to(pictures.device)
            pictures[at] = change(pictures[at], _amounts(trivial, name, indices).to(pictures.device))
    return pictures


def _amounts(trivial: Trivial, name: str, indices: NDArray[np.int64]) -> Tensor:
    """Return [n, 1, 1, 1]: the factor of sharpness, the bits of posterize, the threshold of solarize."""
    strength = trivial.strength[indices]
    if name == "sharpness":
        strength = 1 + trivial.amount(name)[indices]
    elif name == "posterize":
        strength = 8 - np.rint(strength * (8 - _LARGEST[trivial.space]["bits"]))
    elif name == "solarize":
        strength = 1 - strength
    return torch.from_numpy(strength.astype(np.float32))[:, None, None, None]


def _sharpen(pictures: Tensor, factor: Tensor) -> Tensor:
    """Blend with a smoothed copy as torchvision's `adjust_sharpness`: 0 smooth, 1 unchanged, 2 sharper; edges stay."""
    channels = pictures.shape[1]
    if min(pictures.shape[2:]) < 3:
        return pictures
    kernel = torch.ones(3, 3, device=pictures.device)
    kernel[1, 1] = 5
    smooth = functional.conv2d(pictures, (kernel / 13).expand(channels, 1, 3, 3), groups=channels)
    result = pictures.clone()
    inner = result[:, :, 1:-1, 1:-1]
    inner.sub_(smooth).mul_(factor).add_(smooth)
    return result.clamp_(0, 1)


def _posterize(pictures: Tensor, bits: Tensor) -> Tensor:
    """Keep the highest bits of each value."""
    step = 2 ** (8 - bits)
    return (pictures * 255).round_().div_(step).floor_().mul_(step).div_(255)


def _solarize(pictures: Tensor, threshold: Tensor) -> Tensor:
    """Invert the values from a threshold on."""
    return (1 - pictures).where(pictures >= threshold, pictures)


def _stretch(pictures: Tensor, _: Tensor) -> Tensor:
    """Stretch each channel from its smallest and largest value to 0..1; a channel of one value stays."""
    low, high = pictures.amin(dim=(2, 3), keepdim=True), pictures.amax(dim=(2, 3), keepdim=True)
    flat = high <= low
    return ((pictures - low) / (high - low).masked_fill(flat, 1)).where(~flat, pictures)


def _equalise(pictures: Tensor, _: Tensor) -> Tensor:
    """Spread each channel's values evenly over the 256 levels, by torchvision's `equalize`."""
    from torchvision.transforms.v2.functional import equalize

    levels = (pictures * 255).round_().byte()
    spread: Tensor = equalize(levels)
    return spread.to(pictures.dtype).div_(255)
