"""Which kinds of input show themselves while a network is looked into: pictures do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import INPUTS, KindTable, Refused


def canvases(prepared: Any) -> NDArray[np.uint8]:
    """Return [n, H, W, C] uint8 of [n, ...] prepared pictures: as the network is given them."""
    return np.asarray(prepared[:], np.uint8)


PICTURES: KindTable[Callable[[Any], NDArray[np.uint8]]] = KindTable(
    "pictures to look at",
    INPUTS,
    {
        "image": canvases,
        "series": Refused("Feature maps, patches, visualisations and shifts are of pictures, and series are none."),
        "table": Refused("Feature maps, patches, visualisations and shifts are of pictures, and rows are none."),
    },
)
