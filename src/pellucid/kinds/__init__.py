"""What goes in and what comes out, as objects: the kinds of input and target, the splits, and the tables by kind.

In: nothing of ours but words, errors and records. Out: records that know, without torch, what they are.
"""

from __future__ import annotations

from pellucid.kinds.forms import Form
from pellucid.kinds.inputs import (
    INPUTS,
    Column,
    ImageInput,
    Input,
    InputSpec,
    KnownColumn,
    SeriesInput,
    TableInput,
    TextInput,
)
from pellucid.kinds.own_options import OPTIONS_OF_TASKS, OwnOptions, OwnValue, brought
from pellucid.kinds.registry import Kind, Kinds, KindTable, Refused
from pellucid.kinds.splits import SPLITS, SplitName
from pellucid.kinds.targets import (
    BANDS,
    LEVELS,
    MOST_MASK_CLASSES,
    NOT_LABELLED,
    TARGETS,
    UNEVEN,
    Anchor,
    ClassTarget,
    FutureTarget,
    GeneratedTarget,
    LabelsTarget,
    MaskTarget,
    Name,
    NextTarget,
    OwnPictures,
    PictureTarget,
    Said,
    Target,
    TargetSpec,
    TextTarget,
    ValuesTarget,
    ValueTarget,
    code_points,
    is_uneven,
    listed,
    text_of,
)
from pellucid.kinds.time_axis import TimeAxis
from pellucid.kinds.wishes import Wishes

__all__ = [
    "BANDS",
    "INPUTS",
    "LEVELS",
    "MOST_MASK_CLASSES",
    "NOT_LABELLED",
    "OPTIONS_OF_TASKS",
    "SPLITS",
    "TARGETS",
    "UNEVEN",
    "Anchor",
    "ClassTarget",
    "Column",
    "Form",
    "FutureTarget",
    "GeneratedTarget",
    "ImageInput",
    "Input",
    "InputSpec",
    "Kind",
    "KindTable",
    "Kinds",
    "KnownColumn",
    "LabelsTarget",
    "MaskTarget",
    "Name",
    "NextTarget",
    "OwnOptions",
    "OwnPictures",
    "OwnValue",
    "PictureTarget",
    "Refused",
    "Said",
    "SeriesInput",
    "SplitName",
    "TableInput",
    "Target",
    "TargetSpec",
    "TextInput",
    "TextTarget",
    "TimeAxis",
    "ValueTarget",
    "ValuesTarget",
    "Wishes",
    "brought",
    "code_points",
    "is_uneven",
    "listed",
    "text_of",
]
