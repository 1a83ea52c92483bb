"""A network that gives pictures back, in its report."""

from __future__ import annotations

from pellucid.prediction import OpenedRun
from pellucid.runs import Exhibit


class ReconstructionExhibits:
    """The row of pictures that are given back."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a run that is trained and measured."""
        return []
