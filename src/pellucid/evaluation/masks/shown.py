"""Which pictures of an evaluation are looked at: the best, the one in the middle, the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pellucid.evaluation.masks.overlap import Counts, dice_of, mean_over_classes
from pellucid.evaluation.records import MaskShown, Rank

if TYPE_CHECKING:
    from pellucid.evaluation.kinds.base import About


def shown_masks(about: About, counts: Counts) -> tuple[MaskShown, ...]:
    """Return pictures by their own Dice, a mean over the classes that each shows or is answered with, best first.

    Args:
        about: names and indices of N pictures.
        counts: [N, K, K] of their pixels.
    """
    each = mean_over_classes(dice_of(counts))
    order = [place for place in np.argsort(-each, kind="stable").tolist() if np.isfinite(each[place])]
    if not order:
        return ()
    chosen = dict.fromkeys((0, len(order) // 2, len(order) - 1))
    three: tuple[Rank, ...] = ("best", "median", "worst")
    names = three if len(chosen) > 2 else three[:: len(three) - 1][: len(chosen)]
    return tuple(
        MaskShown(
            rank=rank, index=int(about.indices[order[row]]), name=about.names[order[row]], dice=float(each[order[row]])
        )
        for rank, row in zip(names, chosen, strict=True)
    )
