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
    # 63 bits, for torch takes seeds as signed numbers. Not Python's `hash`, which differs from process to process.
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def epoch_order(num_examples: int, *, seed: int, epoch: int) -> Tensor:
    """Return [N] int64: the order in which epoch `epoch` visits the examples."""
    return torch.randperm(num_examples, generator=Generator().manual_seed(seed_for(seed, "order", epoch)))


def balanced_order(strata: Tensor, *, seed: int, epoch: int) -> Tensor:
    """Return [N] int64: an order in which each class appears equally often, in an epoch as long as ever.

    Of a large class each epoch shows another part; a small one is shown again and again, each time in another order.
    An example's r-th repetition stands as its index + r N, so that it can be augmented in another way.

    Args:
        strata: [N] int64, the class of each example.
        seed: of the run.
        epoch: of the training.
    """
    generator = Generator().manual_seed(seed_for(seed, "balanced order", epoch))
    num_examples, kinds = len(strata), torch.unique(strata)
    quota, more = divmod(num_examples, len(kinds))
    # Which classes get one more changes with the epoch, so that none is favoured in the long run.
    extra = (torch.randperm(len(kinds), generator=generator) < more).long()
    shown = []
    for kind, one_more in zip(kinds, extra.tolist(), strict=True):
        members = torch.nonzero(strata == kind).squeeze(1)
        wanted = quota + one_more
        rounds = -(-wanted // len(members))
        # Whole passes over a small class, each shuffled: no example comes r + 1 times before all others came r times.
        passes = [
            members[torch.randperm(len(members), generator=generator)] + repetition * num_examples
            for repetition in range(rounds)
        ]
        shown.append(torch.cat(passes)[:wanted] if passes else members[:0])
    order = torch.cat(shown)
    return order[torch.randperm(len(order), generator=generator)]


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
