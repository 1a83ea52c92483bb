"""The kinds of target: one file a kind."""

from __future__ import annotations

from pellucid.kinds.targets.base import TARGETS, Name, OnPixels, Said, Target, TargetSpec, listed
from pellucid.kinds.targets.future import BANDS, LEVELS, Anchor, FutureTarget
from pellucid.kinds.targets.generated import GeneratedTarget
from pellucid.kinds.targets.labels import LabelsTarget
from pellucid.kinds.targets.mask import MOST_MASK_CLASSES, NOT_LABELLED, MaskTarget
from pellucid.kinds.targets.next_token import NextTarget
from pellucid.kinds.targets.one_class import ClassTarget
from pellucid.kinds.targets.own_pictures import OwnPictures
from pellucid.kinds.targets.paired import PairedTarget
from pellucid.kinds.targets.picture import PictureTarget
from pellucid.kinds.targets.text import TextTarget, code_points, text_of
from pellucid.kinds.targets.uneven import UNEVEN, is_uneven
from pellucid.kinds.targets.value import ValueTarget
from pellucid.kinds.targets.values import ValuesTarget

__all__ = [
    "BANDS",
    "LEVELS",
    "MOST_MASK_CLASSES",
    "NOT_LABELLED",
    "TARGETS",
    "UNEVEN",
    "Anchor",
    "ClassTarget",
    "FutureTarget",
    "GeneratedTarget",
    "LabelsTarget",
    "MaskTarget",
    "Name",
    "NextTarget",
    "OnPixels",
    "OwnPictures",
    "PairedTarget",
    "PictureTarget",
    "Said",
    "Target",
    "TargetSpec",
    "TextTarget",
    "ValueTarget",
    "ValuesTarget",
    "code_points",
    "is_uneven",
    "listed",
    "text_of",
]
