"""Running a trained network over examples, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.doing import Moved, doing
from pellucid.models import head
from pellucid.preprocessing import Prepared

BATCH = 256
MOST_FEATURES = 16_384
"""A last layer that reads more numbers than this reads pixels, not features; keeping them all would fill the memory."""


@dataclass(frozen=True)
class Outputs:
    """What the network gives for N examples.

    Attributes:
        raw: [N, outputs] float32, before softmax or scaling.
        features: [N, D] float32, what its last layer reads; None where there is no such layer, or D is too large.
    """

    raw: NDArray[np.float32]
    features: NDArray[np.float32] | None

    @property
    def is_finite(self) -> NDArray[np.bool_]:
        """[N]: whether all numbers of an example are finite; of others nothing can be said."""
        finite = np.asarray(np.isfinite(self.raw).all(axis=1), np.bool_)
        return finite if self.features is None else np.logical_and(finite, np.isfinite(self.features).all(axis=1))

    def at(self, indices: NDArray[np.int64]) -> Outputs:
        """Return those of the examples at some indices, in their order."""
        return Outputs(self.raw[indices], None if self.features is None else self.features[indices])

    def with_zeros(self) -> Outputs:
        """Return them with zeros in the place of those examples' numbers that are not finite."""
        finite = self.is_finite[:, None]
        features = None if self.features is None else np.where(finite, self.features, 0)
        return Outputs(np.where(finite, self.raw, 0), features)


@torch.no_grad()
def run_network(
    model: nn.Module,
    inputs: Prepared | NDArray[Any],
    *,
    size: int,
    width: int,
    to_tensor: Callable[[NDArray[Any]], Tensor],
    lengths: NDArray[np.int64] | None = None,
    seen: Callable[[Tensor, NDArray[np.int64]], Tensor] | None = None,
) -> Outputs:
    """Run a network over N prepared inputs, and keep what its last layer reads.

    Args:
        model: in evaluation mode.
        inputs: as `to_tensor` takes them.
        size: examples at once.
        width: how many numbers the network gives per example.
        to_tensor: from prepared inputs to what the network takes.
        lengths: [N] places of each example that hold something: those of like length are answered together, without the
            rest, which changes no answer; None where all places count.
        seen: from inputs and their indices among the N to what the network is to see of them; None for themselves.
    """
    order = None if lengths is None else np.argsort(lengths, kind="stable")
    caught: list[Tensor] = []
    last = head(model)
    hook = (
        last.register_forward_pre_hook(lambda _, args: caught.append(args[0].flatten(1))) if last is not None else None
    )
    raw: list[Tensor] = []
    features: list[Tensor] = []
    try:
        for start, moved in _in_steps(len(inputs), size):
            moved(start)
            caught.clear()
            batch = to_tensor(part_of(inputs, start, start + size, order, lengths))
            if seen is not None:
                batch = seen(batch, (np.arange(len(inputs)) if order is None else order)[start : start + size])
            raw.append(model(batch).float().cpu())
            if caught and len(caught[0]) == len(batch) and caught[0].shape[1] <= MOST_FEATURES:
                features.append(caught[0].float().cpu())
    finally:
        if hook is not None:
            hook.remove()
    if not raw:
        return Outputs(np.zeros((0, width), np.float32), None)
    whole = len(features) == len(raw)
    found = Outputs(torch.cat(raw).numpy(), torch.cat(features).numpy() if whole else None)
    return found if order is None else found.at(np.argsort(order, kind="stable"))


def part_of(
    inputs: Prepared | NDArray[Any],
    start: int,
    stop: int,
    order: NDArray[np.int64] | None,
    lengths: NDArray[np.int64] | None,
) -> NDArray[Any]:
    """Return some inputs that follow one another in an order, cut to the longest of them."""
    if order is None or lengths is None:
        return inputs[start:stop]
    indices = order[start:stop]
    part = inputs[indices] if isinstance(inputs, np.ndarray) else inputs.take(indices)
    return np.ascontiguousarray(part[:, : max(1, int(lengths[indices].max()))])


def _in_steps(count: int, size: int) -> Iterator[tuple[int, Moved]]:
    """Yield where each batch begins, and what is told how far the answering has come, where there are several."""
    if count <= size:
        yield from ((start, lambda _done: None) for start in range(0, count, size))
        return
    with doing("answering", count) as moved:
        yield from ((start, moved) for start in range(0, count, size))
