"""Files of weights beside their cards: whole, or refused before they are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pellucid.errors import DataError
from pellucid.store import KNOWN_WEIGHTS, StoredWeights


def _stored(path: Path, content: bytes) -> StoredWeights:
    path.write_bytes(content)
    facts = {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return StoredWeights(KNOWN_WEIGHTS[0].model_copy(update=facts), path, "store")


def test_weights_are_checked_byte_for_byte(tmp_path: Path) -> None:
    stored = _stored(tmp_path / "a.safetensors", b"numbers")
    stored.check()
    stored.path.write_bytes(b"Numbers")
    with pytest.raises(DataError, match=r"are damaged: their sha256 is [0-9a-f]{64}"):
        stored.check()


def test_a_file_that_is_all_hole_is_not_read_to_its_end(tmp_path: Path) -> None:
    stored = _stored(tmp_path / "a.safetensors", b"numbers")
    with stored.path.open("rb+") as file:
        file.truncate(1 << 42)
    with pytest.raises(DataError, match=f"are damaged: they have {1 << 42:,} bytes"):
        stored.check()
