"""What is known of the layers of a model: pure data, without torch."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from pellucid.printed import Printed
from pellucid.records import Record

READS_BACKWARDS = "backwards"
"""A part of the path of a recurrent layer that is given its steps turned round: the last one first."""
MOST = 2**53
Side = Annotated[int, Field(ge=1, le=MOST)]
Step = Annotated[int, Field(ge=0, le=MOST)]
Place = Annotated[int, Field(ge=-MOST, le=MOST)]

DRAWN_UNITS = 24
"""Inputs and outputs of a dense layer up to which its weights are kept to be drawn."""


class ReceptiveField(Record):
    """Which pixels of the input a number of a layer can depend on; (height, width), or one number for a series.

    The numbers at row i depend on the pixels from `start` + i * `stride` on, `size` of them; places before 0 and behind
    the last pixel are padding. `start` is minus the effective padding of Araujo et al. 2019.
    """

    size: tuple[Side, ...]
    stride: tuple[Step, ...]
    """How far the field moves from one number to its neighbour; 0 where all numbers depend on the same pixels."""
    start: tuple[Place, ...]
    is_whole: bool = False
    """Whether every number depends on the whole input."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not len(self.size) == len(self.stride) == len(self.start):
            raise ValueError("size, stride and start are of different lengths")
        return self


class LayerSummary(Record):
    """One call of one layer, or of an operator between layers."""

    name: str
    """The path of the module, e.g. "stage1.block2.conv1"; "" for a model that is one layer; for an operator that is no
    layer the path of the module it stands in, and the operator: "layer1.0/add"."""
    operator: str
    """The kind of layer, as torch calls it, e.g. "Conv2d", or of an operator, e.g. "add"."""
    details: str = ""
    """Kernel, stride and so on, in words; "" where there are none."""
    output_shape: tuple[Side, ...]
    """Without the batch axis."""
    parameters: Step
    """Numbers the layer holds itself; 0 where an earlier row already counted them."""
    multiply_adds: Step
    """For one example, of convolutions, dense and recurrent layers, products of matrices and attention (biases not
    counted); 0 for the others."""
    inputs: tuple[int, ...] | None = None
    """The rows it reads, counted from 0, -1 for the network's input; None where that was not written down."""
    receptive_field: ReceptiveField | None = None
    """None where there is no picture, or where it could not be followed."""
    output_formula: str = ""
    """How the output's height and width follow from the input's, e.g. "floor((28 - 5 + 2*2)/1) + 1 = 28"."""
    parameter_formula: str = ""
    """How many parameters that makes, e.g. "(1 * 5 * 5 + 1) * 6 = 156"."""


class ModelSummary(Printed, Record):
    """A model layer by layer."""

    name: str
    input_shape: tuple[int, ...]
    """Without the batch axis."""
    layers: tuple[LayerSummary, ...]
    """In the order in which an example passes them."""
    parameters: int
    """In all; a parameter shared by two layers counts once."""
    trainable: int
    """Of these, those that a training may change."""
    multiply_adds: int
    """For one example, in all."""
    weights: dict[str, tuple[tuple[float, ...], ...]] = Field(default_factory=dict)
    """Of the dense layers small enough to be drawn: name -> outputs x inputs, where the weights mean something."""
    biases: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """Of the same layers, where they have one."""

    @property
    def unread(self) -> int:
        """Parameters that no layer read on the way of this input."""
        return self.parameters - sum(layer.parameters for layer in self.layers)
