"""Which widths of an mlp a search tries, for each kind of input."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable

WIDTHS: KindTable[tuple[str, ...]] = KindTable(
    "widths to search",
    INPUTS,
    {
        "image": ("128", "256", "512", "256,128"),
        "series": ("64", "128", "256", "256,128"),
        "table": ("none", "8", "16", "32", "64", "32,16"),
    },
)
"""Of an mlp's hidden layers."""
