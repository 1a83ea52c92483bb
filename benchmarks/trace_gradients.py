"""Are the gradients right? Sampled weights of real networks in float64, beside forward-mode differentiation.

Forward mode (dual numbers pushed through the model itself) shares no code with the way back that a trace takes. The
pictures are smaller than in `trace_exactness.py`, since every sampled weight costs a forward pass of its own.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from typing import Any

import numpy as np
import timm
import torch
from measuring import describe_machine, format_table, write_results
from torch import Tensor, nn
from torch.func import functional_call, jvp
from torch.nn.attention import SDPBackend, sdpa_kernel
from trace_exactness import CASES

from pellucid.trace import backpropagate

SMALLER: dict[str, Any] = {
    "vit_tiny": (lambda: timm.create_model("vit_tiny_patch16_224", img_size=64), (3, 64, 64)),
    "swin_tiny": (lambda: timm.create_model("swin_tiny_patch4_window7_224", img_size=112), (3, 112, 112)),
}
SIDE = 64
EXAMPLES = 2
BOUND = 1e-9


def differentiate(model: nn.Module, inputs: Tensor, targets: Tensor, name: str, place: tuple[int, ...]) -> float:
    """Return the derivative of the mean cross-entropy by one weight, by forward-mode differentiation."""
    parameters = dict(model.named_parameters())
    tangent = torch.zeros_like(parameters[name])
    tangent[place] = 1

    def loss(value: Tensor) -> Tensor:
        outputs = functional_call(model, {name: value}, (inputs,))
        # Written out: the built-in loss has no forward-mode rule for every target.
        return -torch.log_softmax(outputs, dim=1)[torch.arange(len(targets)), targets].mean()

    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
        found = jvp(loss, (parameters[name].detach(),), (tangent,))[1]
    derivative: float = found.item()
    return derivative


def sample(name: str, weights: int) -> tuple[list[str], dict[str, Any]]:
    """Compare value and sum of terms of random weights' gradients with forward mode, on a batch of two."""
    make, shape = SMALLER.get(name, CASES[name])
    if len(shape) == 3 and name not in SMALLER:
        shape = (shape[0], min(shape[1], SIDE), min(shape[2], SIDE))
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make().eval().double()
    # Freshly made, many layers begin with a scale of zero, and all gradients behind them are zero, too.
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_((0.05 if parameter.ndim > 1 else 0.3) * torch.randn_like(parameter))
    inputs = torch.randn((EXAMPLES, *shape), dtype=torch.float64)
    targets = torch.arange(EXAMPLES)
    started = time.perf_counter()
    back = backpropagate(model, inputs, targets)
    seconds = time.perf_counter() - started
    chance, parameters = np.random.default_rng(0), dict(model.named_parameters())
    names = list(parameters)
    worst_value, worst_sum, unexplained, sizes = 0.0, 0.0, Counter[str](), []
    for _ in range(weights):
        chosen = names[int(chance.integers(len(names)))]
        place = tuple(int(chance.integers(size)) for size in parameters[chosen].shape)
        arithmetic = back.weight(chosen, *place)
        true = differentiate(model, inputs, targets, chosen, place)
        sizes.append(abs(true))
        worst_value = max(worst_value, abs(arithmetic.value - true))
        if len(arithmetic.terms):
            worst_sum = max(worst_sum, abs(arithmetic.total - true))
        else:
            unexplained[chosen] += 1
    is_within = max(worst_value, worst_sum) <= BOUND and not unexplained
    typical = float(np.median(sizes))
    row = [name, str(len(names)), f"{seconds:.2f}", f"{typical:.1e}", f"{worst_value:.1e}", f"{worst_sum:.1e}"]
    row += [str(dict(unexplained) or 0), "yes" if is_within else "NO"]
    numbers = {"seconds": seconds, "median_gradient": typical, "worst_value": worst_value, "worst_sum": worst_sum}
    return row, numbers | {"unexplained": dict(unexplained), "within": is_within}


def main() -> None:
    """Sample, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=int, default=200)
    parser.add_argument("--only", default="", help="only the models whose name holds this")
    options = parser.parse_args()
    rows, numbers = [], {}
    for name in CASES:
        if options.only in name:
            row, numbers[name] = sample(name, options.weights)
            rows.append(row)
            print("  ".join(row), flush=True)
    header = ["model", "parameters", "backward, s", "median gradient", "value off by", "sum of terms off by"]
    header += ["no explainer", "within 1e-9"]
    note = f"{options.weights} weights each, batches of {EXAMPLES}, float64."
    print(f"\n{format_table(header, rows)}\n\n{note} {describe_machine()}")
    write_results("trace_gradients", {"machine": describe_machine(), "results": numbers})


if __name__ == "__main__":
    main()
