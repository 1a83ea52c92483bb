"""Attributions from gradients at the input: saliency, SmoothGrad, gradient x input, integrated gradients."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from pellucid.attribution.question import Heat, Question
from pellucid.words import percent

NOISY_COPIES = 25
NOISE = 0.15
"""Standard deviation of SmoothGrad's noise, as a share of the input's range; its authors liked 10 to 20 %."""
STEPS = 50


def saliency(question: Question) -> Heat:
    """Saliency (Simonyan et al. 2014, section 3): the magnitude of the score's gradient, largest of the channels."""
    values = question.gradients(question.inputs)[0].abs()
    return Heat(values, _largest(values), is_signed=False)


def smooth_grad(question: Question) -> Heat:
    """SmoothGrad (Smilkov et al. 2017, section 3): the gradient, averaged over noisy copies; shown by its magnitude."""
    inputs = question.inputs
    spread = NOISE * float(inputs.max() - inputs.min())
    chance = torch.Generator().manual_seed(question.seed)
    noise = torch.randn((NOISY_COPIES, *inputs.shape[1:]), generator=chance).to(inputs)
    values = question.gradients(inputs + spread * noise).mean(dim=0).abs()
    settings = f"{NOISY_COPIES} noisy copies, noise of {percent(NOISE)} of the input's range"
    return Heat(values, _largest(values), is_signed=False, settings=settings)


def integrated_gradients(question: Question) -> Heat:
    """Integrated gradients (Sundararajan et al. 2017, equation 1), from the baseline to the example, 50 steps.

    The integral is taken by the Gauss-Legendre rule. The attributions of all inputs should sum to the difference that
    the example makes to the baseline; by how much they do not is reported ("completeness_gap", in the score's unit).
    """
    inputs, baseline = question.inputs, question.baseline
    places, weights = np.polynomial.legendre.leggauss(STEPS)
    along = torch.from_numpy((1 + places) / 2).to(inputs).view(-1, *[1] * (inputs.ndim - 1))
    shares = torch.from_numpy(weights / 2).to(inputs).view_as(along)
    mean = (question.gradients(baseline + along * (inputs - baseline)) * shares).sum(dim=0, keepdim=True)
    values = ((inputs - baseline) * mean)[0]
    at_input, at_baseline = question.scores(torch.cat([inputs, baseline])).tolist()
    figures = {
        "completeness_gap": float(values.double().sum()) - (at_input - at_baseline),
        "difference": at_input - at_baseline,
    }
    cells = values.sum(dim=0) if values.ndim == 3 else values
    return Heat(values, cells, is_signed=True, settings=f"{STEPS} steps (Gauss-Legendre)", figures=figures)


def gradient_times_input(question: Question) -> Heat:
    """Gradient x input (Shrikumar et al. 2016): the gradient, times what the example has beyond the baseline.

    Of a network that is straight between the two it is what each number adds; integrated gradients follow a bent one.
    """
    inputs = question.inputs
    values = ((inputs - question.baseline) * question.gradients(inputs))[0]
    return Heat(values, values.sum(dim=0) if values.ndim == 3 else values, is_signed=True)


def _largest(values: Tensor) -> Tensor:
    return values.amax(dim=0) if values.ndim == 3 else values
