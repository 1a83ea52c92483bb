"""Tensors in safetensors files: ours with a checksum of their numbers, and those that are not ours."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pellucid.errors import PellucidError
from pellucid.files.opening import check_plain, guarded
from pellucid.files.writing import write_atomically

CHECKSUM = "crc32"
"""The entry of a file's metadata that has the checksum: a bit that turned over on a disk would be another answer."""
SEAL = "seal"
"""The entry that has the checksum of the metadata, the other checksum among it. Files of older versions have none."""


def save_tensors(
    path: Path,
    tensors: Mapping[str, Any],
    metadata: Mapping[str, str] | None = None,
    *,
    within: Path | None = None,
) -> None:
    """Write torch tensors, or arrays, as a safetensors file with their checksum, atomically.

    Args:
        path: of the file.
        tensors: by name, all torch tensors on the CPU or all arrays; contiguous, none sharing storage with another.
        metadata: kept beside the checksum.
        within: the folder that was named, as of `write_atomically`.

    Raises:
        OSError, WritingError: as of `write_atomically`.
    """
    kind = "torch" if all(hasattr(tensor, "untyped_storage") for tensor in tensors.values()) else "numpy"
    save_file = import_module(f"safetensors.{kind}").save_file
    beside_them = {**(metadata or {}), CHECKSUM: checksum_of(tensors)}
    beside_them[SEAL] = _seal_of(beside_them)

    def write(beside: Path) -> None:
        save_file(dict(tensors), beside, metadata=beside_them)
        _sort_metadata(beside)

    write_atomically(path, write, within=within)


def _sort_metadata(path: Path) -> None:
    """Put the entries of a file's metadata into their order: safetensors writes them in one that chance draws.

    The same training is to leave the same bytes. The header is a length (8 bytes, little endian), then JSON, filled up
    with blanks (https://github.com/huggingface/safetensors#format).
    """
    with path.open("r+b") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        if len(text) <= length:  # else something is spelt otherwise, and the order stays
            file.seek(8)
            file.write(text.ljust(length))


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
        error: the file is missing, no plain file, or damaged; where it has a checksum, also in a single number, and
            where it is sealed, in what stands beside the numbers.
    """
    from safetensors import safe_open

    words = f"{what} " if what else ""
    with guarded(lambda reason: error(f"Cannot read {words}'{path}': {reason}.")):
        check_plain(path)
        with safe_open(path, framework=framework) as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)
        if SEAL in metadata and metadata[SEAL] != _seal_of(metadata):
            raise ValueError("what stands beside its numbers is not what was written (its checksum differs)")
        if CHECKSUM in metadata and metadata[CHECKSUM] != checksum_of(tensors):
            raise ValueError("its numbers are not those that were written (their checksum differs)")
        return tensors, metadata


def checksum_of(tensors: Mapping[str, Any]) -> str:
    """Return the CRC-32 of tensors or arrays in hexadecimal: of their names, kinds of number, shapes and bytes."""
    found = 0
    for name in sorted(tensors):
        tensor = tensors[name]
        head = f"{name}\n{str(tensor.dtype).removeprefix('torch.')}\n{tuple(tensor.shape)}\n"
        found = zlib.crc32(_bytes_of(tensor), zlib.crc32(head.encode(), found))
    return f"{found:08x}"


def _seal_of(metadata: Mapping[str, str]) -> str:
    """Return the CRC-32 of a file's metadata but the seal itself, in hexadecimal."""
    told = sorted((name, words) for name, words in metadata.items() if name != SEAL)
    return f"{zlib.crc32(json.dumps(told).encode()):08x}"


def _bytes_of(tensor: Any) -> Any:
    if not hasattr(tensor, "untyped_storage"):
        import numpy as np

        return np.ascontiguousarray(tensor).reshape(-1).view(np.uint8)
    import torch

    plain = tensor.detach().contiguous()
    plain = torch.view_as_real(plain) if plain.is_complex() else plain
    return plain.reshape(-1).view(torch.uint8).numpy()
