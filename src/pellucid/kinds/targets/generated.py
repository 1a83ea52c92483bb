"""Pictures like those of the data, which a network draws of random numbers."""

from __future__ import annotations

from typing import ClassVar, Literal

from pellucid.kinds.targets.base import TARGETS
from pellucid.kinds.targets.own_pictures import OwnPictures


@TARGETS.register
class GeneratedTarget(OwnPictures):
    """What all examples show together: what such pictures look like, so that new ones can be drawn."""

    kind: Literal["generated"] = "generated"
    measured_when_asked: ClassVar[str] = (
        "What it draws is judged when a classifier of such pictures is named: pellucid evaluate RUN --judge CLASSIFIER."
    )

    @property
    def learned(self) -> str:
        """What is learned."""
        return "to draw such pictures"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return what is learned."""
        return ("such pictures to draw",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"New pictures like those of the data are drawn from random numbers.{self._not_learned()}"
