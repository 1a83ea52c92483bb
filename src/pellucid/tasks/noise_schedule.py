"""How a picture becomes noise in T steps, and the way back: the closed forms of a Gaussian diffusion.

Sources: J. Ho, A. Jain and P. Abbeel 2020, "Denoising diffusion probabilistic models" (equations 4 and 7); A. Nichol
and P. Dhariwal 2021, "Improved denoising diffusion probabilistic models" (equation 17, the cosine schedule); J. Song,
C. Meng and S. Ermon 2021, "Denoising diffusion implicit models" (equations 12 and 16, few steps); T. Salimans and J. Ho
2022, "Progressive distillation for fast sampling of diffusion models" (section 4, what the network says: v).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

OFFSET = 0.008
"""s of equation 17: without it the first step's noise would be smaller than the step between two levels of 8 bits."""
LARGEST_BETA = 0.999
"""No step takes all of the picture away, so that each can be gone back."""


@dataclass(frozen=True)
class NoiseSchedule:
    """What is left of a picture after each of T steps.

    Step 0 is the picture itself, step T all but pure noise. Pictures are [N, ...] of levels from -1 to 1, times [N]
    int64 from 0 to T; all that is computed has the dtype of the pictures.

    Attributes:
        steps: T, at least 1.
    """

    steps: int

    @cached_property
    def kept(self) -> Tensor:
        """[T + 1] float64: the share of the picture in the variance after each step, "alpha bar"; 1 at step 0."""
        times = torch.arange(self.steps + 1, dtype=torch.float64) / self.steps
        wanted = torch.cos((times + OFFSET) / (1 + OFFSET) * math.pi / 2).square()
        betas = (1 - wanted[1:] / wanted[:-1]).clamp(max=LARGEST_BETA)
        return torch.cat([torch.ones(1, dtype=torch.float64), torch.cumprod(1 - betas, 0)])

    @cached_property
    def betas(self) -> Tensor:
        """[T + 1] float64: the variance of the noise that each step adds; 0 at step 0."""
        kept = self.kept
        return torch.cat([torch.zeros(1, dtype=torch.float64), 1 - kept[1:] / kept[:-1]])

    def noised(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """Return pictures after some steps, in one go (Ho et al. 2020, equation 4).

        Args:
            clean: pictures.
            noise: of a standard normal distribution, of the same shape.
            times: [N].
        """
        signal, noisy = self._weights(times, clean)
        return signal * clean + noisy * noise

    def velocity(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """Return v, what the network learns to say (Salimans and Ho 2022): part of the noise less part of the picture.

        Near T, where the noisy picture is all noise, v is minus the picture; near 0, where it is the picture, v is the
        noise. So v is never what could be read off the input, and picture and noise follow from it without a division
        by what is almost 0, as the picture does from the noise alone near T.
        """
        signal, noisy = self._weights(times, clean)
        return signal * noise - noisy * clean

    def parts(self, noisy_picture: Tensor, velocity: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        """Return the picture and the noise that a v stands for, the picture's levels kept within -1 and 1.

        Where levels were cut off, the noise is what then remains, so that both still make the noisy picture.

        Args:
            noisy_picture: after some steps.
            velocity: what the network says of it.
            times: [N], at least 1.
        """
        signal, noisy = self._weights(times, noisy_picture)
        clean = (signal * noisy_picture - noisy * velocity).clamp(-1, 1)
        return clean, (noisy_picture - signal * clean) / noisy

    def posterior(self, clean: Tensor, noisy_picture: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean [N, ...] and variance [N, 1, ...] of the picture one step before (Ho et al. 2020, equation 7).

        Args:
            clean: the picture.
            noisy_picture: the same after some steps.
            times: [N] so many, at least 1.
        """
        now, before, beta = (self._like(values, clean) for values in (self.kept[times], *self._before(times)))
        mean = before.sqrt() * beta / (1 - now) * clean + (1 - beta).sqrt() * (1 - before) / (1 - now) * noisy_picture
        return mean, (1 - before) / (1 - now) * beta

    def back(self, noisy_picture: Tensor, velocity: Tensor, start: int, end: int) -> Tensor:
        """Return pictures some steps earlier, without new noise (Song et al. 2021, equation 12 with sigma 0).

        Args:
            noisy_picture: after `start` steps.
            velocity: what the network says of it.
            start: at least 1.
            end: less than `start`.
        """
        times = torch.full((len(noisy_picture),), start, device=noisy_picture.device)
        clean, noise = self.parts(noisy_picture, velocity, times)
        return self.noised(clean, noise, torch.full_like(times, end))

    def stops(self, number: int) -> tuple[int, ...]:
        """Return the steps that are met on a way back in `number` strides, from T down to 0.

        Args:
            number: from 1 to T.
        """
        return tuple(round(self.steps * left / number) for left in range(number, -1, -1))

    def shares(self, times: Tensor) -> Tensor:
        """Return [N] float32 how far on the way to noise some steps are, 0 to 1: what the network is told."""
        return times.float() / self.steps

    def _before(self, times: Tensor) -> tuple[Tensor, Tensor]:
        return self.kept[times - 1], self.betas[times]

    def _weights(self, times: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """Return what of picture and noise is in the noisy one, [N, 1, ...] each."""
        kept = self.kept.to(times.device)[times]
        return self._like(kept.sqrt(), like), self._like((1 - kept).sqrt(), like)

    @staticmethod
    def _like(values: Tensor, like: Tensor) -> Tensor:
        return values.to(like).reshape(-1, *[1] * (like.dim() - 1))
