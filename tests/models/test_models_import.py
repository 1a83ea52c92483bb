"""timm and torchvision are imported without torch's compiler, which works as ever when somebody wants it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import torch
from pellucid.kinds import Form
from pellucid.models import build_model

for name in ("timm:mobilenetv2_100", "tv:squeezenet1_1"):
    build_model(name, form=Form(shape=(3, 32, 32)), outputs=2, seed=0)
assert "torch._dynamo" not in sys.modules, "the compiler was imported"

from timm.models.naflexvit import NaFlexRopeIterator
from torchvision.ops import roi_align

assert NaFlexRopeIterator.__next__.__name__ == "__next__"
square = torch.arange(16.0).view(1, 1, 4, 4)
pooled = roi_align(square, torch.tensor([[0.0, 0.0, 0.0, 4.0, 4.0]]), 2, aligned=True)
assert pooled.flatten().tolist() == [2.5, 4.5, 10.5, 12.5], pooled  # means of the four quarters
assert sys.modules["torchvision.ops.roi_align"].is_compile_supported("cpu")

import torch._dynamo

assert torch._dynamo.__file__ and torch._dynamo.utils.is_compile_supported("cpu")
doubled = torch.compile(lambda value: 2 * value, backend="eager", fullgraph=True)
assert doubled(torch.ones(3)).tolist() == [2.0, 2.0, 2.0]
"""


def test_building_a_librarys_model_leaves_the_compiler_alone_and_as_it_is() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
