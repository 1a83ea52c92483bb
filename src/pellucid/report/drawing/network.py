"""All drawings of one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.models import LayerSummary
from pellucid.report import wording
from pellucid.report.drawing.blocks import block_drawing
from pellucid.report.drawing.overview import Weights, overview
from pellucid.report.drawing.stages import BlockKind, kinds_of
from pellucid.words import counted

MOST_KINDS = 4


@dataclass(frozen=True)
class NetworkDrawing:
    """A network as pictures.

    Attributes:
        whole: from input to output.
        blocks: (caption, picture) of each kind of block, the most frequent kinds first named in the order they occur.
        caption: how the picture is to be read.
    """

    whole: Markup
    blocks: tuple[tuple[str, Markup], ...]
    caption: str


def draw_network(
    name: str,
    layers: Sequence[LayerSummary],
    input_shape: tuple[int, ...],
    *,
    weights: Mapping[str, Weights] | None = None,
    biases: Mapping[str, Sequence[float]] | None = None,
) -> NetworkDrawing | None:
    """Return the drawings of a network, or None where there is nothing to draw.

    Args:
        name: of the network, for those who do not see the drawing.
        layers: in order.
        input_shape: without the batch.
        weights: of dense layers by their name, outputs x inputs: drawn where the layer is small.
        biases: of the same.
    """
    result = wording.shape(layers[-1].output_shape) if layers else "nothing"
    label = f"{name}: from {wording.shape(input_shape)} to {result} in {counted(len(layers), 'layer')}"
    whole = overview(layers, input_shape, label=label, weights=weights, biases=biases)
    if whole is None:
        return None
    kinds = sorted(kinds_of(layers), key=lambda kind: -len(kind.places))[:MOST_KINDS]
    blocks = []
    for kind in sorted(kinds, key=lambda kind: kind.rows.start):
        caption = _caption(kind)
        picture = block_drawing(layers, kind, label=f"{name}: {caption}")
        if picture is not None:
            blocks.append((caption, picture))
    return NetworkDrawing(whole, tuple(blocks), _reading(input_shape))


def _caption(kind: BlockKind) -> str:
    others = len(kind.places) - 1
    if not others:
        return f"Inside {kind.path}"
    more = ", ".join(kind.places[1:4]) + (f" and {others - 3} more" if others > 3 else "")
    return f"Inside {kind.path}; wired alike: {more}"


def _reading(input_shape: tuple[int, ...]) -> str:
    if len(input_shape) == 3:
        return "Height × width × channels of what flows through it; sides not to scale"
    return "What flows through it: numbers after each layer"
