"""The peer: a training loop in plain PyTorch, written by hand, all pictures in memory as float tensors.

What somebody who knows PyTorch writes who wants it quick: no DataLoader, one shuffle per epoch, one fused optimizer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer


@dataclass(frozen=True)
class Examples:
    """Pictures and labels.

    Attributes:
        inputs: [N, C, H, W] float32, normalised.
        targets: [N] int64.
    """

    inputs: Tensor
    targets: Tensor


def step(model: nn.Module, optimizer: Optimizer, train: Examples, places: Tensor) -> None:
    """Learn from one batch."""
    logits = model(train.inputs[places].contiguous(memory_format=torch.channels_last))
    loss = functional.cross_entropy(logits, train.targets[places])
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def endless_steps(model: nn.Module, train: Examples, *, batch: int) -> Iterator[None]:
    """Train with Adam, epoch after epoch; one step each time the next is asked for."""
    model = model.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    while True:
        for places in torch.split(torch.randperm(len(train.inputs)), batch):
            step(model, optimizer, train, places)
            yield


def seconds_per_epoch(model: nn.Module, train: Examples, val: Examples, *, batch: int, epochs: int) -> list[float]:
    """Train with Adam and return the seconds of each epoch, its validation included."""
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    seconds = []
    for _ in range(epochs):
        started = time.perf_counter()
        model.train()
        order = torch.randperm(len(train.inputs))
        for places in torch.split(order, batch):
            step(model, optimizer, train, places)
        model.eval()
        with torch.no_grad():
            correct = sum(
                int((model(inputs).argmax(1) == targets).sum())
                for inputs, targets in zip(torch.split(val.inputs, 512), torch.split(val.targets, 512), strict=True)
            )
        seconds.append(time.perf_counter() - started)
        assert correct >= 0
    return seconds
