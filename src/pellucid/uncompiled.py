"""torch's optimizers without its compiler, which they import only to keep it away: over a second of every start."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.optim import Optimizer

_EXEMPTED = "__dynamo_disable"
"""Where torch caches a method's exempted version."""


@contextmanager
def without_compiler() -> Iterator[None]:
    """Keep torch from importing its compiler only to exempt an optimizer's methods from it.

    torch wraps these methods so that the first call of each imports `torch._dynamo` and caches an exempted version on
    the original function. The original stands in for that version here, and is taken away again: whoever compiles
    something later in this process finds torch as it was.
    """
    originals = []
    if "torch._dynamo" not in sys.modules:
        methods = (Optimizer.add_param_group, Optimizer.state_dict, Optimizer.load_state_dict, Optimizer.zero_grad)
        originals = [method.__wrapped__ for method in methods if hasattr(method, "__wrapped__")]
    for original in originals:
        setattr(original, _EXEMPTED, original)
    try:
        yield
    finally:
        for original in originals:
            delattr(original, _EXEMPTED)


def update(optimizer: Optimizer) -> None:
    """Do the optimizer's step without torch's wrappers, which import its compiler to keep it away.

    What the wrappers do besides, profiling and hooks on the optimizer, is not used here. Gradients are off, as the
    wrappers have it for optimizers that are not differentiated through.
    """
    with torch.no_grad():
        inspect.unwrap(type(optimizer).step)(optimizer)
