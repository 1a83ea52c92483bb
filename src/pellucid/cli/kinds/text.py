"""What a terminal says of a dataset's texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import TextInput

if TYPE_CHECKING:
    from pellucid.data import Inspection


def text_lines(inspection: Inspection) -> list[str]:
    """Return how much text there is."""
    given = TextInput.of(inspection.input)
    low, middle, high = given.lengths
    what = "texts" if given.form == "items" else "pieces of a stream"
    return [f"{given.pieces:,} {what}; characters: shortest {low:,}, median {middle:,}, longest {high:,}"]
