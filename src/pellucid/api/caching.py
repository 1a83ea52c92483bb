"""What is kept on the disk so that nothing is decoded or unpacked twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pellucid.store import clear_unpacked, find_cache, unpacked_bytes

if TYPE_CHECKING:
    from pellucid.store import CacheStatus


def cache_status() -> CacheStatus:
    """Return what the pixel cache holds, where it lies, and how large it may grow; and what unpacked archives take."""
    status, unpacked = find_cache().status(), unpacked_bytes()
    return replace(status, unpacked=unpacked)


def clear_cache() -> int:
    """Empty the cache, and return how many bytes that freed; the next training unpacks and decodes again."""
    return find_cache().clear() + clear_unpacked()
