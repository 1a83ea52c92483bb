"""What of a network is drawn: few stages instead of many layers, and each kind of block once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pellucid.models import LayerBlock, LayerSummary, Part, Repeated, fold, inputs_of, picture_order, rows_of
from pellucid.report.drawing.words import kernel_of, layer_words

MINOR = frozenset(
    [
        "ReLU",
        "ReLU6",
        "LeakyReLU",
        "ELU",
        "CELU",
        "SELU",
        "GELU",
        "GELUTanh",
        "SiLU",
        "Mish",
        "Hardswish",
        "Hardsigmoid",
        "Hardtanh",
        "Sigmoid",
        "Tanh",
        "Softplus",
        "PReLU",
        "Softmax",
        "LogSoftmax",
        "BatchNorm1d",
        "BatchNorm2d",
        "BatchNorm3d",
        "BatchNormAct2d",
        "LayerNorm",
        "LayerNorm2d",
        "LayerNormAct2d",
        "GroupNorm",
        "InstanceNorm2d",
        "LocalResponseNorm",
        "Dropout",
        "Dropout1d",
        "Dropout2d",
        "DropPath",
        "StochasticDepth",
        "LayerScale",
        "LayerScale2d",
        "relu",
        "relu6",
        "gelu",
        "silu",
        "sigmoid",
        "tanh",
        "hardswish",
        "softmax",
        "log_softmax",
        "dropout",
        "batch_norm",
        "layer_norm",
        "stochastic_depth",
        "Maxout",
        "mul",
        "Permute",
        "pad",
        "roll",
    ]
)
"""Layers that keep the shape and are said beside the layer before them."""
JOINS = frozenset(("add", "Add", "cat", "mul", "sub"))


@dataclass(frozen=True)
class Stage:
    """One volume of the drawing: what some layers that follow one another give out.

    Attributes:
        name: path of the layer or block it is named after; "input" for the input.
        shape: (height, width, channels), (tokens, numbers) or (units,).
        words: what is done on the way to it, a short line each.
        rows: numbers of the layers.
        repeats: blocks in it; 0 where it is no block.
        layers: layers of weights in it that do the same, such as two convolutions of one size.
        is_recurrent: whether it reads its own last output at each step.
        is_residual: whether its blocks have a way around them.
        kernel: (height, width), or (length,) along one axis, of the window that slides over the stage before, where
            there is one.
        is_dense: whether each of its numbers is a weighted sum of those before.
        sources: the stages it reads, by their number.
        layer: path of the layer whose output it is; None for several.
    """

    name: str
    shape: tuple[int, ...]
    words: tuple[str, ...]
    rows: tuple[int, ...]
    repeats: int = 0
    layers: int = 1
    is_residual: bool = False
    is_recurrent: bool = False
    kernel: tuple[int, ...] | None = None
    is_dense: bool = False
    sources: tuple[int, ...] = ()
    layer: str | None = None


@dataclass(frozen=True)
class BlockKind:
    """A block that occurs in a network.

    Attributes:
        path: of the first one.
        rows: of the first one.
        places: paths of all, the first one included.
    """

    path: str
    rows: range
    places: tuple[str, ...]
    num_inputs: tuple[int, int]
    """Fewest and most rows before it that one of them reads."""


def stages_of(layers: Sequence[LayerSummary], input_shape: tuple[int, ...]) -> list[Stage]:
    """Return the stages of a network, the input first."""
    found = [Stage("input", picture_order(input_shape), (), (-1,))]
    for item in _items(layers, fold(layers)):
        stage = _stage_of(layers, item, found[-1])
        before = found[-1]
        if isinstance(item, int) and _ends(layers[item], before):
            found[-1] = replace(before, shape=stage.shape, rows=(*before.rows, item))
        elif isinstance(item, int) and _is_minor(layers, item, before):
            found[-1] = replace(before, words=(*before.words, *_new_words(stage, before)), rows=(*before.rows, item))
        elif _is_same_again(layers, stage, found):
            found[-1] = replace(before, layers=before.layers + 1, rows=(*before.rows, *stage.rows))
        elif _continues(stage, before):
            found[-1] = replace(
                before,
                name=_common(before.name, stage.name),
                rows=(*before.rows, *stage.rows),
                repeats=before.repeats + stage.repeats,
                is_residual=before.is_residual or stage.is_residual,
                words=stage.words if stage.is_residual else before.words,
            )
        else:
            found.append(stage)
    return _linked(layers, _without_flattening(found))


def kinds_of(layers: Sequence[LayerSummary]) -> list[BlockKind]:
    """Return the blocks that are worth a drawing of their own, those of one wiring put together."""
    kinds: dict[tuple[object, ...], BlockKind] = {}
    for item in _items(layers, fold(layers)):
        for block in _blocks(item):
            if block.stop - block.start < 3:
                continue
            key, count = _wiring(layers, block), _num_inputs(layers, block)
            known = kinds.get(key)
            if known is None:
                kinds[key] = BlockKind(block.path, rows_of(block), (block.path,), (count, count))
            else:
                low, high = known.num_inputs
                kinds[key] = replace(
                    known, places=(*known.places, block.path), num_inputs=(min(low, count), max(high, count))
                )
    return list(kinds.values())


def _num_inputs(layers: Sequence[LayerSummary], block: LayerBlock) -> int:
    return len({source for row in rows_of(block) for source in inputs_of(layers, row) if source < block.start})


def _wiring(layers: Sequence[LayerSummary], block: LayerBlock) -> tuple[object, ...]:
    """Return what two blocks with the same drawing have in common: operators, and what reads what inside."""
    return tuple(
        (
            layers[row].operator,
            tuple(sorted({max(source - row, block.start - 1 - row) for source in inputs_of(layers, row)})),
        )
        for row in rows_of(block)
        if layers[row].operator != "Dropout"
    )


def _blocks(item: Part) -> Iterator[LayerBlock]:
    if isinstance(item, LayerBlock):
        yield item
    elif isinstance(item, Repeated):
        yield from item.blocks


def _items(layers: Sequence[LayerSummary], parts: Sequence[Part]) -> Iterator[Part]:
    """Yield rows and blocks in order, larger modules taken apart."""
    has_blocks = any(
        isinstance(part, Repeated) or (isinstance(part, LayerBlock) and _branches(layers, part)) for part in parts
    )
    for part in parts:
        if isinstance(part, int):
            yield part
        elif isinstance(part, LayerBlock) and _count_units(layers, part.parts) >= 2:
            yield from _items(layers, part.parts)
        elif (
            isinstance(part, LayerBlock) and not _branches(layers, part) and not (has_blocks and _is_deep(layers, part))
        ):
            yield from rows_of(part)
        elif isinstance(part, Repeated) and _count_units(layers, part.blocks[0].parts) >= 2:
            for block in part.blocks:
                yield from _items(layers, block.parts)
        elif isinstance(part, Repeated) and not _is_deep(layers, part.blocks[0]):
            yield from rows_of(part)
        else:
            yield part


def _is_deep(layers: Sequence[LayerSummary], block: LayerBlock) -> bool:
    """Tell whether a chain of layers counts as a block: with two layers of weights or more."""
    return _branches(layers, block) or sum(layers[row].multiply_adds > 0 for row in rows_of(block)) >= 2


def _count_units(layers: Sequence[LayerSummary], parts: Sequence[Part]) -> int:
    count = 0
    for part in parts:
        if isinstance(part, Repeated):
            count += len(part.blocks) if _is_deep(layers, part.blocks[0]) else 0
        elif isinstance(part, LayerBlock):
            count += max(_count_units(layers, part.parts), int(_branches(layers, part)))
    return count


def _branches(layers: Sequence[LayerSummary], block: LayerBlock) -> bool:
    """Tell whether a block is more than a chain: something in it reads two rows, or not the row before."""
    return any(
        inputs_of(layers, row) != (row - 1,) and (row > block.start or len(inputs_of(layers, row)) > 1)
        for row in rows_of(block)
    )


def _stage_of(layers: Sequence[LayerSummary], item: Part, before: Stage) -> Stage:
    rows = rows_of(item)
    last = layers[rows[-1]]
    name = last.name or last.operator
    if isinstance(item, int):
        words = layer_words(last)
        if last.operator == "Dropout" and len(before.shape) == 2 and len(last.output_shape) == 1:
            name, words = "one token", ""
        return Stage(
            name,
            _shape(last),
            (words,) if words else (),
            tuple(rows),
            is_recurrent=last.operator in ("LSTM", "GRU", "RNN"),
            kernel=kernel_of(last),
            is_dense=last.multiply_adds > 0,
            layer=last.name,
        )
    blocks = list(_blocks(item))
    is_residual = any(
        layers[row].operator.lower().startswith("add") and len(inputs_of(layers, row)) > 1 for row in rows_of(blocks[0])
    )
    is_joined = any(layers[row].operator == "cat" and len(inputs_of(layers, row)) > 1 for row in rows)
    words = "residual" if is_residual else "joined" if is_joined else ""
    words = f"{words} block".lstrip()
    name = _common(blocks[0].path, blocks[-1].path)
    is_dense = any(layers[row].multiply_adds > 0 for row in rows)
    return Stage(
        name, _shape(last), (words,), tuple(rows), repeats=len(blocks), is_residual=is_residual, is_dense=is_dense
    )


def _shape(layer: LayerSummary) -> tuple[int, ...]:
    return picture_order(layer.output_shape)


def _is_minor(layers: Sequence[LayerSummary], row: int, before: Stage) -> bool:
    layer = layers[row]
    if before.name == "input" and layer.operator not in ("Flatten", "flatten"):
        return False
    same = _shape(layer) == before.shape
    joins = layer.operator in JOINS and len(inputs_of(layers, row)) < 2
    is_minor = layer.operator in MINOR or joins or (layer.operator in ("Flatten", "flatten"))
    # Tokens are often flattened one way and turned the other; the class token makes them one more.
    is_token = len(layer.output_shape) == 2 and layer.operator in ("flatten", "Flatten")
    return (same and is_minor) or is_token


def _ends(layer: LayerSummary, before: Stage) -> bool:
    """Tell whether a layer joins what the blocks before it gave, as at the end of a dense block."""
    return bool(before.repeats) and layer.operator == "cat" and layer.name.rpartition("/")[0] == before.name


def _is_same_again(layers: Sequence[LayerSummary], stage: Stage, found: list[Stage]) -> bool:
    """Tell whether a convolution does what the one before did, at the same size."""
    before = found[-1]
    return (
        stage.kernel is not None
        and not stage.repeats
        and layers[stage.rows[0]].multiply_adds > 0
        and stage.shape == before.shape
        and stage.words[:1] == before.words[:1]
    )


def _continues(stage: Stage, before: Stage) -> bool:
    """Tell whether a stage is another block of the one before."""
    return bool(before.repeats and stage.repeats) and stage.shape == before.shape


def _common(one: str, other: str) -> str:
    """Return the path of the module that two blocks lie in: "layer1" of "layer1.0" and "layer1.1"."""
    shared = []
    for a, b in zip(one.split("."), other.split("."), strict=False):
        if a != b:
            break
        shared.append(a)
    return ".".join(shared) or one


def _new_words(stage: Stage, before: Stage) -> tuple[str, ...]:
    return tuple(
        words
        for words in stage.words
        if words not in before.words and not (words in ("flatten", "×") and len(before.shape) < 3)
    )


def _without_flattening(found: list[Stage]) -> list[Stage]:
    """Leave out the step from 1 x 1 x C to C, which changes no number's place."""
    kept: list[Stage] = []
    for stage in found:
        if (
            kept
            and stage.words[:1] == ("flatten",)
            and kept[-1].shape[:-1] == (1, 1)
            and kept[-1].shape[-1] == stage.shape[0]
        ):
            words = (*kept[-1].words, *stage.words[1:])
            kept[-1] = replace(kept[-1], shape=stage.shape, words=words, rows=(*kept[-1].rows, *stage.rows))
        else:
            kept.append(stage)
    return kept


def _linked(layers: Sequence[LayerSummary], found: list[Stage]) -> list[Stage]:
    stage_of_row = {row: number for number, stage in enumerate(found) for row in stage.rows}
    linked = []
    for number, stage in enumerate(found):
        sources = {
            stage_of_row[source]
            for row in stage.rows
            if row >= 0
            for source in inputs_of(layers, row)
            if source in stage_of_row
        }
        linked.append(replace(stage, sources=tuple(sorted(sources - {number}))))
    return linked
