"""What is known of one layer of a model: pure data, without torch."""

from __future__ import annotations

from pellucid.spec import Record


class LayerSummary(Record):
    """One call of one layer."""

    name: str
    """The path of the module, e.g. "stage1.block2.conv1"; "" for a model that is one layer."""
    operator: str
    """The kind of layer, as torch calls it, e.g. "Conv2d"."""
    details: str = ""
    """Kernel, stride and so on, in words; "" where there are none."""
    output_shape: tuple[int, ...]
    """Without the batch axis."""
    parameters: int
    """Numbers the layer holds itself; 0 where an earlier row already counted them."""
    multiply_adds: int
    """For one example, of convolutions and dense layers (biases not counted); 0 for the others."""
