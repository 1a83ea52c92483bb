"""Tiny pictures and folders of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SavePicture = Callable[..., Path]
MakeFolder = Callable[[Path, Mapping[str, int]], Path]


def _save_picture(
    path: Path, *, content: str | None = None, grey: bool = False, size: tuple[int, int] = (6, 8)
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = int.from_bytes(hashlib.sha256((content or path.name + path.parent.name).encode()).digest()[:8], "big")
    shape = size if grey else (*size, 3)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)).save(path)
    return path


@pytest.fixture
def save_picture() -> SavePicture:
    """Save random pixels at a path, always the same for one `content` (by default the file's and folder's name)."""
    return _save_picture


@pytest.fixture
def make_folder() -> MakeFolder:
    """Fill a folder with class folders: {"cat": 3} makes cat/0.png, cat/1.png, cat/2.png."""

    def make(root: Path, counts: Mapping[str, int]) -> Path:
        root.mkdir(parents=True, exist_ok=True)
        for label, count in counts.items():
            for number in range(count):
                _save_picture(root / label / f"{number}.png", content=f"{label}{number}")
        return root

    return make


@pytest.fixture
def real_data() -> Path:
    """Return the folder with real datasets, or skip."""
    chosen = os.environ.get("PELLUCID_DATA")
    if not chosen or not Path(chosen).is_dir():
        pytest.skip("PELLUCID_DATA does not name a folder with real datasets")
    return Path(chosen)
