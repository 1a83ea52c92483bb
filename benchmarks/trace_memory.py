"""Does a trace hold more than the activations of one example? Bytes that torch allocates, counted by its profiler."""

from __future__ import annotations

import argparse
import gc
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from measuring import describe_machine, format_table, write_results
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from trace_exactness import CASES

from pellucid.trace import trace

BOUND = 1.2


class Activations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the bytes of every value that an ordinary forward pass computes; what only views another is none."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        read = {one.untyped_storage().data_ptr() for one in args if isinstance(one, torch.Tensor)}
        for one in result if isinstance(result, tuple | list) else [result]:
            is_new = isinstance(one, torch.Tensor) and one.untyped_storage().data_ptr() not in read
            # An operator that works in place makes a new value in an old place: a trace shows both.
            if isinstance(one, torch.Tensor) and (is_new or func._schema.is_mutable):
                self.bytes += one.numel() * one.element_size()
        return result


def allocated(function: Callable[[], Any]) -> tuple[Any, int, int]:
    """Return what a function returns, the bytes that are held afterwards, and the most that were held on the way."""
    gc.collect()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        result = function()
    events = [event for event in profiled.profiler.kineto_results.events() if event.name() == "[memory]"]
    now = most = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        now += event.nbytes()
        most = max(most, now)
    return result, now, most


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only the models whose name holds this")
    options = parser.parse_args()
    rows, numbers = [], {}
    warnings.simplefilter("ignore")
    for name, (make, shape) in CASES.items():
        if options.only not in name:
            continue
        torch.manual_seed(0)
        model, example = make().eval(), torch.randn(shape)
        with torch.no_grad(), Activations() as activations:
            model(example[None])
        trace(model, example)
        started = time.perf_counter()
        trace(model, example)
        seconds = time.perf_counter() - started
        held, most = allocated(partial(trace, model, example))[1:]
        ratio = held / activations.bytes
        cells = [f"{size / 1e6:.1f}" for size in (activations.bytes, held, most)]
        rows.append([name, *cells, f"{ratio:.2f}", "yes" if ratio <= BOUND else "NO", f"{seconds:.2f}"])
        numbers[name] = {"activations": activations.bytes, "held": held, "most": most, "seconds": seconds}
        print("  ".join(rows[-1]), flush=True)
    header = ["model", "activations, MB", "held by a trace, MB", "most on the way, MB", "held / activations"]
    print(f"\n{format_table([*header, 'within 1.2', 'trace, s'], rows)}\n\n{describe_machine()}")
    write_results("trace_memory", {"machine": describe_machine(), "results": numbers})


if __name__ == "__main__":
    main()
