"""What an output sees where an operator only moves, picks or takes apart numbers: receptive fields keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pellucid.models.arguments import argument, each, given
from pellucid.models.axes import Axis, Seen
from pellucid.models.recording import Operation


def permute(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Dimensions in another order."""
    ndim = given(operation).ndim
    if operation.name == "permute":
        words = operation.args[1:] or tuple(operation.kwargs.values())
        order = words[0] if len(words) == 1 and not isinstance(words[0], int) else words
        order = [int(dim) % ndim for dim in order]
    else:
        order = list(range(ndim))
        one, other = (int(argument(operation, word)) % ndim for word in ("dim0", "dim1"))
        order[one], order[other] = order[other], order[one]
    return tuple(axis if axis.place is None else replace(axis, place=order.index(axis.place)) for axis in known[0])


def reshape(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Find each side again: whole as one dimension, or joined with its neighbours into one."""
    before, after = _ends(given(operation).shape), _ends(operation.output.shape)
    found = []
    for axis in known[0]:
        if axis.place is None:
            found.append(axis)
            continue
        low, high = before[axis.place]
        homes = [place for place, (start, end) in enumerate(after) if start <= low and high <= end]
        if not homes:
            return None
        found.append(replace(axis, place=homes[0] if len(homes) == 1 else homes[-1]))
    return tuple(found)


def _ends(shape: Sequence[int]) -> list[tuple[int, int]]:
    """Return per dimension how many numbers follow one step behind it, and one step along it."""
    ends, inside = [], 1
    for size in reversed(shape):
        ends.append((inside, inside * int(size)))
        inside *= int(size)
    return ends[::-1]


def index(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Slices with their steps, and single places; nothing finer."""
    source = given(operation)
    words = operation.args[1] if isinstance(operation.args[1], tuple) else (operation.args[1],)
    if any(not (isinstance(word, int | slice) or word is None or word is Ellipsis) for word in words):
        return None
    spelled = sum(word is not None and word is not Ellipsis for word in words)
    full = [slice(None)] * (source.ndim - spelled)
    where = words.index(Ellipsis) if Ellipsis in words else len(words)
    words = (*words[:where], *full, *words[where + 1 :])
    places: dict[int, tuple[int | None, Any]] = {}
    old = new = 0
    for word in words:
        if word is None:
            new += 1
        elif isinstance(word, int):
            places[old] = (None, word)
            old += 1
        else:
            places[old] = (new, word)
            old, new = old + 1, new + 1
    found = []
    for axis in known[0]:
        if axis.place is None:
            found.append(axis)
            continue
        place, word = places[axis.place]
        length = int(source.shape[axis.place])
        if place is None:
            if length != axis.count:
                return None  # a token among others: not a row or a column
            found.append(Axis(None, 1, axis.size, axis.stride, axis.start + (int(word) % length) * axis.stride))
            continue
        first, stop, step = word.indices(length)
        count = len(range(first, stop, step))
        if (first, count) != (0, length) and length != axis.count:
            return None
        found.append(
            replace(
                axis,
                place=place,
                count=count if length == axis.count else axis.count,
                stride=axis.stride * step,
                start=axis.start + first * axis.stride,
            )
        )
    return tuple(found)


def pad(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Pixels put around or cut away: the first place moves."""
    ndim = given(operation).ndim
    amounts = list(argument(operation, "pad", ()))
    before = {ndim - 1 - place: int(amounts[2 * place]) for place in range(len(amounts) // 2)}
    return tuple(
        axis
        if axis.place is None
        else replace(
            axis,
            count=int(operation.output.shape[axis.place]),
            start=axis.start - before.get(axis.place, 0) * axis.stride,
        )
        for axis in known[0]
    )


def part(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Pieces of a tensor, cut where no side of the picture lies."""
    source, result = given(operation), operation.output
    if any(axis.place is not None and source.shape[axis.place] != result.shape[axis.place] for axis in known[0]):
        return None
    return known[0]


def shift(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Dimensions of size 1 that come or go, and a dimension that is taken apart."""
    source, result = given(operation), operation.output
    if operation.name in ("unbind", "select"):
        gone = [int(argument(operation, "dim", 0)) % source.ndim]
    elif operation.name == "squeeze":
        asked = argument(operation, "dim")
        gone = (
            [place for place, size in enumerate(source.shape) if size == 1]
            if asked is None
            else [dim % source.ndim for dim in each(asked, 1)]
        )
        gone = [place for place in gone if source.shape[place] == 1]
    else:
        came = int(argument(operation, "dim")) % result.ndim
        return tuple(
            axis if axis.place is None else replace(axis, place=axis.place + (axis.place >= came)) for axis in known[0]
        )
    if any(axis.place in gone and axis.count > 1 for axis in known[0]):
        return None
    return tuple(
        axis
        if axis.place is None
        else axis.collapsed
        if axis.place in gone
        else replace(axis, place=axis.place - sum(dim < axis.place for dim in gone))
        for axis in known[0]
    )
