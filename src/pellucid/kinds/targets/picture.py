"""The picture itself, which a network gives back after a narrow place."""

from __future__ import annotations

from typing import ClassVar, Literal

from pellucid.kinds.targets.base import TARGETS
from pellucid.kinds.targets.own_pictures import OwnPictures


@TARGETS.register
class PictureTarget(OwnPictures):
    """What each example shows, to be given back: its own levels, 0 to 1, as the network's input has them."""

    kind: Literal["picture"] = "picture"
    files_folder: ClassVar[str] = "reconstructed"

    @property
    def learned(self) -> str:
        """What is learned."""
        return "the pictures themselves"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return what is learned."""
        return ("each picture to give back",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"Each picture is its own target.{self._not_learned()}"
