"""What a model that wishes for one kind of input takes of it: a row a kind."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.kinds import INPUTS, Form, KindTable, Wishes
from pellucid.late import Late
from pellucid.models.kinds.row import check_numbers

__all__ = ["WISHED", "check_numbers"]

WISHED: KindTable[Callable[[str, Wishes, Form], None]] = KindTable(
    "check of shapes",
    INPUTS,
    {
        "image": Late("pellucid.models.kinds.picture", "check_picture"),
        "series": Late("pellucid.models.kinds.series", "check_series"),
        "table": Late("pellucid.models.kinds.row", "check_row"),
        "text": Late("pellucid.models.kinds.tokens", "check_tokens"),
    },
)
"""Raises a ModelError, in words, where a model of this name and these wishes cannot take examples of a form."""
