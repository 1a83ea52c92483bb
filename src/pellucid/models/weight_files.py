"""Files of weights to tensors by name: safetensors, or a torch checkpoint opened in the way that runs no code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import DataError
from pellucid.files import check_plain, guarded, load_tensors, reason_of

if TYPE_CHECKING:
    from torch import Tensor

SAFETENSORS, CHECKPOINTS = (".safetensors",), (".pth", ".pt", ".bin", ".ckpt", ".tar")
_PREFERRED = ("model.safetensors", "pytorch_model.bin")
# How training programs pack the weights among other things; the averaged ones answer better, where there are some.
_WRAPPERS = ("state_dict_ema", "model_ema", "state_dict", "model_state_dict", "model", "net", "weights")
_PREFIXES = ("module.", "_orig_mod.", "model.")
_DEEPEST = 8
"""Dictionaries in one another that weights are looked for in."""


def find_weight_file(path: Path) -> Path:
    """Return the file of weights that a path stands for: itself, or the one in a folder.

    Raises:
        DataError: there is none, or several.
    """
    if not os.path.exists(path):
        raise DataError(f"There is no file {path}.", expected="A file of weights, or a folder that holds one.")
    if not os.path.isdir(path):
        with guarded(lambda reason: DataError(f"{path} cannot be read: {reason}.")):
            check_plain(path)
        return path
    preferred = [path / name for name in _PREFERRED if os.path.isfile(path / name)]
    with guarded(lambda reason: DataError(f"The folder {path} cannot be looked into: {reason}.")):
        files = sorted(one for one in path.iterdir() if one.suffix.lower() in (*SAFETENSORS, *CHECKPOINTS))
    if not preferred and len(files) != 1:
        raise DataError(
            f"The folder {path} holds {len(files)} files of weights.",
            expected=f"{_PREFERRED[0]}, {_PREFERRED[1]}, or a single file of one of these kinds: "
            f"{', '.join((*SAFETENSORS, *CHECKPOINTS))}.",
            fix="Name the file itself.",
        )
    return preferred[0] if preferred else files[0]


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read a file of weights as tensors by name on the CPU, floats as float32.

    Raises:
        DataError: it is damaged, of another kind, or holds anything but tensors, such as a pickled object.
    """
    if path.suffix.lower() in SAFETENSORS:
        return _as_float32(_read_safetensors(path))
    if path.suffix.lower() in CHECKPOINTS:
        return _as_float32(_unwrap(path, _read_checkpoint(path)))
    raise DataError(
        f"{path} is no file of weights that can be read.", expected=f"{', '.join((*SAFETENSORS, *CHECKPOINTS))}."
    )


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    return load_tensors(path, framework="pt", error=DataError, what="as safetensors")[0]


def _read_checkpoint(path: Path) -> Any:
    import torch

    try:
        check_plain(path)
        # weights_only: torch's own reader of tensors and plain containers, which calls nothing that a file names.
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {reason_of(problem)}.") from None
    except Exception as problem:
        # Of what torch's reader refuses, its own words advise to open the file all the same.
        refused = type(problem).__name__ == "UnpicklingError"
        reason = "it is damaged, or holds more than tensors" if refused else reason_of(problem)
        raise DataError(
            f"{path} cannot be opened as a torch checkpoint of tensors alone ({reason}).",
            expected="A state_dict; what would run code is not opened.",
            fix="Save it again with torch.save(model.state_dict(), ...) or as safetensors.",
        ) from None


def _unwrap(path: Path, loaded: Any) -> dict[str, Tensor]:
    import torch

    for _ in range(_DEEPEST):  # a dictionary may hold itself
        if not isinstance(loaded, Mapping) or any(isinstance(value, torch.Tensor) for value in loaded.values()):
            break
        inner = next((loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), Mapping)), None)
        if inner is None:
            break
        loaded = inner
    else:
        raise DataError(
            f"{path} holds dictionaries in one another without an end.",
            expected="A state_dict, perhaps inside a dictionary.",
        )
    tensors = (
        {str(key): value for key, value in loaded.items() if isinstance(value, torch.Tensor)}
        if isinstance(loaded, Mapping)
        else {}
    )
    if not tensors:
        raise DataError(f"{path} holds no tensors by name.", expected="A state_dict, perhaps inside a dictionary.")
    for key, value in tensors.items():
        _check_own_numbers(path, key, value)
    for prefix in _PREFIXES:
        if all(key.startswith(prefix) for key in tensors):
            tensors = {key.removeprefix(prefix): value for key, value in tensors.items()}
    return tensors


def _as_float32(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    # Answers are float32, and what was stored in half precision should not make a model of two.
    return {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()}


def _check_own_numbers(path: Path, key: str, value: Tensor) -> None:
    """Raise DataError for a tensor that says it is larger than the numbers it has: it would fill the memory."""
    with guarded(lambda reason: DataError(f"{path} holds a tensor that cannot be read, '{key:.80}': {reason}.")):
        if value.numel() * value.element_size() > value.untyped_storage().nbytes():
            raise ValueError("it has fewer numbers than its shape needs")
