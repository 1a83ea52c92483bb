"""A file with a label, a tab and a text in every line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pellucid.data.labelled_texts import LabelledTexts, raw_of_texts
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.text_files import filled_lines
from pellucid.records import Decision

MOST_LABELS = 50
LONGEST_LABEL = 40
"""Characters of a label at most."""
FEWEST_WORDS = 3
"""Words of a text, in the middle of all lines."""
_LINES_A_LABEL = 2


class LabelledLines(NamedTuple):
    """Lines of a label and a text.

    Attributes:
        lines: number, label and text of each.
        label_first: whether the label stands before the tab.
        header: the first line, where it names the two; "" where it is an example.
    """

    lines: tuple[tuple[int, str, str], ...]
    label_first: bool
    header: str = ""


def find_labelled_lines(text: str) -> LabelledLines | None:
    """Return the labels and texts of a file whose every line has one tab between them; None of any other.

    A label is short and comes again; a text has several words. Quotes mean nothing in such a file.
    """
    lines = filled_lines(text)
    parts = [(number, line.split("\t")) for number, line in lines]
    if len(parts) < 2 * _LINES_A_LABEL or any(len(part) != 2 for _, part in parts):
        return None
    for label_first in (True, False):
        label, said = (0, 1) if label_first else (1, 0)
        is_named = _is_header([part[label] for _, part in parts], parts[0][1][said])
        rows = parts[1:] if is_named else parts
        labels = {part[label].strip() for _, part in rows}
        words = [len(part[said].split()) for _, part in rows]
        if (
            2 <= len(labels) <= min(MOST_LABELS, len(rows) / _LINES_A_LABEL)
            and all(0 < len(one) <= LONGEST_LABEL for one in labels)
            and median(words) >= FEWEST_WORDS
        ):
            found = tuple((number, part[label].strip(), part[said].strip()) for number, part in rows)
            return LabelledLines(found, label_first, lines[0][1] if is_named else "")
    return None


def _is_header(labels: Sequence[str], text: str) -> bool:
    """Tell whether the first line names the columns: its label never comes again, and its text is a name."""
    return labels[0] not in labels[1:] and len(text.split()) < FEWEST_WORDS


def read_labelled_lines(found: LabelledLines, path: Path, *, name: str) -> RawDataset:
    """Return the raw dataset of such a file.

    Raises:
        DataError: there is no text.
    """
    texts = LabelledTexts()
    for number, label, text in found.lines:
        texts.add(text, label, f"line {number}")
    order = "a label, a tab and a text" if found.label_first else "a text, a tab and a label"
    reason = "every line has one tab; the labels come again and again (--layout table reads columns)"
    if found.header:
        reason += f"; the first line, '{' '.join(found.header.split())}', names the columns"
    decision = Decision(name="layout", value=f"{order} a line", reason=reason)
    return raw_of_texts(texts, path, name=name, decisions=[decision])
