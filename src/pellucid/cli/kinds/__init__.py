"""What a terminal says of each kind of input, beyond what the kind says itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late

if TYPE_CHECKING:
    from pellucid.data import Inspection

InspectedLines: TypeAlias = "Callable[[Inspection], list[str]]"

INSPECTED: KindTable[InspectedLines] = KindTable(
    "a listing in the terminal",
    INPUTS,
    {
        "image": Late("pellucid.cli.kinds.image", "picture_lines"),
        "series": Late("pellucid.cli.kinds.series", "series_lines"),
        "table": lambda inspection: [],
        "text": Late("pellucid.cli.kinds.text", "text_lines"),
    },
)
"""By kind of input: what `inspect` says of the inputs, a line each; of a table it shows the columns."""

__all__ = ["INSPECTED"]
