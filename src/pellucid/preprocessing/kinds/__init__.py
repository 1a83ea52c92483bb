"""What preprocessing does with each kind of input: one file a kind.

A further kind has a row in `FITTERS`, and a preprocessing of its own in `PREPROCESSINGS` under the same word.
"""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late
from pellucid.preprocessing.kinds.base import Asked, Fitter

FITTERS: KindTable[Fitter] = KindTable(
    "preprocessing",
    INPUTS,
    {
        "image": Late("pellucid.preprocessing.kinds.image", "PictureFitter", made=True),
        "series": Late("pellucid.preprocessing.kinds.series", "SeriesFitter", made=True),
        "table": Late("pellucid.preprocessing.kinds.table", "RowFitter", made=True),
        "text": Late("pellucid.preprocessing.kinds.text", "TextFitter", made=True),
    },
)

__all__ = ["FITTERS", "Asked", "Fitter"]
