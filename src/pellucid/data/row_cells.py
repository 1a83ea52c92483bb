"""A row of a table as its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from pellucid.kinds import Said, SplitName
from pellucid.records import brief


@dataclass(frozen=True)
class RowInspection:
    """A row of a table as its cells."""

    __repr__ = brief
    kind: ClassVar[str] = "table"
    """The kind of input it is an example of."""

    name: str
    index: int
    split: SplitName
    target: Said
    cells: dict[str, str | float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return dict(vars(self))
