"""Do the terms make the value? Sampled positions of real networks: |sum - value| against 4 eps x sum of |terms|."""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import timm
import torch
from measuring import describe_machine, format_table, write_results
from torch import Tensor, nn

from pellucid.kinds import Form, OwnValue
from pellucid.models import ModelOptions, build_model
from pellucid.trace import trace


class Sequences(nn.Module):
    """An LSTM of two layers in both directions, and a dense layer on its last moment."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 16, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(32, 4)

    def forward(self, series: Tensor) -> Tensor:
        """Return [N, 4] from [N, time, 6]."""
        outputs: Tensor = self.head(self.lstm(series)[0][:, -1])
        return outputs


def _own(name: str, shape: tuple[int, ...], outputs: int = 10, **own: OwnValue) -> Callable[[], nn.Module]:
    options = ModelOptions(own=own)
    return lambda: build_model(name, form=Form(shape=shape), outputs=outputs, options=options, seed=0)


CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet5": (_own("lenet5", (1, 28, 28)), (1, 28, 28)),
    "resnet20": (_own("resnet20", (3, 32, 32)), (3, 32, 32)),
    "resnet18": (lambda: timm.create_model("resnet18"), (3, 224, 224)),
    "densenet121": (lambda: timm.create_model("densenet121"), (3, 224, 224)),
    "mobilenetv3": (lambda: timm.create_model("mobilenetv3_small_100"), (3, 224, 224)),
    "efficientnet_b0": (lambda: timm.create_model("efficientnet_b0"), (3, 224, 224)),
    "convnext_atto": (lambda: timm.create_model("convnext_atto"), (3, 224, 224)),
    "vit_tiny": (lambda: timm.create_model("vit_tiny_patch16_224"), (3, 224, 224)),
    "swin_tiny": (lambda: timm.create_model("swin_tiny_patch4_window7_224"), (3, 224, 224)),
    "lstm": (Sequences, (12, 6)),
    "unet": (_own("unet", (1, 64, 64), 4 * 64 * 64), (1, 64, 64)),
    "unet, nearest": (_own("unet", (1, 64, 64), 4 * 64 * 64, up="nearest"), (1, 64, 64)),
    "conv-autoencoder": (_own("conv-autoencoder", (1, 28, 28), 28 * 28), (1, 28, 28)),
}


def sample(name: str, positions: int) -> tuple[list[str], dict[str, Any]]:
    """Trace one model on one random input, and compare values with their terms at random positions."""
    make, shape = CASES[name]
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make().eval()
    picture = torch.randn(shape)
    started = time.perf_counter()
    traced = trace(model, picture)
    seconds = time.perf_counter() - started
    equal = bool(torch.equal(torch.from_numpy(traced.output), model(picture[None])[0].detach()))
    chance, steps = np.random.default_rng(0), list(traced)
    worst, inexact, unexplained = 0.0, Counter[str](), Counter[str]()
    for _ in range(positions):
        values = steps[int(chance.integers(len(steps)))]
        arithmetic = values.at(*(int(chance.integers(size)) for size in values.shape))
        unexplained[arithmetic.operator] += not len(arithmetic.terms)
        inexact[arithmetic.operator] += len(arithmetic.terms) > 0 and not arithmetic.is_exact
        worst = max(worst, arithmetic.error / arithmetic.bound) if arithmetic.bound else worst
    kinds = {step.operator for step in traced.steps}
    counts = [str((+inexact and dict(+inexact)) or 0), str((+unexplained and dict(+unexplained)) or 0)]
    row = [name, f"{seconds:.2f}", "yes" if equal else "NO", str(len(traced)), str(len(kinds)), f"{worst:.2f}", *counts]
    numbers = {"seconds": seconds, "equal": equal, "steps": len(traced), "worst": worst}
    return row, numbers | {"inexact": dict(+inexact), "unexplained": dict(+unexplained)}


def main() -> None:
    """Sample, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, default=1000)
    parser.add_argument("--only", default="", help="only the models whose name holds this")
    options = parser.parse_args()
    rows, numbers = [], {}
    for name in CASES:
        if options.only in name:
            row, numbers[name] = sample(name, options.positions)
            rows.append(row)
    header = [
        "model",
        "trace, s",
        "output bit-equal",
        "steps",
        "operators",
        "largest error / bound",
        "beyond the bound",
        "no explainer",
    ]
    print(f"{format_table(header, rows)}\n\n{options.positions} positions each. {describe_machine()}")
    write_results("trace_exactness", {"machine": describe_machine(), "results": numbers})


if __name__ == "__main__":
    main()
