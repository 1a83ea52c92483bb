"""Pictures of one size in rows, as one figure of a page."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.report.feature_tiles import enlarged, in_rows, picture_tile
from pellucid.runs import Figure

TILE = 56
"""Pixels of a picture's longer side, at least: smaller ones are enlarged pixel by pixel."""


def sheet_of(rows: Sequence[Sequence[NDArray[np.uint8]]], *, alt: str, caption: str) -> Figure:
    """Return [H, W, C] pictures of one size in rows, as one; small ones enlarged pixel by pixel."""
    from pellucid.prediction import as_png

    sheet = in_rows([[enlarged(picture_tile(one), at_least=TILE) for one in row] for row in rows])
    data = base64.b64encode(as_png(sheet[..., None] if sheet.ndim == 2 else sheet)).decode("ascii")
    height, width = sheet.shape[:2]
    return Figure(kind="png", data=data, alt=alt, caption=caption, width=width, height=height, role="main")
