"""Texts with labels become a raw dataset, from wherever they were read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.ordering import sort_classes
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.scan import plain_name
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget
from pellucid.records import Decision
from pellucid.words import counted

LONG = 1 << 20
"""Characters from which a single text is worth a word: it may be a whole file without line ends."""


@dataclass
class LabelledTexts:
    """Texts, each with the name of its class.

    Attributes:
        texts, labels, names: one each, in order.
        splits: the split that each lies in (splits.TRAIN, VAL, TEST); -1 where the place does not say.
        faults: "name: reason" of each text that was left out.
    """

    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, text: str, label: str, name: str, *, split: int = -1) -> None:
        """Add a text; one of white space alone becomes a fault."""
        if not text.strip():
            self.faults.append(f"{name}: the text is empty")
            return
        self.texts.append(text)
        self.labels.append(plain_name(label))
        self.names.append(plain_name(name))
        self.splits.append(split)


def raw_of_texts(
    found: LabelledTexts, source: Path, *, name: str, decisions: Sequence[Decision], findings: Sequence[Finding] = ()
) -> RawDataset:
    """Return the raw dataset of labelled texts.

    Raises:
        DataError: there is no text.
    """
    if not found.texts:
        raise DataError(f"{source} holds no text that can be read.", expected="\n".join(found.faults[:EXAMPLES_SHOWN]))
    classes = sort_classes(found.labels)
    place = {label: number for number, label in enumerate(classes)}
    inputs = TextInputs.of_texts(found.texts, names=found.names)
    digests = [digest_text(text) for text in found.texts]
    given = np.array(found.splits, np.int8)
    return RawDataset(
        name=name,
        source=os.fspath(source),
        input=measure_texts(inputs),
        target=ClassTarget(classes=classes),
        inputs=inputs,
        targets=np.array([place[label] for label in found.labels], np.int64),
        names=found.names,
        content=digests,
        equality=digests,
        given=given if (given >= 0).any() else None,
        decisions=list(decisions),
        findings=[*findings, *findings_on(found.texts, found.names, found.labels), *_fault_findings(found.faults)],
        faults=found.faults,
    )


def findings_on(texts: Sequence[str], names: Sequence[str], labels: Sequence[str] = ()) -> list[Finding]:
    """Return what stands out of texts: very long ones, and classes of one text."""
    found = []
    long = [name for name, text in zip(names, texts, strict=True) if len(text) >= LONG]
    if long:
        message = (
            f"{counted(len(long), 'text is', 'texts are')} of more than {LONG:,} characters: "
            "of each the beginning alone is read (--longest)."
        )
        found.append(
            Finding(kind="long-texts", message=message, examples=tuple(long[:EXAMPLES_SHOWN]), count=len(long))
        )
    single = sorted(label for label, count in Counter(labels).items() if count == 1)
    if single:
        message = f"{counted(len(single), 'class has', 'classes have')} one text only: {', '.join(single[:4])}."
        found.append(Finding(kind="single-texts", message=message, examples=tuple(single[:4]), count=len(single)))
    return found


def _fault_findings(faults: Sequence[str]) -> list[Finding]:
    if not faults:
        return []
    message = f"{counted(len(faults), 'text')} left out: they cannot be read, or are empty."
    shown = tuple(faults[:EXAMPLES_SHOWN])
    return [Finding(kind="unreadable", message=message, examples=shown, count=len(faults))]
