"""How simple methods are described."""

from __future__ import annotations


def neighbour_words(num_training: int) -> str:
    """Return what the nearest neighbour is, of so many training examples."""
    return (
        f"The target of the nearest of {num_training:,} training examples (Euclidean distance of the flattened inputs)."
    )


def drawn_words(kept: int, total: int, seed: int) -> str:
    """Return what a linear method learns from, so many of all training examples."""
    part = "" if kept == total else f" (of {total:,}, drawn with seed {seed})"
    return f"the flattened, standardised inputs of {kept:,} training examples{part}"
