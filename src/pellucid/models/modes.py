"""Looking at a module without leaving a mark on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put the module in evaluation mode, and each of its parts back in the mode it was in afterwards."""
    modes = [(part, part.training) for part in module.modules()]
    # Setting an attribute of a module is slow, and a large network that answers one picture at a time feels it.
    if any(training for _, training in modes):
        module.eval()
    try:
        yield
    finally:
        for part, training in modes:
            if part.training != training:
                part.training = training
