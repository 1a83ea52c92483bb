"""Is bfloat16 quicker here? Milliseconds per training step of the own convolutional models, beside float32."""

from __future__ import annotations

import argparse
import time

import torch
from measuring import describe_machine, format_table, median, write_results
from torch.nn import functional

from pellucid.kinds import Form
from pellucid.models import build_model, summarise
from pellucid.training.device import BFLOAT16_FROM, cpu_has_bfloat16_units

CASES = (
    ("lenet5", (1, 28, 28)),
    ("cnn", (1, 8, 8)),
    ("cnn", (1, 28, 28)),
    ("resnet8", (3, 32, 32)),
    ("resnet20", (3, 32, 32)),
)
BATCH = 128


def milliseconds(name: str, shape: tuple[int, ...], dtype: torch.dtype, steps: int) -> float:
    """Return the median time of a step: forward, backward, update."""
    model = build_model(name, form=Form(shape=shape), outputs=10, seed=0).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    inputs = torch.randn(BATCH, *shape).contiguous(memory_format=torch.channels_last)
    targets = torch.randint(0, 10, (BATCH,))
    times = []
    for _ in range(steps + 3):
        started = time.perf_counter()
        with torch.autocast("cpu", dtype, enabled=dtype is not torch.float32):
            loss = functional.cross_entropy(model(inputs).float(), targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        times.append((time.perf_counter() - started) * 1000)
    return median(times[3:])


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=12)
    options = parser.parse_args()
    rows, numbers = [], {}
    for name, shape in CASES:
        model = build_model(name, form=Form(shape=shape), outputs=10, seed=0)
        cost = sum(layer.multiply_adds for layer in summarise(model, Form(shape=shape)))
        full, half = (milliseconds(name, shape, dtype, options.steps) for dtype in (torch.float32, torch.bfloat16))
        chosen = "bfloat16" if cpu_has_bfloat16_units() and cost >= BFLOAT16_FROM else "float32"
        size = " x ".join(map(str, shape))
        rows.append(
            [f"{name}, {size}", f"{cost / 1e6:.2f}", f"{full:.1f}", f"{half:.1f}", f"{full / half:.2f}", chosen]
        )
        numbers[f"{name} {size}"] = {"multiply_adds": cost, "float32": full, "bfloat16": half}
    header = ["model", "million multiply-adds", "float32, ms", "bfloat16, ms", "quicker", "chosen"]
    print(f"{format_table(header, rows)}\n\nBatches of {BATCH}. {describe_machine()}")
    write_results("precision", {"machine": describe_machine(), "results": numbers})


if __name__ == "__main__":
    main()
