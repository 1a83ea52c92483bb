"""Randomness without hidden state: every random thing is a function of the seed and of where the training stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Generator, Tensor


def seed_for(seed: int, *place: int | str) -> int:
    """Return a 63-bit seed for one place in a training, e.g. `seed_for(0, "order", epoch)`.

    Nearby places give unrelated seeds (BLAKE2b), so no generator's state needs to be saved in a checkpoint.
    """
    text = "/".join(str(part) for part in (seed, *place))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def epoch_order(num_examples: int, *, seed: int, epoch: int) -> Tensor:
    """Return [N] int64: the order in which epoch `epoch` visits the examples."""
    return torch.randperm(num_examples, generator=Generator().manual_seed(seed_for(seed, "order", epoch)))


@contextmanager
def forked_randomness(device: torch.device) -> Iterator[None]:
    """Give the global generators back as they were: a training does not disturb its caller's random numbers."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield


def seed_globally(seed: int, device: torch.device) -> None:
    """Seed what dropout and its like draw from, on the CPU and on `device`."""
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)
