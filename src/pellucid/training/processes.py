"""Several processes that train one model together, started by torchrun: each takes its share of every batch.

A batch's gradient is the sum of the shares' gradients, weighted by their examples (or what these count): with as many
examples per step, the training is the one of a single process, but for rounding. Batch normalisation takes its
statistics, and dropout its random numbers, from each process's own share. The first process decides, writes and speaks;
the others follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.distributed as dist
from torch import Tensor, nn

from pellucid.errors import RecipeError
from pellucid.records import Decision
from pellucid.torchrun import how_started

# torch's own base classes: those of one, two and three dimensions, and modules derived from them.
NORMS_AND_DROPOUT = (nn.modules.batchnorm._BatchNorm, nn.modules.dropout._DropoutNd)


@dataclass(frozen=True)
class Processes:
    """The processes of one training, seen from one of them. With a count of 1, every method leaves things as they are.

    Attributes:
        rank: of this process, from 0.
        count: how many there are.
        left_over: what is said of torchrun's variables where it did not start this process; "" for nothing.
    """

    rank: int = 0
    count: int = 1
    left_over: str = ""

    @property
    def is_first(self) -> bool:
        """Whether this process decides, writes and speaks."""
        return self.rank == 0

    def share(self, indices: Tensor) -> Tensor:
        """Return this process's part of a batch's indices ([N]); the parts differ by one in length at most."""
        return indices if self.count == 1 else torch.tensor_split(indices, self.count)[self.rank]

    def sum_gradients(self, models: Iterable[nn.Module], units: float) -> None:
        """Put the gradient of the whole batch's mean loss in the place of that of this share's mean loss.

        Args:
            models: whose gradients.
            units: over how many units (examples, or what they count) this share's loss is a mean.
        """
        if self.count == 1:
            return
        parameters = [parameter for model in models for parameter in model.parameters() if parameter.requires_grad]
        if not parameters:
            return
        here = [parameter.grad for parameter in parameters]
        flat = [
            (torch.zeros_like(parameter) if grad is None else grad).flatten().float()
            for parameter, grad in zip(parameters, here, strict=True)
        ]
        # What no process has a gradient for must stay without: a zero would still be decayed.
        known = torch.tensor([float(grad is not None) for grad in here], device=flat[0].device)
        weight = torch.ones(1, device=flat[0].device)
        # Means of shares of different sizes cannot be averaged: each is made a sum again, and divided by all units. All
        # in one exchange: a message per parameter would wait for the network a hundred times a step.
        whole = torch.cat([torch.cat(flat), known, weight]).mul_(units)
        dist.all_reduce(whole)
        total = whole[-1].item()
        start = 0
        for number, (parameter, grad) in enumerate(zip(parameters, here, strict=True)):
            end = start + parameter.numel()
            if whole[len(whole) - 1 - len(parameters) + number] > 0:
                summed = (whole[start:end] / total).view_as(parameter).to(parameter.dtype)
                if grad is None:
                    parameter.grad = summed
                else:
                    grad.copy_(summed)
            start = end

    def sum_values(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the sum of each value over the processes; all must have the same names."""
        if self.count == 1:
            return dict(values)
        summed = torch.tensor([values[name] for name in sorted(values)], dtype=torch.float64)
        dist.all_reduce(summed)
        return dict(zip(sorted(values), summed.tolist(), strict=True))

    def of_the_first(self, *values: float) -> list[float]:
        """Return the values that the first process has."""
        if self.count == 1:
            return list(values)
        told = torch.tensor(values, dtype=torch.float64)
        dist.broadcast(told, src=0)
        found: list[float] = told.tolist()
        return found

    def indices_of_the_first(self, indices: Sequence[int], count: int) -> list[int]:
        """Return the indices, in 0..count - 1 and ascending, that the first process has."""
        if self.count == 1:
            return list(indices)
        told = torch.zeros(count, dtype=torch.uint8)
        told[torch.tensor(indices, dtype=torch.int64)] = 1
        dist.broadcast(told, src=0)
        found: list[int] = told.nonzero().flatten().tolist()
        return found

    def gather_rows(self, rows: Tensor, own: Sequence[int], shared: Sequence[int]) -> None:
        """Fill in [N, ...] rows that the processes share, in place; all others become the first process's.

        Args:
            rows: on the CPU.
            own: which of the shared rows this process has made.
            shared: which rows were shared, each made by one process.
        """
        if self.count == 1:
            return
        has = torch.full((len(rows),), self.is_first)
        has[torch.tensor(shared, dtype=torch.int64)] = False
        has[torch.tensor(own, dtype=torch.int64)] = True
        rows[~has] = 0.0
        dist.all_reduce(rows)  # one number and zeros: the sum is exact

    def text_of_the_first(self, text: str) -> str:
        """Return the text that the first process has."""
        if self.count == 1:
            return text
        size = int(self.of_the_first(len(text.encode()))[0])
        told = torch.zeros(size, dtype=torch.uint8)
        if self.is_first:
            told.copy_(torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8))
        dist.broadcast(told, src=0)
        return bytes(told.tolist()).decode()

    def follow_weights(self, models: Iterable[nn.Module]) -> None:
        """Give every process the first one's parameters and buffers."""
        for model in models if self.count > 1 else ():
            for parameter in model.parameters():
                _follow(parameter.data)
            self.follow_buffers([model])

    def follow_buffers(self, models: Iterable[nn.Module]) -> None:
        """Give every process the first one's buffers: the running statistics of batch normalisation."""
        for model in models if self.count > 1 else ():
            for buffer in model.buffers():
                _follow(buffer)

    def wait(self) -> None:
        """Wait until every process is here."""
        self.of_the_first(0.0)

    def check_batches(self, smallest: int) -> None:
        """Raise RecipeError when the smallest batch has fewer examples than there are processes."""
        if smallest < self.count:
            raise RecipeError(
                f"A batch of {smallest} examples cannot be shared among {self.count} processes.",
                expected="At least one example for each.",
                fix="Raise --batch, or start fewer processes.",
            )

    def describe(self, model: nn.Module) -> list[Decision]:
        """Return what is said about a training of several processes; nothing for one that nobody took for a part."""
        if self.count == 1:
            return [Decision(name="processes", value="1", reason=self.left_over)] if self.left_over else []
        reason = "started by torchrun; each takes its share of every batch, and their gradients are summed"
        if any(isinstance(part, NORMS_AND_DROPOUT) for part in model.modules()):
            reason += "; batch normalisation and dropout see their own share, so another number of processes "
            reason += "gives another result"
        return [Decision(name="processes", value=str(self.count), reason=reason)]


def _follow(tensor: Tensor) -> None:
    plain = tensor.detach().contiguous()  # channels-last weights are not
    dist.broadcast(plain, src=0)
    tensor.copy_(plain)


ALONE = Processes()


def these_processes() -> Processes:
    """Return the processes that torchrun started, connected to one another; one alone where it did not.

    Raises:
        RecipeError: this build of torch cannot connect them.
    """
    started, left_over = how_started()
    if started.count == 1:
        return Processes(left_over=left_over)
    return _connect(started.rank, started.count)


@lru_cache(maxsize=1)
def _connect(rank: int, count: int) -> Processes:
    if not dist.is_available():
        raise RecipeError("This build of torch cannot train with several processes.", fix="Start one: pellucid train.")
    if not dist.is_initialized():
        # Small things (texts, sums) travel on the CPU, whatever the gradients do.
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        dist.init_process_group(backend)
    return Processes(rank, count)


def own_device(device: torch.device) -> torch.device:
    """Return the accelerator of this process, where torchrun started one per accelerator."""
    started, _ = how_started()
    if device.type != "cuda" or device.index is not None or started.count == 1:
        return device
    return torch.device("cuda", started.local_rank)
