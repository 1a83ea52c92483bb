"""torch's optimizers without its compiler, which they import only to keep it away: over a second of every start."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch.optim import Optimizer

_EXEMPTED = "__dynamo_disable"
"""Where torch caches a method's exempted version."""
_LOCK = threading.Lock()
_BLOCKS: dict[Callable[..., object], int] = {}
"""In how many `with` blocks, of all threads, a method stands in for its own exempted version."""


@contextmanager
def without_compiler() -> Iterator[None]:
    """Keep torch from importing its compiler only to exempt an optimizer's methods from it.

    torch wraps these methods so that the first call of each imports `torch._dynamo` and caches an exempted version on
    the original function. The original stands in for that version here, and is taken away again: whoever compiles
    something later in this process finds torch as it was. Blocks may stand in one another, and in several threads: the
    last one that ends takes it away.
    """
    with _LOCK:
        originals = _originals() if _BLOCKS or "torch._dynamo" not in sys.modules else []
        for original in originals:
            _BLOCKS[original] = _BLOCKS.get(original, 0) + 1
            setattr(original, _EXEMPTED, original)
    try:
        yield
    finally:
        with _LOCK:
            for original in originals:
                _BLOCKS[original] -= 1
                if not _BLOCKS[original]:
                    del _BLOCKS[original]
                    delattr(original, _EXEMPTED)


def _originals() -> list[Callable[..., object]]:
    methods = (Optimizer.add_param_group, Optimizer.state_dict, Optimizer.load_state_dict, Optimizer.zero_grad)
    return [method.__wrapped__ for method in methods if hasattr(method, "__wrapped__")]


def update(optimizer: Optimizer) -> None:
    """Do the optimizer's step without torch's wrappers, which import its compiler to keep it away.

    What the wrappers do besides, profiling and hooks on the optimizer, is not used here. Gradients are off, as the
    wrappers have it for optimizers that are not differentiated through.
    """
    with torch.no_grad():
        inspect.unwrap(type(optimizer).step)(optimizer)
