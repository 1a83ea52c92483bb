"""What the training does with each kind of input and of target where nobody says: one file a kind, one row each."""

from __future__ import annotations

from pellucid.kinds import INPUTS, TARGETS, KindTable
from pellucid.late import Late
from pellucid.training.kinds.base import InputHabits, TargetHabits

__all__ = ["INPUT_HABITS", "TARGET_HABITS", "InputHabits", "TargetHabits"]

INPUT_HABITS: KindTable[InputHabits] = KindTable(
    "way to learn from it",
    INPUTS,
    {
        "image": Late("pellucid.training.kinds.image", "Pictures", made=True),
        "series": Late("pellucid.training.kinds.series", "Series", made=True),
        "table": Late("pellucid.training.kinds.table", "Rows", made=True),
        "text": Late("pellucid.training.kinds.text", "Texts", made=True),
    },
)
TARGET_HABITS: KindTable[TargetHabits] = KindTable(
    "way to learn it",
    TARGETS,
    {
        "class": Late("pellucid.training.kinds.one_class", "OneClass", made=True),
        "future": Late("pellucid.training.kinds.future", "Future", made=True),
        "labels": Late("pellucid.training.kinds.labels", "Labels", made=True),
        "mask": Late("pellucid.training.kinds.mask", "MaskHabits", made=True),
        "next": Late("pellucid.training.kinds.next_token", "NextTokenHabits", made=True),
        "generated": Late("pellucid.training.kinds.generated", "GeneratedHabits", made=True),
        "paired": Late("pellucid.training.kinds.paired", "PairedHabits", made=True),
        "picture": Late("pellucid.training.kinds.picture", "PictureHabits", made=True),
        "text": Late("pellucid.training.kinds.text_answers", "TextHabits", made=True),
        "value": Late("pellucid.training.kinds.value", "OneNumber", made=True),
        "values": Late("pellucid.training.kinds.values", "SeveralNumbers", made=True),
    },
)
