"""What a teacher sees of the very inputs that its student sees, for each kind of input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from torch import Tensor

from pellucid.kinds import INPUTS, KindTable, Refused
from pellucid.late import Late
from pellucid.preprocessing import Preprocessing

View: TypeAlias = Callable[[Tensor, Preprocessing, Preprocessing], Tensor]
"""From a student's [N, ...] float32 inputs, its preprocessing and the teacher's to the teacher's inputs."""

VIEWS: KindTable[View] = KindTable(
    "view of a teacher",
    INPUTS,
    {
        "image": Late("pellucid.training.kinds.image_views", "of_pictures"),
        "series": Refused("Series are not augmented: a teacher answers each of them once."),
        "table": Refused("The rows of a table are not augmented: a teacher answers each of them once."),
        "text": Refused("Texts are not augmented: a teacher answers each of them once."),
    },
)
