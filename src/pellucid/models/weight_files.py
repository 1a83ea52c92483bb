"""Files of weights to tensors by name: safetensors, or a torch checkpoint opened in the way that runs no code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor

SAFETENSORS, CHECKPOINTS = (".safetensors",), (".pth", ".pt", ".bin", ".ckpt", ".tar")
_PREFERRED = ("model.safetensors", "pytorch_model.bin")
# How training programs pack the weights among other things; the averaged ones answer better, where there are some.
_WRAPPERS = ("state_dict_ema", "model_ema", "state_dict", "model_state_dict", "model", "net", "weights")
_PREFIXES = ("module.", "_orig_mod.", "model.")


def find_weight_file(path: Path) -> Path:
    """Return the file of weights that a path stands for: itself, or the one in a folder.

    Raises:
        DataError: there is none, or several.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise DataError(f"There is no file {path}.", expected="A file of weights, or a folder that holds one.")
    preferred = [path / name for name in _PREFERRED if (path / name).is_file()]
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
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as problem:
        raise DataError(f"{path} cannot be read as safetensors: {_one_line(problem)}.") from None


def _read_checkpoint(path: Path) -> Any:
    import torch

    try:
        # weights_only: torch's own reader of tensors and plain containers, which calls nothing that a file names.
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {_one_line(problem)}.") from None
    except Exception as problem:
        # Of what torch's reader refuses, its own words advise to open the file all the same.
        refused = type(problem).__name__ == "UnpicklingError"
        reason = "it is damaged, or holds more than tensors" if refused else _one_line(problem)[:200]
        raise DataError(
            f"{path} cannot be opened as a torch checkpoint of tensors alone ({reason}).",
            expected="A state_dict; what would run code is not opened.",
            fix="Save it again with torch.save(model.state_dict(), ...) or as safetensors.",
        ) from None


def _unwrap(path: Path, loaded: Any) -> dict[str, Tensor]:
    import torch

    while isinstance(loaded, Mapping) and not any(isinstance(value, torch.Tensor) for value in loaded.values()):
        inner = next((loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), Mapping)), None)
        if inner is None:
            break
        loaded = inner
    tensors = (
        {str(key): value for key, value in loaded.items() if isinstance(value, torch.Tensor)}
        if isinstance(loaded, Mapping)
        else {}
    )
    if not tensors:
        raise DataError(f"{path} holds no tensors by name.", expected="A state_dict, perhaps inside a dictionary.")
    for prefix in _PREFIXES:
        if all(key.startswith(prefix) for key in tensors):
            tensors = {key.removeprefix(prefix): value for key, value in tensors.items()}
    return tensors


def _as_float32(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    # Answers are float32, and what was stored in half precision should not make a model of two.
    return {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()}


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()).rstrip(".")
