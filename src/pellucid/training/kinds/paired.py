"""How pictures that others become are learned where a choice is left open."""

from __future__ import annotations

from pellucid.kinds import Target
from pellucid.training.kinds.on_pixels import PixelHabits


class PairedHabits(PixelHabits):
    """Another picture for each."""

    taught = "the pictures"

    def describe(self, target: Target) -> str:
        """Return that each picture becomes another one."""
        return "each picture has another one that it is to become"
