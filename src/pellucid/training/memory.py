"""Telling a device that is full from any other mishap."""

from __future__ import annotations

import torch

_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")


def is_out_of_memory(problem: BaseException) -> bool:
    """Tell whether an exception says that memory ran out, on a GPU or on the CPU.

    Only CUDA has an exception of its own for it; the CPU's and Apple's allocators say it in words.
    """
    if isinstance(problem, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(problem, RuntimeError) and any(words in str(problem).lower() for words in _WORDS)


def empty_caches() -> None:
    """Give back what the accelerator's allocator holds for later."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
