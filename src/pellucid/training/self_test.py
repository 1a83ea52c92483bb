"""Before a training elsewhere than on the CPU: does that device compute the same numbers?"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from pellucid.errors import RunError
from pellucid.kinds import Form
from pellucid.models import noise_of, read_by
from pellucid.records import Decision

EXAMPLES = 8
LARGEST_OUTPUT_ERROR, LARGEST_GRADIENT_ERROR = 0.02, 0.05
"""Of the largest value; GPUs round the products of convolutions to 10 bits (TF32), drivers that are broken are off by
far more."""


def check_device(model: nn.Module, form: Form, device: torch.device) -> Decision:
    """Compare a model's outputs and gradients on a device with those on the CPU, on a few random inputs.

    Args:
        model: left as it is.
        form: of one example.
        device: where it is to be trained.

    Raises:
        RunError: they differ by more than rounding.
    """
    inputs = noise_of(read_by(model, form), EXAMPLES)
    here = _answer(copy.deepcopy(model).to("cpu"), inputs)
    there = _answer(copy.deepcopy(model).to(device), inputs.to(device))
    outputs, gradients = (_apart(*pair) for pair in zip(here, there, strict=True))
    if not (outputs <= LARGEST_OUTPUT_ERROR and gradients <= LARGEST_GRADIENT_ERROR):
        raise RunError(
            f"The device '{device}' computes other numbers than the CPU: outputs differ by {outputs:.2g} of the "
            f"largest, gradients by {gradients:.2g}.",
            expected="The same but for rounding.",
            fix="Use --device cpu, or a newer driver or torch.",
        )
    reason = f"outputs differ by {outputs:.1g} of the largest, gradients by {gradients:.1g}: rounding"
    return Decision(name="device self-test", value=f"{device} answers like the CPU", reason=reason)


def _answer(model: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return outputs and all gradients in one row, on the CPU; in evaluation mode, where nothing is random."""
    model.eval()
    model.zero_grad(set_to_none=True)
    outputs = model(inputs)
    # Any loss would do; this one has a gradient at every output, whatever the task.
    outputs.float().square().mean().backward()
    # Together and not each by itself: a gradient that is all but zero differs by more than its own size.
    gradients = [parameter.grad.flatten() for parameter in model.parameters() if parameter.grad is not None]
    return outputs.detach().float().cpu(), torch.cat(gradients).float().cpu() if gradients else torch.zeros(1)


def _apart(expected: Tensor, got: Tensor) -> float:
    """Return the largest difference as a share of the largest value; infinite where something is not finite."""
    if not torch.isfinite(got).all():
        return float("inf")
    return float((expected - got).abs().max() / expected.abs().max().clamp_min(1e-12))
