"""Fingerprints: short texts that change if and only if the data, or the splits, change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets
from pellucid.kinds import SPLITS, SplitName


def fingerprint_data(
    header: Mapping[str, Any],
    *,
    names: Sequence[str] | None,
    content: Sequence[bytes],
    targets: NDArray[Any] | AddressedTargets,
    weights: NDArray[np.float64] | None = None,
) -> str:
    """Return "sha256:..." of a dataset.

    Args:
        header: what holds for all examples, JSON types (kind, classes, columns, ...).
        names: relative names, or None where examples are known by their index.
        content: a digest of each example's content.
        targets: [N] int64 or float64; or addresses, which have a digest of their own.
        weights: [N] float64 of the examples, where the data bring some.
    """
    digest = hashlib.sha256(json.dumps(header, sort_keys=True, ensure_ascii=False).encode())
    digest.update(_framed([name.encode() for name in names] if names is not None else []))
    digest.update(_framed(content))
    if isinstance(targets, AddressedTargets):
        digest.update(targets.digest())
    else:
        digest.update(np.ascontiguousarray(targets).astype(targets.dtype.newbyteorder("<")).tobytes())
    if weights is not None:
        digest.update(b"weights" + np.ascontiguousarray(weights, dtype="<f8").tobytes())
    return f"sha256:{digest.hexdigest()}"


def fingerprint_splits(splits: Mapping[SplitName, NDArray[np.int64]], count: int) -> str:
    """Return "sha256:..." of which of `count` examples lies in which split."""
    assignment = np.full(count, 255, dtype=np.uint8)
    for place, split in enumerate(SPLITS):
        assignment[splits[split]] = place
    return f"sha256:{hashlib.sha256(assignment.tobytes()).hexdigest()}"


def _framed(parts: Sequence[bytes]) -> bytes:
    """Return the parts with their lengths in front, so that no two sequences look alike."""
    lengths = np.array([len(parts), *map(len, parts)], dtype="<u8").tobytes()
    return lengths + b"".join(parts)
