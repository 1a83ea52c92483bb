"""A text of a dataset, as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from pellucid.kinds import Said, SplitName
from pellucid.records import brief


@dataclass(frozen=True)
class TextInspection:
    """One text."""

    __repr__ = brief
    kind: ClassVar[str] = "text"
    """The kind of input it is an example of."""

    name: str
    index: int
    split: SplitName
    target: Said
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return dict(vars(self))
