"""What the training does with each kind of input and of target where nobody says: one file a kind, one row each."""

from __future__ import annotations

from pellucid.kinds import INPUTS, TARGETS, KindTable
from pellucid.training.kinds.base import InputHabits, TargetHabits
from pellucid.training.kinds.future import Future
from pellucid.training.kinds.image import Pictures
from pellucid.training.kinds.labels import Labels
from pellucid.training.kinds.mask import MaskHabits
from pellucid.training.kinds.next_token import NextTokenHabits
from pellucid.training.kinds.one_class import OneClass
from pellucid.training.kinds.picture import PictureHabits
from pellucid.training.kinds.series import Series
from pellucid.training.kinds.table import Rows
from pellucid.training.kinds.text import Texts
from pellucid.training.kinds.text_answers import TextHabits
from pellucid.training.kinds.value import OneNumber
from pellucid.training.kinds.values import SeveralNumbers

__all__ = ["INPUT_HABITS", "TARGET_HABITS", "InputHabits", "TargetHabits"]

INPUT_HABITS: KindTable[InputHabits] = KindTable(
    "way to learn from it",
    INPUTS,
    {
        "image": Pictures(),
        "series": Series(),
        "table": Rows(),
        "text": Texts(),
    },
)
TARGET_HABITS: KindTable[TargetHabits] = KindTable(
    "way to learn it",
    TARGETS,
    {
        "class": OneClass(),
        "future": Future(),
        "labels": Labels(),
        "mask": MaskHabits(),
        "next": NextTokenHabits(),
        "picture": PictureHabits(),
        "text": TextHabits(),
        "value": OneNumber(),
        "values": SeveralNumbers(),
    },
)
