"""Tensors in safetensors files that are not ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pellucid.errors import PellucidError
from pellucid.files.opening import check_plain, guarded


def load_tensors(
    path: Path, *, framework: str, error: type[PellucidError], what: str = ""
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read all tensors of a safetensors file, and its metadata.

    Args:
        path: of the file.
        framework: "pt" for torch's tensors on the CPU, "np" for arrays.
        error: the exception to raise.
        what: it is, for the message, e.g. "the checkpoint".

    Raises:
        error: the file is missing, no plain file, or damaged.
    """
    from safetensors import safe_open

    words = f"{what} " if what else ""
    with guarded(lambda reason: error(f"Cannot read {words}'{path}': {reason}.")):
        check_plain(path)
        with safe_open(path, framework=framework) as file:
            return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118 (not a dict)
