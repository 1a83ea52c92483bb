"""Text without labels, which goes on and on: one file, or several in the order of their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pellucid.data.draft import Draft
from pellucid.data.texts import TextInputs
from pellucid.errors import DataError
from pellucid.records import Decision
from pellucid.words import counted


def draft_of_stream(pieces: TextInputs, source: Path, *, name: str, decisions: Sequence[Decision]) -> Draft:
    """Return the draft of a stream.

    Args:
        pieces: the files, in their order; windows are made of them, none over the end of a file.
        source: what the user named.
        name: of the dataset.
        decisions: how it was read.

    Raises:
        DataError: nothing can be learned of it.
    """
    raise DataError(
        f"{source} is text without labels ({counted(len(pieces), 'file')}), so nothing says what is to be learned.",
        expected="Texts with a label each: a folder of .txt files for each class, a file for each class with a text a "
        "line, lines of a label, a tab and a text, or a table with a column of texts.",
    )
