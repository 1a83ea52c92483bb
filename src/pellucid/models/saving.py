"""A network's weights in a file that any program can read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.files import write_atomically

if TYPE_CHECKING:
    from torch import nn


def save_state(model: nn.Module, path: Path) -> Path:
    """Write a model's state dict as safetensors, with its own names, and return the path.

    Raises:
        OSError: it cannot be written.
    """
    from safetensors.torch import save_file

    # A copy each: safetensors takes neither shared storage (tied weights) nor strides (channels-last).
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in model.state_dict().items()}
    write_atomically(path, lambda beside: save_file(tensors, beside))
    return path
