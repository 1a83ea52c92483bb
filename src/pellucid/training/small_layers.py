"""The weights of a run's small dense layers, for a drawing: read from its best checkpoint, without its network."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.errors import RunError
from pellucid.files import check_plain, guarded
from pellucid.models import DRAWN_UNITS
from pellucid.runs import RunFolder, RunRecord
from pellucid.training.checkpoint import BEST

_WEIGHTS = "model/model/"
"""How the keys of the network's parameters begin in a checkpoint; see `checkpoint.py`."""


def drawn_weights(folder: RunFolder, record: RunRecord) -> dict[str, dict[str, Any]]:
    """Return weights and biases of a run's small dense layers, as far as it has any yet.

    Returns:
        "weights" and "biases", by the layer's name. Both are empty before the first epoch is finished, and where the
        file cannot be read: answering will say what is wrong, a drawing of it would be none.
    """
    names = [layer.name for layer in record.model.layers if layer.operator == "Linear"]
    try:
        with guarded(RunError):
            return _read(folder, names)
    except RunError:
        return {"weights": {}, "biases": {}}


def _read(folder: RunFolder, names: list[str]) -> dict[str, dict[str, Any]]:
    from safetensors import safe_open

    found: dict[str, dict[str, Any]] = {"weights": {}, "biases": {}}
    path = folder.checkpoints / BEST
    check_plain(path)
    with safe_open(path, framework="np") as file:
        keys = set(file.keys())
        for name in names:
            key = f"{_WEIGHTS}{name}." if name else _WEIGHTS
            shape = file.get_slice(f"{key}weight").get_shape() if f"{key}weight" in keys else []
            if len(shape) != 2 or not 0 < max(shape) <= DRAWN_UNITS or not min(shape):
                continue
            weights = file.get_tensor(f"{key}weight")
            biases = file.get_tensor(f"{key}bias") if f"{key}bias" in keys else np.zeros(shape[0])
            if biases.shape == (shape[0],) and np.isfinite(weights).all() and np.isfinite(biases).all():
                found["weights"][name] = weights.tolist()
                if f"{key}bias" in keys:
                    found["biases"][name] = biases.tolist()
    return found
