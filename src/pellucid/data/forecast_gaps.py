"""Stamps that a series lacks, and values: said, and filled where that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.forecasting import Found, SeriesOfFile
from pellucid.data.table_columns import TableChoice
from pellucid.records import Decision
from pellucid.words import counted

_GAPS_SHOWN = 3


def with_gaps(found: Found, choice: TableChoice) -> Found:
    """Say which stamps are missing; fill them where that was asked for."""
    gaps = [(one.name, np.setdiff1d(np.arange(one.places[0], one.places[-1] + 1), one.places)) for one in found.series]
    missing = [(name, found.axis.stamp(int(place))) for name, places in gaps for place in places[:_GAPS_SHOWN].tolist()]
    total = sum(len(places) for _, places in gaps)
    holes = sum(int(np.isnan(one.values).sum()) for one in found.series)
    if total:
        shown = tuple(f"{name}: {stamp}" if name else stamp for name, stamp in missing[:_GAPS_SHOWN])
        filled = (
            "filled by the line between their neighbours" if choice.gaps == "fill" else "nothing is put in their place"
        )
        found.findings.append(
            Finding(
                kind="gaps",
                message=f"{counted(total, 'stamp is', 'stamps are')} missing; {filled}.",
                examples=shown,
                count=total,
            )
        )
    if choice.gaps != "fill" or not (total or holes):
        return found
    words = {name for column in found.known if column.words for name in column.channels}
    found.series = [_filled(one, [name in words for name in found.channels]) for one in found.series]
    reason = "--gaps fill: the straight line between the neighbours" + ("; words stay as before" if words else "")
    found.decisions.append(Decision(name="gaps", value=f"{total + holes:,} values filled", reason=reason))
    return found


def _filled(one: SeriesOfFile, steady: Sequence[bool]) -> SeriesOfFile:
    """Return a series without gaps; channels that are steady keep their earlier value, others go straight on."""
    places = np.arange(one.places[0], one.places[-1] + 1)
    columns = []
    for column, stays in zip(one.values.T, steady, strict=True):
        known = ~np.isnan(column)
        if stays:
            columns.append(column[known][np.searchsorted(one.places[known], places, side="right") - 1])
        else:
            columns.append(np.interp(places, one.places[known], column[known]))
    return replace(one, values=np.stack(columns, axis=1), places=places)
