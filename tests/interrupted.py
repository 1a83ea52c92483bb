"""Trainings that are stopped, killed or shared by two processes, and whether they come to the same."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from safetensors.torch import load_file

from pellucid import Run
from pellucid.training import NullProgress


class StopsAfter(NullProgress):
    """Ends a training after an epoch, as Ctrl-C does."""

    def __init__(self, epoch: int = 1) -> None:
        self.epoch = epoch

    def ended_epoch(self, row: Mapping[str, float], *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.epoch:
            raise KeyboardInterrupt


def same_weights(one: Run, other: Run) -> bool:
    """Return whether both checkpoints of two runs are equal, bit for bit."""
    pairs = [
        [load_file(each.folder.checkpoints / f"{file}.safetensors") for each in (one, other)]
        for file in ("best", "last")
    ]
    return all(a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a) for a, b in pairs)


_KILLED_AND_TOGETHER = """
import os, signal, socket, sys
from pathlib import Path
from {module} import train
from pellucid.training import NullProgress

class Killed(NullProgress):
    def ended_epoch(self, row, *, num_epochs, is_best):
        if row["epoch"] == 2:
            os.kill(os.getpid(), signal.SIGKILL)

def apart(expected, **others):
    child = os.fork()
    if child == 0:
        train(Path(sys.argv[1]), **others)
        os._exit(0)
    return child, expected

children = [apart(-signal.SIGKILL, name="killed", progress=Killed())]
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = str(free.getsockname()[1])
for rank in ("0", "1"):
    os.environ.update(RANK=rank, LOCAL_RANK=rank, WORLD_SIZE="2", LOCAL_WORLD_SIZE="2")
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    children.append(apart(0, name="together", **{together!r}))
for child, expected in children:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == expected
"""


def killed_and_together(module: str, **together: object) -> str:
    """Return a program that trains "killed" until SIGKILL in its second epoch, and "together" in two processes.

    Args:
        module: a test's, whose `train(folder, **choices)` trains in the folder that the program is given.
        together: choices of the second training alone.
    """
    return _KILLED_AND_TOGETHER.format(module=module, together=together)
