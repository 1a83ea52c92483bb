"""What the examples of the docstrings and of README.md begin with: a folder of photos, a picture, runs of an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import pellucid
from pellucid.store import find_cache


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `photos/` of four classes, grey, `new/a.jpg` and `photo.jpg`, in which the examples run."""
    root = tmp_path_factory.mktemp("desk")
    generator = np.random.default_rng(0)

    def save(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(generator.integers(0, 256, (28, 28), dtype=np.uint8)).save(path, quality=95)

    for label in ("ant", "bee", "cat", "dog"):
        for number in range(20):
            save(root / "photos" / label / f"{number}.jpg")
    save(root / "new" / "a.jpg")
    save(root / "photo.jpg")
    return root


@pytest.fixture(scope="session")
def picture_run(desk: Path) -> pellucid.Run:
    """Return a run of one epoch on the photos."""
    with own_cache_at(desk):
        return pellucid.train(desk / "photos", model="lenet5", epochs=1, runs_dir=desk / "trained")


@pytest.fixture(scope="session")
def row_run(desk: Path) -> pellucid.Run:
    """Return a run of one epoch on iris."""
    with own_cache_at(desk):
        return pellucid.train("iris", model="linear", epochs=1, runs_dir=desk / "trained")


@contextmanager
def own_cache_at(folder: Path) -> Iterator[None]:
    """Keep what is trained for all tests out of the user's cache, as each test's own cache does for that test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PELLUCID_CACHE", str(folder / "cache"))
        yield
        find_cache().settle()
