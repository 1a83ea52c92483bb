"""Tensors in files: what was written is read again, and a bit that turned over is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from pellucid.errors import RunError
from pellucid.files import load_tensors, save_tensors
from pellucid.files.tensors import checksum_of


def test_tensors_with_a_checksum_are_refused_when_a_single_bit_of_them_turned_over(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([True, False]), "c": np.zeros((0, 2))}
    save_tensors(path, arrays, {"kept": "beside"})
    found, metadata = load_tensors(path, framework="pt", error=RunError)
    assert {name: tensor.tolist() for name, tensor in found.items()} == {
        name: array.tolist() for name, array in arrays.items()
    }
    assert metadata == {"kept": "beside", "crc32": checksum_of(found), "seal": metadata["seal"]}
    assert checksum_of(found) == checksum_of(arrays)
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in range(start, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        for framework in ("pt", "np"):
            with pytest.raises(RunError, match="their checksum differs"):
                load_tensors(path, framework=framework, error=RunError)


def test_tensors_of_any_kind_of_number_have_a_checksum_and_those_without_one_are_read(tmp_path: Path) -> None:
    for number, kind in enumerate((torch.bfloat16, torch.float16, torch.float64, torch.int64, torch.uint8, torch.bool)):
        path = tmp_path / f"{number}.safetensors"
        save_tensors(path, {"a": torch.ones(3, 2).to(kind), "b": torch.ones(()).to(kind)})
        assert load_tensors(path, framework="pt", error=RunError)[0]["a"].dtype is kind
    save_file({"a": np.ones(2)}, tmp_path / "older.safetensors")
    assert load_tensors(tmp_path / "older.safetensors", framework="np", error=RunError)[0]["a"].tolist() == [1, 1]


def test_no_bit_of_the_names_and_the_metadata_turns_over_unseen(tmp_path: Path) -> None:
    """Not even in the name of the checksum, without which the numbers would be taken for those of an older version."""
    path = tmp_path / "x.safetensors"
    save_tensors(path, {"a": np.arange(3, dtype=np.float32)}, {"standing": '{"epoch": 3}'})
    whole = path.read_bytes()
    honest = load_tensors(path, framework="np", error=RunError)
    for place in range(8 + int.from_bytes(whole[:8], "little")):
        for bit in range(8):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            try:
                tensors, metadata = load_tensors(path, framework="np", error=RunError)
            except RunError:
                continue
            same = {name: words for name, words in metadata.items() if name in honest[1]}
            assert tensors["a"].tolist() == [0, 1, 2], place
            assert all(honest[1][name] == words for name, words in same.items()), place
