"""What preprocessing does with each kind of input: one file a kind.

A further kind has a row in `FITTERS`, and a preprocessing of its own in `PREPROCESSINGS` under the same word.
"""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.preprocessing.kinds.base import Asked, Fitter
from pellucid.preprocessing.kinds.image import PictureFitter
from pellucid.preprocessing.kinds.series import SeriesFitter
from pellucid.preprocessing.kinds.table import RowFitter

FITTERS: KindTable[Fitter] = KindTable(
    "preprocessing", INPUTS, {"image": PictureFitter(), "series": SeriesFitter(), "table": RowFitter()}
)

__all__ = ["FITTERS", "Asked", "Fitter"]
