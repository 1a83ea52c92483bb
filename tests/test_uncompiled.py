"""torch's optimizers without its compiler: blocks in one another and in several threads."""

from __future__ import annotations

import subprocess
import sys

NESTED = """
import sys, threading
import torch
from torch.optim import Optimizer
from pellucid.uncompiled import without_compiler

original = Optimizer.zero_grad.__wrapped__
with without_compiler():
    with without_compiler():
        pass
    assert hasattr(original, "__dynamo_disable")
    inside, done = threading.Event(), threading.Event()

    def other():
        with without_compiler():
            inside.set()
            done.wait()

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait()
assert hasattr(original, "__dynamo_disable")
torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1).zero_grad()
done.set()
thread.join()
assert not hasattr(original, "__dynamo_disable")
assert "torch._dynamo" not in sys.modules
"""


def test_the_last_block_that_ends_leaves_torch_as_it_was() -> None:
    # A process of its own: here something may have imported the compiler already.
    ran = subprocess.run([sys.executable, "-c", NESTED], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
