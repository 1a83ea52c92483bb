"""Pairs of texts, the second of which answers the first."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.text_files import filled_lines
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import DataError
from pellucid.kinds import TextTarget
from pellucid.records import Decision
from pellucid.words import counted

MOST = 400
"""Characters of an answer; pairs with a longer one are left out."""
FEWEST_LINES = 5
_DIFFERENT = 0.5
"""Share of the lines whose second column is another's: labels come again and again, texts do not."""
_LETTERS = 0.3
"""Share of letters and digits in each column, at least."""


class PairLines(NamedTuple):
    """Lines of a text, a tab and its answer.

    Attributes:
        lines: number, text and answer of each.
        ignored: columns behind the second.
    """

    lines: tuple[tuple[int, str, str], ...]
    ignored: int


def find_pair_lines(text: str) -> PairLines | None:
    """Return the pairs of a file whose every line has two texts with a tab between them; None of any other.

    Both columns are free text: most of their cells differ, and are no numbers. What stands in further columns (who
    wrote it, under which licence) is left out.
    """
    parts = [(number, line.split("\t")) for number, line in filled_lines(text)]
    widths = {len(part) for _, part in parts}
    if len(parts) < FEWEST_LINES or len(widths) != 1 or not 2 <= (width := widths.pop()) <= 3:
        return None
    sources, answers = ([part[column].strip() for _, part in parts] for column in (0, 1))
    if not all(map(_is_free, (sources, answers))):
        return None
    if width == 3 and not _is_attribution([part[2] for _, part in parts]):
        return None
    lines = tuple((number, part[0].strip(), part[1].strip()) for number, part in parts)
    return PairLines(lines, width - 2)


def read_pair_lines(found: PairLines, path: Path, *, name: str) -> RawDataset:
    """Return the raw dataset of such a file.

    Raises:
        DataError: there is no pair.
    """
    ignored = "; the third column, who wrote it, is left out" if found.ignored else ""
    reason = f"both columns are free text{ignored} (--layout table reads columns, --layout stream one text)"
    decision = Decision(name="layout", value="a text, a tab and its answer a line", reason=reason)
    pairs = [(source, answer) for _, source, answer in found.lines]
    names = [f"line {number}" for number, _, _ in found.lines]
    return raw_of_pairs(pairs, path, name=name, names=names, decisions=[decision])


def raw_of_pairs(
    pairs: Sequence[tuple[str, str]],
    source: Path | str,
    *,
    name: str,
    names: Sequence[str] | None = None,
    decisions: Sequence[Decision] = (),
) -> RawDataset:
    """Return the raw dataset of texts and their answers; pairs with the same text stay in one split.

    Args:
        pairs: text and answer of each.
        source: what the user named.
        name: of the dataset.
        names: of the pairs; None where they are known by their place.
        decisions: how they were read.

    Raises:
        DataError: there is no pair.
    """
    places, faults = [], []
    for place, (text, answer) in enumerate(pairs):
        why = "the text is empty" if not text else "the answer is empty" if not answer else ""
        if not why and len(answer) > MOST:
            why = f"the answer has {len(answer):,} characters, more than {MOST}"
        if why:
            faults.append(f"{names[place] if names else f'pair {place + 1}'}: {why}")
        else:
            places.append(place)
    if not places:
        raise DataError(f"{source} holds no pair of texts.", expected="\n".join(faults[:EXAMPLES_SHOWN]))
    texts, answers = [pairs[place][0] for place in places], [pairs[place][1] for place in places]
    target = TextTarget(longest=max(map(len, answers)))
    inputs = TextInputs.of_texts(texts, names=None if names is None else [names[place] for place in places])
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    said = list(decisions)
    groups = None
    if len(numbers) < len(texts):
        groups = np.array([numbers[text] for text in texts], np.int64)
        value = f"{len(numbers):,} different texts in {len(texts):,} pairs"
        reason = "pairs with the same text stay in one split, and any of its answers is right"
        said.append(Decision(name="group", value=value, reason=reason))
    findings = []
    if faults:
        message = f"{counted(len(faults), 'pair')} left out: a text is empty, or an answer too long."
        shown = tuple(faults[:EXAMPLES_SHOWN])
        findings.append(Finding(kind="unreadable", message=message, examples=shown, count=len(faults)))
    return RawDataset(
        name=name,
        source=os.fspath(source),
        input=measure_texts(inputs),
        target=target,
        inputs=inputs,
        targets=target.as_array(answers),
        names=None if names is None else [names[place] for place in places],
        content=[digest_text(f"{text}\0{answer}") for text, answer in zip(texts, answers, strict=True)],
        groups=groups,
        decisions=said,
        findings=findings,
        faults=faults,
    )


def _is_free(cells: Sequence[str]) -> bool:
    """Tell whether cells are free text: most differ, and they have letters."""
    letters = sum(map(str.isalpha, "".join(cells)))
    total = sum(map(len, cells))
    return len(set(cells)) > _DIFFERENT * len(cells) and total > 0 and letters >= _LETTERS * total


def _is_attribution(cells: Sequence[str]) -> bool:
    """Tell whether a third column says who wrote a pair, as the files of Tatoeba do."""
    return sum(cell.strip().startswith(("CC-", "CC BY", "CC0", "©")) for cell in cells) > len(cells) / 2
