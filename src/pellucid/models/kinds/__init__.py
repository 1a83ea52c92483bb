"""What a model that wishes for one kind of input takes of it: a row a kind."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.kinds import INPUTS, Form, KindTable, Wishes
from pellucid.models.kinds.picture import check_picture
from pellucid.models.kinds.row import check_numbers, check_row

__all__ = ["WISHED", "check_numbers"]

WISHED: KindTable[Callable[[str, Wishes, Form], None]] = KindTable(
    "check of shapes", INPUTS, {"image": check_picture, "table": check_row}
)
"""Raises a ModelError, in words, where a model of this name and these wishes cannot take examples of a form."""
