"""What a model says of examples: one type of answer for each kind of target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.late import Late, late_names
from pellucid.tasks.answers.base import Answer, OneKind
from pellucid.tasks.answers.future import FutureAnswer
from pellucid.tasks.answers.labels import LabelsAnswer
from pellucid.tasks.answers.next_token import NextAnswer, NextHeld
from pellucid.tasks.answers.numbers import ValueAnswer, ValuesAnswer
from pellucid.tasks.answers.one_class import ClassAnswer
from pellucid.tasks.answers.text import TextAnswer

if TYPE_CHECKING:
    from pellucid.tasks.answers.mask import MaskAnswer
    from pellucid.tasks.answers.paired import PairedAnswer, PairedHeld, errors_of
    from pellucid.tasks.answers.picture import PictureAnswer, PictureHeld, squared_errors

__all__ = [
    "ANSWERS",
    "Answer",
    "ClassAnswer",
    "FutureAnswer",
    "LabelsAnswer",
    "MaskAnswer",
    "NextAnswer",
    "NextHeld",
    "OneKind",
    "PairedAnswer",
    "PairedHeld",
    "PictureAnswer",
    "PictureHeld",
    "TextAnswer",
    "ValueAnswer",
    "ValuesAnswer",
    "errors_of",
    "squared_errors",
]

ANSWERS: KindTable[type[Answer]] = KindTable(
    "answer",
    TARGETS,
    {
        "class": ClassAnswer,
        "future": FutureAnswer,
        "labels": LabelsAnswer,
        "mask": Late("pellucid.tasks.answers.mask", "MaskAnswer"),
        "next": NextAnswer,
        "generated": Refused("A run that draws pictures answers none that are handed over."),
        "paired": Late("pellucid.tasks.answers.paired", "PairedAnswer"),
        "picture": Late("pellucid.tasks.answers.picture", "PictureAnswer"),
        "text": TextAnswer,
        "value": ValueAnswer,
        "values": ValuesAnswer,
    },
)
"""The type of answer to each kind of target; a task's `answer` gives one of its target's."""

__getattr__ = late_names(
    __name__,
    {
        "MaskAnswer": "mask",
        "PairedAnswer": "paired",
        "PairedHeld": "paired",
        "PictureAnswer": "picture",
        "PictureHeld": "picture",
        "errors_of": "paired",
        "squared_errors": "picture",
    },
)
