"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give every test an empty pixel cache of its own; what is being written is done when the test is."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("PELLUCID_CACHE", str(folder))
    yield folder
    from pellucid.store import find_cache

    find_cache().settle()
