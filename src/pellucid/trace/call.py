"""One operator at work: what went in and what came out, and what an explainer returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.trace.arithmetic import Factor, Floats

Position = tuple[int, ...]


@dataclass(frozen=True)
class Explained:
    """What an explainer says of one value; see `Arithmetic` for the fields."""

    formula: str
    terms: Floats
    factors: tuple[Factor, ...] = ()
    labels: tuple[str, ...] = ()
    note: str = ""
    magnitude: float | None = None


@dataclass(frozen=True)
class Call:
    """One call of an ATen operator.

    Attributes:
        operator: ATen name without namespace and overload, e.g. "conv2d".
        target: the operator itself.
        args, kwargs: as it was called, tensors in the place of graph nodes.
        output: what it returned; a tensor, or a tuple of them.
        memo: for what an explainer computes once for all positions.
    """

    operator: str
    target: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    output: Any
    memo: dict[str, Any] = field(default_factory=dict)

    def argument(self, name: str, default: Any = None) -> Any:
        """Return an argument by its name in the operator's schema, however it was passed."""
        for place, declared in enumerate(self.target._schema.arguments):
            if declared.name == name:
                if place < len(self.args):
                    return self.args[place]
                if name in self.kwargs:
                    return self.kwargs[name]
                return declared.default_value if declared.default_value is not None else default
        return default

    def tensor(self, name: str) -> Tensor:
        """Return a tensor argument."""
        value = self.argument(name)
        assert isinstance(value, Tensor)
        return value


def number(value: Tensor | float | int | bool) -> float:
    """Return a single number as a Python float."""
    return float(value.item() if isinstance(value, Tensor) else value)


def floats(tensor: Tensor) -> Floats:
    """Return a tensor as a float64 array of the same shape."""
    array: Floats = tensor.detach().to(torch.float64).numpy(force=True)
    return array


def one(value: float) -> Floats:
    """Return [1] float64."""
    return np.array([value], dtype=np.float64)


def broadcast(position: Position, tensor: Tensor) -> Position:
    """Return where a position of a broadcast result lies in one of its inputs."""
    tail = position[len(position) - tensor.ndim :] if tensor.ndim else ()
    return tuple(0 if size == 1 else place for place, size in zip(tail, tensor.shape, strict=True))
