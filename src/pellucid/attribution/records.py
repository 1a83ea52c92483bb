"""What the room gives back: typed results with their arrays, and the same as plain JSON types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.attribution.methods import METHODS
from pellucid.preprocessing import Placement
from pellucid.printed import Printed
from pellucid.records import Decision, brief

if TYPE_CHECKING:
    from pellucid.attribution.agreement import Agreement
    from pellucid.attribution.deletion import DeletionCheck
    from pellucid.attribution.randomising import RandomisationCheck


@dataclass(frozen=True)
class Attribution:
    """How much each part of an input mattered to one score, by one method.

    Attributes:
        method: its name in the table of methods.
        values: float32, as the method defines them: [C, H, W] or [D] like the input, [rows, columns] of a layer's grid.
        cells: [rows, columns] float32 that covers the input evenly, or [D] of a row: what is shown.
        is_signed: whether cells below 0 speak against the score; else all are 0 or more.
        layer: whose maps were weighed; "" where the method needs none.
        layout: of that layer, in words.
        settings: what the method was told, in words.
        figures: what it reports besides, e.g. "completeness_gap" in the score's unit.
        randomisation: what is left of the map when the weights are shuffled; None where not checked.
        deletion: whether what the map marks matters more than parts at random; None where not checked.
    """

    __repr__ = brief

    method: str
    values: NDArray[np.float32]
    cells: NDArray[np.float32]
    is_signed: bool
    layer: str = ""
    layout: str = ""
    settings: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    randomisation: RandomisationCheck | None = None
    deletion: DeletionCheck | None = None

    @property
    def title(self) -> str:
        """The method's name as people write it."""
        return METHODS[self.method].title

    @property
    def is_empty(self) -> bool:
        """Whether the map says nothing at all: every cell is 0."""
        return not bool(self.cells.any())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Plain sentences on why this map should not be trusted; () where none was found."""
        if self.is_empty:
            return ("This map is empty: by this method nothing in the input raises the score.",)
        checks = (self.randomisation, self.deletion)
        return tuple(check.warning for check in checks if check is not None and check.warning)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but `values` as plain JSON types."""
        return {
            "method": self.method,
            "layer": self.layer,
            "layout": self.layout,
            "settings": self.settings,
            "is_signed": self.is_signed,
            "cells": _rounded(self.cells),
            "figures": dict(self.figures),
            "randomisation": None if self.randomisation is None else self.randomisation.to_dict(),
            "deletion": None if self.deletion is None else self.deletion.to_dict(),
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class Neighbour:
    """A training example that is near to the example in the network's last features.

    Attributes:
        name: of the example.
        index: in the dataset.
        target: its target, in words.
        distance: one minus the cosine of the two feature vectors, in [0, 2].
        picture: uint8 pixels, shrunk; None of a row.
    """

    name: str
    index: int
    target: str
    distance: float
    picture: NDArray[np.uint8] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"name": self.name, "index": self.index, "target": self.target, "distance": self.distance}


@dataclass(frozen=True)
class Explanation(Printed):
    """What speaks for one answer to one example, by one or several methods; shows itself in a notebook.

    Attributes:
        name: of the example; "" where it has none.
        target: the class, label or number that is explained.
        score: its value: a logit, or a number in the target's unit.
        unit: of the score.
        answered: the probability of the class, in [0, 1], or the score again.
        attributions: one per method, in the order asked for.
        decisions: what was chosen without being asked for.
        baseline: what shows nothing, in words.
        answer: the whole prediction in a line; "" where there is none.
        right: what would be right, as the dataset says; "" where it does not, or is sealed.
        picture: [height, width] or [height, width, 3] uint8, as a person sees it; None of a row.
        placement: where on the picture the network's input lies; None of a row.
        columns: names of the D numbers of a row; () of a picture.
        series: [C, T] values of a series, NaN where one is missing; None of what is no series.
        channels: names of a series' channels as the network is given them; () of what is no series.
        agreement: of the methods with one another; None of a single one.
        neighbours: the nearest training examples, nearest first.
        calibration: what was done to the logits before they became the probability, in words; "" for nothing.
    """

    __repr__ = brief

    name: str
    target: str
    score: float
    unit: str
    answered: float
    attributions: tuple[Attribution, ...]
    decisions: tuple[Decision, ...]
    baseline: str
    answer: str = ""
    right: str = ""
    picture: NDArray[np.uint8] | None = None
    placement: Placement | None = None
    columns: tuple[str, ...] = ()
    series: NDArray[Any] | None = None
    channels: tuple[str, ...] = ()
    agreement: Agreement | None = None
    neighbours: tuple[Neighbour, ...] = ()
    calibration: str = ""

    def __getitem__(self, method: str) -> Attribution:
        """Return the attribution by one method."""
        for attribution in self.attributions:
            if attribution.method == method:
                return attribution
        raise KeyError(method)

    def on_picture(self, attribution: Attribution) -> NDArray[np.float32]:
        """Return a map at the picture's full size, float32 [height, width]; NaN where the network did not look."""
        assert self.placement is not None, "a row of a table has no picture"
        return self.placement.on_picture(attribution.cells)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; maps as rows of cells, without the picture."""
        placement = self.placement
        return {
            "name": self.name,
            "answer": self.answer,
            "right": self.right,
            "target": self.target,
            "score": self.score,
            "unit": self.unit,
            "answered": self.answered,
            "calibration": self.calibration,
            "baseline": self.baseline,
            "attributions": [attribution.to_dict() for attribution in self.attributions],
            "agreement": None if self.agreement is None else self.agreement.to_dict(),
            "neighbours": [neighbour.to_dict() for neighbour in self.neighbours],
            "columns": list(self.columns),
            "channels": list(self.channels),
            "placement": None
            if placement is None
            else {
                "picture": list(placement.picture),
                "top": placement.top,
                "left": placement.left,
                "height": placement.height,
                "width": placement.width,
            },
            "decisions": [decision.to_dict() for decision in self.decisions],
        }


def _rounded(values: NDArray[np.float32]) -> Any:
    """Return nested lists with six significant digits: all that float32 holds to be told."""
    flat = [float(f"{value:.6g}") for value in values.reshape(-1).tolist()]
    return flat if values.ndim == 1 else np.array(flat, np.float64).reshape(values.shape).tolist()
