"""What is found about a network, as numbers: no torch, no drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.records import brief

Box = tuple[int, int, int, int]
"""(top, left, bottom, right) in pixels of the network's input; the ends are exclusive."""


@dataclass(frozen=True)
class Filters:
    """The weights of one layer.

    Attributes:
        layer: its path in the network.
        operator: as torch calls it.
        weights: [O, I, h, w] float32, of a dense layer [O, I, 1, 1]; of one that reads the picture itself, as the
            picture lies: [O, C, H, W].
        in_colours: whether the I input channels are those of the picture.
        limit: the magnitude of weight that is drawn black or white; one for the whole layer.
        strengths: [O] the Euclidean norm of each filter.
    """

    __repr__ = brief

    layer: str
    operator: str
    weights: NDArray[np.float32]
    in_colours: bool
    limit: float
    strengths: NDArray[np.float32]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, the weights included."""
        return {
            "layer": self.layer,
            "operator": self.operator,
            "shape": list(self.weights.shape),
            "in_colours": self.in_colours,
            "limit": self.limit,
            "strengths": self.strengths.tolist(),
            "weights": self.weights.tolist(),
        }


@dataclass(frozen=True)
class UnitSelectivity:
    """What one unit reacts to.

    Attributes:
        unit: its number in the layer, counted from 0.
        reacts_to: the class, label or target; "" where its value never changes, or no class has enough examples.
        value: the measure, on the half of the examples that did not choose `reacts_to`; None: too few to say.
        low, high: the measure's 95 % interval; None where there is none.
        chosen_by: the measure on the half that chose it, by which units are ranked; 0 where nothing was chosen.
        difference: mean of its class minus mean of the rest, in standard deviations of the two pooled, on the measuring
            half; None for a number as target.
        fires: share of all examples for which its value is above zero.
        is_constant: whether its value is the same for all examples.
    """

    unit: int
    reacts_to: str
    value: float | None
    low: float | None
    high: float | None
    chosen_by: float
    difference: float | None
    fires: float
    is_constant: bool = False

    def is_sure(self, chance: float) -> bool:
        """Return whether the measure differs from chance (0.5 for an area, 0 for a correlation)."""
        if self.value is None:
            return False
        if self.low is None or self.high is None:
            return abs(self.value - chance) > 0.49  # no spread was seen: without a mistake, or none to be seen
        return not self.low <= chance <= self.high

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self)}


@dataclass(frozen=True)
class Selectivity:
    """The units of a layer, the most selective first.

    Attributes:
        layer: its path in the network.
        split: whose examples.
        n: how many examples.
        pooling: how a map becomes one value: "max" or "mean" over its places; "" where there is one place only.
        measure: "auc" (share of pairs of an example of the class and another that the unit sorts rightly) or
            "spearman".
        units: all of them, ranked by how far `chosen_by` lies from what chance gives.
    """

    __repr__ = brief

    layer: str
    split: str
    n: int
    pooling: str
    measure: str
    units: tuple[UnitSelectivity, ...]

    def unit(self, number: int) -> UnitSelectivity:
        """Return one unit by its number in the layer."""
        return next(one for one in self.units if one.unit == number)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self), "units": [one.to_dict() for one in self.units]}


@dataclass(frozen=True)
class UnitMap:
    """One unit's feature map on one example.

    Attributes:
        selectivity: what the unit reacts to.
        example: its name.
        picture: [H, W, C] uint8, as the network is given it, before normalisation.
        values: [h, w] float32, the map.
        excites_more_than: share of the split's examples that excite the unit less than this one.
    """

    selectivity: UnitSelectivity
    example: str
    picture: NDArray[np.uint8]
    values: NDArray[np.float32]
    excites_more_than: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; the map, not the picture."""
        return {
            **self.selectivity.to_dict(),
            "example": self.example,
            "excites_more_than": self.excites_more_than,
            "map": self.values.tolist(),
        }


@dataclass(frozen=True)
class FeatureMaps:
    """Feature maps, chosen by what their units react to.

    Attributes:
        selectivity: of all units of the layer.
        example: the input's name, or "" where each unit shows the example of its class that excites it most.
        answer: what the network says of the input; "" without one.
        maps: the chosen ones, in order.
        chosen: how they were chosen, in a sentence.
        every: float32 [units, h, w], the maps of all units on one input: the example, or the first map's.
        every_of: the name of that input.
    """

    __repr__ = brief

    selectivity: Selectivity
    example: str
    answer: str
    maps: tuple[UnitMap, ...]
    chosen: str
    every: NDArray[np.float32] | None = None
    every_of: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "example": self.example,
            "answer": self.answer,
            "chosen": self.chosen,
            "maps": [one.to_dict() for one in self.maps],
            "selectivity": self.selectivity.to_dict(),
        }


@dataclass(frozen=True)
class Patch:
    """What excited a unit, cut out of one training example.

    Attributes:
        example: its name.
        target: its class, labels or value in words.
        value: of the unit where it is most excited.
        at: where in the feature map: (row, column), (token,) or ().
        box: what of the input the unit saw there: its receptive field, cut at the picture's edges.
        pixels: [h, w, C] uint8, the input inside the box.
    """

    example: str
    target: str
    value: float
    at: tuple[int, ...]
    box: Box
    pixels: NDArray[np.uint8]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the pixels."""
        return {
            "example": self.example,
            "target": self.target,
            "value": self.value,
            "at": list(self.at),
            "box": list(self.box),
        }


@dataclass(frozen=True)
class UnitPatches:
    """One unit and the patches that excite it most, the strongest first."""

    selectivity: UnitSelectivity
    patches: tuple[Patch, ...]


@dataclass(frozen=True)
class Patches:
    """The most exciting training patches of some units.

    Attributes:
        layer: its path in the network.
        n: how many training examples were searched.
        num_train: how many there are.
        receptive_field: (height, width) in pixels of one place of the layer, not cut by an edge where there is such a
            place.
        input_size: (height, width) of the input.
        measure: of selectivity, see `Selectivity`.
        units: the chosen units.
    """

    __repr__ = brief

    layer: str
    n: int
    num_train: int
    receptive_field: tuple[int, int]
    input_size: tuple[int, int]
    measure: str
    units: tuple[UnitPatches, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the pixels."""
        return {
            "layer": self.layer,
            "n": self.n,
            "num_train": self.num_train,
            "receptive_field": list(self.receptive_field),
            "input_size": list(self.input_size),
            "measure": self.measure,
            "units": [
                {**one.selectivity.to_dict(), "patches": [patch.to_dict() for patch in one.patches]}
                for one in self.units
            ],
        }


@dataclass(frozen=True)
class VisualisedUnit:
    """A picture made to excite one unit.

    Attributes:
        selectivity: what the unit reacts to in real pictures; of the last layer, its class.
        picture: [H, W, C] uint8.
        value: the unit's value on this picture, rounded to bytes, without jitter: the mean over its map.
        start: its value on the noise that the search began with.
        most_in_training: the largest value of the same mean that a training example reached.
    """

    selectivity: UnitSelectivity
    picture: NDArray[np.uint8]
    value: float
    start: float
    most_in_training: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the pixels."""
        numbers = {"value": self.value, "start": self.start, "most_in_training": self.most_in_training}
        return {**self.selectivity.to_dict(), **numbers}


@dataclass(frozen=True)
class Visualisation:
    """Pictures that excite units, found by optimisation.

    Attributes:
        layer: its path in the network.
        steps: of Adam.
        jitter: pixels by which the picture was shifted at random at each step, at most.
        seed: of the noise at the start and of the shifts.
        n: training examples that `most_in_training` was sought among.
        measure: of selectivity, see `Selectivity`.
        units: one picture each.
    """

    __repr__ = brief

    layer: str
    steps: int
    jitter: int
    seed: int
    n: int
    measure: str
    units: tuple[VisualisedUnit, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the pixels."""
        return {**vars(self), "units": [one.to_dict() for one in self.units]}


@dataclass(frozen=True)
class ShiftPoint:
    """What one shift, or one rotation, changes.

    Attributes:
        amount: pixels to the right or downwards, or degrees counter-clockwise.
        unchanged: share of the answers that stay.
        low, high: its 95 % interval (Wilson).
        change: mean over the examples of the largest change of a class's probability; for numbers, of the value in
            standard deviations of the unshifted answers.
        accuracy: share of right answers; None for a number as target.
        cut: share of the pictures of which the shift pushes something other than background out of the frame.
    """

    amount: float
    unchanged: float | None
    low: float | None
    high: float | None
    change: float
    accuracy: float | None
    cut: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self)}


@dataclass(frozen=True)
class ShiftResponse:
    """How answers respond to moving the picture.

    Attributes:
        split: whose examples.
        n: how many.
        size: (height, width) of the input in pixels.
        right, down: by shifts in pixels, ascending, 0 among them.
        turned: by rotations in degrees, ascending; empty when not asked for.
    """

    __repr__ = brief

    split: str
    n: int
    size: tuple[int, int]
    right: tuple[ShiftPoint, ...]
    down: tuple[ShiftPoint, ...]
    turned: tuple[ShiftPoint, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "split": self.split,
            "n": self.n,
            "size": list(self.size),
            **{name: [point.to_dict() for point in getattr(self, name)] for name in ("right", "down", "turned")},
        }
