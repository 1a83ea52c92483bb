"""Blocks that are built alike and follow one another: what a table or a drawing shows once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pellucid.models.layer import LayerSummary


@dataclass(frozen=True)
class LayerBlock:
    """A module with several layers.

    Attributes:
        path: of the module.
        start, stop: its rows are layers[start:stop].
        parts: in order, rows by their number, and inner blocks.
    """

    path: str
    start: int
    stop: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Repeated:
    """Blocks that follow one another and are built alike: the same operators with the same kernels and strides.

    Attributes:
        blocks: at least 2; their widths may differ.
    """

    blocks: tuple[LayerBlock, ...]


Part = int | LayerBlock | Repeated


def fold(layers: Sequence[LayerSummary]) -> tuple[Part, ...]:
    """Return the layers as blocks within blocks, with those that repeat one another put together."""
    return _fold(layers, 0, len(layers), "")


def rows_of(part: Part) -> range:
    """Return the numbers of the rows in a part."""
    if isinstance(part, int):
        return range(part, part + 1)
    if isinstance(part, LayerBlock):
        return range(part.start, part.stop)
    return range(part.blocks[0].start, part.blocks[-1].stop)


def repetitions(parts: Sequence[Part]) -> Iterator[Repeated]:
    """Yield the repeated blocks at any depth, outer ones first."""
    for part in parts:
        if isinstance(part, Repeated):
            yield part
            yield from repetitions(part.blocks[0].parts)
        elif isinstance(part, LayerBlock):
            yield from repetitions(part.parts)


def module_of(layer: LayerSummary) -> str:
    """Return the path of the module that a row's layer or operator is a direct part of."""
    path, slash, _ = layer.name.rpartition("/")
    return path if slash else layer.name.rpartition(".")[0]


def _fold(layers: Sequence[LayerSummary], start: int, stop: int, path: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for child, group in groupby(range(start, stop), key=lambda row: _child(layers[row], path)):
        rows = list(group)
        if child is None:
            parts += rows
        else:
            low, high = rows[0], rows[-1] + 1
            inner = _fold(layers, low, high, child)
            # A module with one part alone is that part.
            parts.append(inner[0] if len(inner) == 1 else LayerBlock(child, low, high, inner))
    folded: list[Part] = []
    for _, alike in groupby(parts, key=lambda part: _signature(layers, part)):
        chain: list[Part] = []
        for part in alike:
            # Branches side by side (Inception) may be built alike, and are no repetition.
            if chain and not _follows(layers, chain[-1], part):
                folded += _joined(chain)
                chain = []
            chain.append(part)
        folded += _joined(chain)
    return tuple(folded)


def _joined(chain: Sequence[Part]) -> list[Part]:
    blocks = [part for part in chain if isinstance(part, LayerBlock)]
    return [Repeated(tuple(blocks))] if len(blocks) > 1 else list(chain)


def _follows(layers: Sequence[LayerSummary], before: Part, part: Part) -> bool:
    """Tell whether a block reads the one before it; branches side by side do not."""
    return any(source in rows_of(before) for row in rows_of(part) for source in inputs_of(layers, row))


def inputs_of(layers: Sequence[LayerSummary], row: int) -> tuple[int, ...]:
    """Return the rows that a row reads; of older records, which do not say, the one before."""
    inputs = layers[row].inputs
    return (row - 1,) if inputs is None else inputs


def _child(layer: LayerSummary, path: str) -> str | None:
    """Return the path of the module directly under `path` that a row lies in, None if it lies in none."""
    module = module_of(layer)
    inside = module if path == "" else module.removeprefix(f"{path}.") if module.startswith(f"{path}.") else ""
    first = inside.split(".")[0]
    if not first or module == path:
        return None
    return first if path == "" else f"{path}.{first}"


def _signature(layers: Sequence[LayerSummary], part: Part) -> tuple[object, ...]:
    """Return what blocks built alike have in common; a row's is its own number."""
    if not isinstance(part, LayerBlock):
        return (rows_of(part),)
    return tuple(
        (
            layer.name.removeprefix(part.path),
            layer.operator,
            layer.details,
            None if layer.inputs is None else tuple(row - place for row in layer.inputs if row >= part.start),
        )
        for place, layer in enumerate(layers[part.start : part.stop], start=part.start)
    )
