"""Where a network looked in what it read, for each token that it wrote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.svg import drawing, element, text
from pellucid.words import visible_token

CELL, SIZE, EDGE = 18.0, 14.0, 28.0
_FAINTEST = 0.02
DARKENED = 0.6
"""Power by which weights become shades: of many tokens each weight is small, and would hardly be seen."""


def attention_map(read: Sequence[str], written: Sequence[str], weights: NDArray[np.float32], *, label: str) -> Markup:
    """Return a cell for each pair of tokens, the stronger the more weight; what was read runs across.

    Args:
        read: T tokens.
        written: U tokens.
        weights: [U, T] in 0..1; each row sums to 1.
        label: what it shows, for who does not see it.
    """
    width, height = EDGE + CELL * len(read), EDGE + CELL * len(written)
    parts = [element("rect", x=EDGE, y=EDGE, width=width - EDGE, height=height - EDGE, class_="field")]
    for across, token in enumerate(read):
        parts.append(text(EDGE + CELL * (across + 0.5), EDGE - 8, visible_token(token), anchor="middle", class_="key"))
    for down, token in enumerate(written):
        parts.append(text(EDGE - 8, EDGE + CELL * (down + 0.5) + 5, visible_token(token), anchor="end", class_="key"))
        for across, other in enumerate(read):
            weight = float(weights[down, across])
            if weight >= _FAINTEST:
                title = element("title", f"{visible_token(token)} looked at {visible_token(other)}: {weight:.0%}")
                parts.append(
                    element(
                        "rect",
                        title,
                        x=EDGE + CELL * across,
                        y=EDGE + CELL * down,
                        width=CELL - 1,
                        height=CELL - 1,
                        class_="attended",
                        fill_opacity=round(weight**DARKENED, 3),
                    )
                )
    return drawing(*parts, width=width + 4, height=height + 4, label=label, class_="attention", is_fixed=True)
