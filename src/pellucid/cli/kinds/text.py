"""What a terminal says of a dataset's texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import TextInput
from pellucid.words import visible

if TYPE_CHECKING:
    from pellucid.data import Inspection

MOST_CLASSES, TEXTS_A_CLASS = 10, 2
WIDTH = 100
"""Characters of a text that a line holds."""


def text_lines(inspection: Inspection) -> list[str]:
    """Return how much text there is, and the beginnings of a few training texts."""
    given = TextInput.of(inspection.input)
    low, middle, high = given.lengths
    what = "texts" if given.form == "items" else "pieces of a stream"
    lines = [f"{given.pieces:,} {what}; characters: shortest {low:,}, median {middle:,}, longest {high:,}"]
    for label, texts in list(inspection.texts.items())[:MOST_CLASSES]:
        for _, *said in texts[:TEXTS_A_CLASS]:
            line = " -> ".join(" ".join(text.split()) for text in said)
            lines.append(visible(f"  {label}: {line if len(line) <= WIDTH else f'{line[: WIDTH - 3]}...'}"))
    return lines
