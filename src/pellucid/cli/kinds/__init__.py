"""What a terminal says of each kind of input, beyond what the kind says itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from pellucid.cli.kinds.image import picture_lines
from pellucid.cli.kinds.series import series_lines
from pellucid.kinds import INPUTS, KindTable

if TYPE_CHECKING:
    from pellucid.data import Inspection

InspectedLines: TypeAlias = "Callable[[Inspection], list[str]]"

INSPECTED: KindTable[InspectedLines] = KindTable(
    "a listing in the terminal",
    INPUTS,
    {"image": picture_lines, "series": series_lines, "table": lambda inspection: []},
)
"""By kind of input: what `inspect` says of the inputs, a line each; of a table it shows the columns."""

__all__ = ["INSPECTED"]
