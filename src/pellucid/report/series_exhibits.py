"""What a report shows of every network that reads series: what the training series of each class are like."""

from __future__ import annotations

from pellucid.data import typical_series
from pellucid.prediction import OpenedRun
from pellucid.report.typical_exhibit import typical_exhibit
from pellucid.runs import Exhibit


class SeriesExhibits:
    """The row of series."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return the mean of each class over time; nothing of windows without classes, as in forecasting."""
        typical = typical_series(opened.dataset)
        return [typical_exhibit(typical)] if typical else []
