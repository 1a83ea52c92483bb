"""Work that is done in smaller parts where the memory does not hold it whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

from pellucid.data import is_out_of_memory
from pellucid.errors import RunError

Result = TypeVar("Result")

# 2^20 float32 numbers are 4 MiB, 2^24 are 64 MiB.
_NUMBERS = {"cpu": 1 << 20}
_MOST_NUMBERS = 1 << 24
TOO_LITTLE = "Use a smaller --imgsz, a smaller --model, another --device, or give the process more memory."


def batch_within(most: int, width: int, device: torch.device) -> int:
    """Return how many examples are answered at once: at most `most`, and at most 4 MiB of inputs (64 on a GPU).

    A network's activations are many times its inputs. A CPU is quicker with fewer pictures, if these are large: blocks
    beyond 32 MiB glibc takes anew from the system for every layer, which costs as much as computing.

    Args:
        most: examples.
        width: float32 numbers of one example's input.
        device: where the network is.
    """
    return max(1, min(most, _NUMBERS.get(device.type, _MOST_NUMBERS) // max(1, width)))


def halving(size: int, work: Callable[[int], Result], *, smaller: Callable[[int], None] | None = None) -> Result:
    """Return `work(size)`; where memory runs out, that of half the size, and so on.

    Args:
        size: most examples at once.
        work: does the whole of it with at most so many examples at once.
        smaller: told every smaller size.

    Raises:
        RunError: memory runs out with one example at a time.
    """
    while True:
        try:
            return work(size)
        except (RuntimeError, MemoryError) as problem:
            if not is_out_of_memory(problem):
                raise
        # Outside the handler: the exception's frames hold the tensors that filled the memory.
        if size == 1:
            raise RunError("Memory ran out on a single example.", fix=TOO_LITTLE)
        size = -(-size // 2)
        empty_caches()
        if smaller is not None:
            smaller(size)


def empty_caches() -> None:
    """Give back what the accelerator's allocator holds for later."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
