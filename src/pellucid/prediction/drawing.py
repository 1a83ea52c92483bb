"""Pictures that are drawn from nothing but random numbers, by networks that have learned to make them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.doing import doing
from pellucid.errors import RecipeError
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.models import parts_of
from pellucid.prediction.judging.picture import as_canvas, as_png
from pellucid.tasks import DenoisesPictures, Draws, DrawsPictures

if TYPE_CHECKING:
    from pellucid.prediction.predictor import Predictor

MOST_DRAWN = 100_000
_GAP = 2
_WHITE = 255


@dataclass(frozen=True)
class DrawnPictures:
    """Pictures that were drawn.

    Attributes:
        levels: [n, C, H, W] float32, 0 to 1.
        seed: of the draws.
    """

    levels: NDArray[np.float32]
    seed: int

    def __len__(self) -> int:
        return len(self.levels)

    def png(self, number: int) -> bytes:
        """Return one as a PNG of 8 bits; the same levels give the same bytes."""
        return as_png(as_canvas(self.levels[number]))

    def grid(self) -> bytes:
        """Return all as one PNG, in rows, with white between them."""
        columns = math.ceil(math.sqrt(len(self)))
        canvases = [as_canvas(one) for one in self.levels]
        height, width, channels = canvases[0].shape
        rows = math.ceil(len(self) / columns)
        sheet = np.full((rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, channels), _WHITE, np.uint8)
        for number, canvas in enumerate(canvases):
            top, left = number // columns * (height + _GAP), number % columns * (width + _GAP)
            sheet[top : top + height, left : left + width] = canvas
        return as_png(sheet)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"seed": self.seed, "number": len(self), "levels": self.levels.tolist()}


BLOCK = 64
"""Pictures that go through the network together, always as many: so a picture's bits hang on its own number alone."""


class PictureDrawing:
    """Draws pictures of random numbers.

    Args:
        predictor: of the run.
        strides: in which noise is taken away; None for the task's own.

    Raises:
        RecipeError: the run's network has not learned of which random numbers pictures are drawn, or draws in no such
            strides.
    """

    def __init__(self, predictor: Predictor, *, strides: int | None = None) -> None:
        task = predictor.task
        if not isinstance(task, DrawsPictures) or not task.can_draw:
            raise RecipeError(
                f"'{predictor.record.name}' gives pictures back, and has learned nothing of which codes are likely.",
                expected="A variational autoencoder, whose codes are drawn from a normal distribution, or a network "
                "that learned to draw.",
                fix="Train one: pellucid train DATA --model ddpm, dcgan or vae",
            )
        self._task: DrawsPictures = task
        if strides is not None:
            if not isinstance(task, DenoisesPictures):
                raise RecipeError(
                    f"'{predictor.record.name}' draws a picture in one go, and not in {strides:,} strides.",
                    fix="Leave --strides out.",
                )
            self._task = task.in_strides(strides)
        self._models, self._device = parts_of(predictor.model), predictor.device

    def draw(self, number: int, *, seed: int) -> DrawnPictures:
        """Return pictures; the i-th hangs on the seed and on i alone, so that it is the same among however many.

        Args:
            number: how many.
            seed: of the draws.

        Raises:
            RecipeError: it is no such number.
        """
        if not 1 <= number <= MOST_DRAWN:
            raise RecipeError(f"-n is {number:,}.", expected=f"1 to {MOST_DRAWN:,} pictures.")
        return DrawnPictures(self.at(np.arange(number), seed=seed), seed)

    @torch.no_grad()
    def at(self, places: NDArray[np.int64], *, seed: int) -> NDArray[np.float32]:
        """Return [n, C, H, W] float32 levels from 0 to 1: the pictures of some numbers, counted from 0.

        Args:
            places: [n] numbers.
            seed: of the draws.
        """
        made = []
        with doing("drawing", len(places)) as moved:
            for start in range(0, len(places), BLOCK):
                moved(start)
                part = places[start : start + BLOCK]
                whole = torch.from_numpy(np.pad(part, (0, BLOCK - len(part)), mode="edge"))
                levels = self._task.drawn(self._models, Draws(seed, 0, whole.to(self._device)))
                made.append(levels[: len(part)].float().clamp(0, 1).numpy(force=True))
        return np.concatenate(made)


_DRAWS_NOTHING = Refused("This run answers inputs, and draws no pictures.")
DRAWING: KindTable[type[PictureDrawing]] = KindTable(
    "way to draw pictures",
    TARGETS,
    {
        "class": _DRAWS_NOTHING,
        "future": _DRAWS_NOTHING,
        "labels": _DRAWS_NOTHING,
        "mask": _DRAWS_NOTHING,
        "next": Refused("A language model draws texts: pellucid sample RUN --prompt 'a text'."),
        "generated": PictureDrawing,
        "picture": PictureDrawing,
        "paired": _DRAWS_NOTHING,
        "text": _DRAWS_NOTHING,
        "value": _DRAWS_NOTHING,
        "values": _DRAWS_NOTHING,
    },
)
"""What a run draws of random numbers alone, by the kind of its target."""
