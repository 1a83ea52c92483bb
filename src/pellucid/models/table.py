"""A model's summary as a table of words, for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pellucid.models.folding import LayerBlock, Part, Repeated, fold
from pellucid.models.layer import LayerSummary, ModelSummary, ReceptiveField
from pellucid.printed import text_of

HEADINGS = (
    "layer",
    "operator",
    "output",
    "parameters",
    "multiply-adds",
    "receptive field",
    "stride",
    "start",
    "output size",
)


@dataclass(frozen=True)
class TableRow:
    """One line: a layer, or blocks that are built like the one before.

    Attributes:
        name: of the layer, or of the blocks.
        operator: with its details.
        output, output_formula: the shape, height and width first, and how it follows from the input's.
        parameters, parameter_formula, multiply_adds: of the layer, or of the blocks together.
        field, stride, start: the receptive field's size and how it moves, in words; "" where there is none.
        num_folded: blocks this line stands for; 0 for a layer.
    """

    name: str
    operator: str
    output: str
    output_formula: str
    parameters: int
    parameter_formula: str
    multiply_adds: int
    field: str
    stride: str
    start: str
    num_folded: int = 0


def table_rows(summary: ModelSummary, *, whole: bool = False) -> list[TableRow]:
    """Return the lines of the table.

    Args:
        summary: of the model.
        whole: whether blocks that are built like the one before are listed, too.
    """
    if whole:
        return [_row(layer) for layer in summary.layers]
    return list(_lines(summary.layers, fold(summary.layers)))


def _lines(layers: Sequence[LayerSummary], parts: Sequence[Part]) -> Iterator[TableRow]:
    for part in parts:
        if isinstance(part, int):
            yield _row(layers[part])
        elif isinstance(part, LayerBlock):
            yield from _lines(layers, part.parts)
        else:
            yield from _lines(layers, part.blocks[0].parts)
            yield _more(layers, part)


def _more(layers: Sequence[LayerSummary], repeated: Repeated) -> TableRow:
    rest = repeated.blocks[1:]
    rows = layers[rest[0].start : rest[-1].stop]
    first, last = rest[0].path, rest[-1].path
    name = first if len(rest) == 1 else f"{first} to {last.rpartition('.')[2]}"
    field, stride, start = _field(rows[-1].receptive_field)
    return TableRow(
        name=name,
        operator=f"built like {repeated.blocks[0].path}: {len(rows)} more layers",
        output=shape_words(rows[-1].output_shape),
        output_formula="",
        parameters=sum(row.parameters for row in rows),
        parameter_formula="",
        multiply_adds=sum(row.multiply_adds for row in rows),
        field=field,
        stride=stride,
        start=start,
        num_folded=len(rest),
    )


def _row(layer: LayerSummary) -> TableRow:
    field, stride, start = _field(layer.receptive_field)
    return TableRow(
        name=layer.name or "(the model)",
        operator=f"{layer.operator} {layer.details}".rstrip(),
        output=" x ".join(map(str, layer.output_shape))
        if "attention" in layer.operator
        else shape_words(layer.output_shape),
        output_formula=layer.output_formula,
        parameters=layer.parameters,
        parameter_formula=layer.parameter_formula,
        multiply_adds=layer.multiply_adds,
        field=field,
        stride=stride,
        start=start,
    )


def shape_words(shape: tuple[int, ...]) -> str:
    """Return a shape with height and width first: (6, 28, 28) -> "28 x 28 x 6"."""
    return " x ".join(str(size) for size in picture_order(shape)) or "1"


def picture_order(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return (height, width, channels) from (channels, height, width); other shapes as they are.

    Some networks (Swin, ConvNeXt) keep the channels last: equal sides in front are taken for height and width.
    """
    is_last = len(shape) == 3 and shape[0] == shape[1] != shape[2]
    return (*shape[1:], shape[0]) if len(shape) == 3 and not is_last else shape


def _field(field: ReceptiveField | None) -> tuple[str, str, str]:
    if field is None:
        return "", "", ""
    if field.is_whole:
        return "whole input", "", ""
    return " x ".join(str(side) for side in field.size), _sides(field.stride), _sides(field.start)


def _sides(sides: tuple[int, ...]) -> str:
    return str(sides[0]) if len(set(sides)) == 1 else " x ".join(map(str, sides))


@text_of.register(ModelSummary)
def summary_text(summary: ModelSummary, *, whole: bool = False) -> str:
    """Return the table as plain text, with its totals."""
    lines = [HEADINGS]
    lines += [
        (
            *(row.name, row.operator, row.output, f"{row.parameters:,}", f"{row.multiply_adds:,}"),
            *(row.field, row.stride, row.start, row.output_formula),
        )
        for row in table_rows(summary, whole=whole)
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [
        "  ".join(
            cell.rjust(width) if column in (3, 4, 6, 7) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*text, totals_words(summary)])


def totals_words(summary: ModelSummary) -> str:
    """Return one sentence with the totals."""
    frozen = summary.parameters - summary.trainable
    words = f" ({frozen:,} of them frozen)" if frozen else ""
    words += f", of which {summary.unread:,} are never read" if summary.unread > 0 else ""
    return (
        f"{summary.name}: {summary.parameters:,} parameters{words}, "
        f"{summary.multiply_adds:,} multiply-adds for an input of {shape_words(summary.input_shape)}"
    )
