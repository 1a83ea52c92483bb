"""Which pixels a place of a layer can see, found by letting a value that spoils everything it touches spread.

NaN in the input makes NaN of every value that is computed from it, whatever the weights are: through convolution,
pooling, activation, normalisation, additions and attention. So a place's receptive field is where a NaN reaches it
from, exactly, in any architecture; formulas hold for chains only.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from pellucid.features.layers import catching, units_of
from pellucid.features.records import Box

BATCH_NUMBERS = 1 << 22


@torch.no_grad()
def receptive_boxes(
    model: nn.Module, layer: str, input_shape: tuple[int, int, int], places: Sequence[tuple[int, ...]]
) -> dict[tuple[int, ...], Box]:
    """Return what each place of a layer sees of the picture: the smallest rectangle around its receptive field.

    Each of a rectangle's four edges is found by halving: pixels beyond a line are spoiled, and the place is spoiled
    with them or not. The middle of the field need not be the middle of the picture's part: padding cuts it at the
    edges.

    Args:
        model: the network.
        layer: a path in it.
        input_shape: (C, H, W) of one example.
        places: (row, column), (token,) or () each; positions of `catching`'s output beyond batch and units.

    Returns:
        (top, left, bottom, right) in pixels, ends exclusive, for each place.
    """
    _, height, width = input_shape
    wanted = list(dict.fromkeys(places))
    edges = {}
    for axis, size in ((2, height), (3, width)):
        for from_start in (True, False):
            edges[axis, from_start] = _edge(model, layer, input_shape, wanted, axis, size, from_start=from_start)
    return {
        place: (edges[2, True][k], edges[3, True][k], edges[2, False][k], edges[3, False][k])
        for k, place in enumerate(wanted)
    }


def _edge(
    model: nn.Module,
    layer: str,
    input_shape: tuple[int, int, int],
    places: list[tuple[int, ...]],
    axis: int,
    size: int,
    *,
    from_start: bool,
) -> list[int]:
    """Return per place where its field begins (`from_start`) or ends along an axis of the input."""
    # Begins: the largest line below which spoiling changes nothing. Ends: the smallest line from which it does not.
    low, high = [0] * len(places), [size] * len(places)
    for _ in range(size.bit_length() + 1):
        middle = [(a + b + 1) // 2 if from_start else (a + b) // 2 for a, b in zip(low, high, strict=True)]
        lines = sorted({line for line, a, b in zip(middle, low, high, strict=True) if a < b})
        if not lines:
            break
        spoiled = _spoiled(model, layer, input_shape, axis, lines, from_start=from_start)
        for k, place in enumerate(places):
            if low[k] >= high[k]:
                continue
            touched = bool(spoiled[(lines.index(middle[k]), *place)])
            if from_start:
                low[k], high[k] = (low[k], middle[k] - 1) if touched else (middle[k], high[k])
            else:
                low[k], high[k] = (middle[k] + 1, high[k]) if touched else (low[k], middle[k])
    return low


def _spoiled(
    model: nn.Module,
    layer: str,
    input_shape: tuple[int, int, int],
    axis: int,
    lines: list[int],
    *,
    from_start: bool,
) -> Tensor:
    """Return [lines, *places] bool: which places a NaN in all pixels before (or from) each line reaches."""
    like = next(model.parameters(), torch.empty(0))
    channels, height, width = input_shape
    size = max(1, BATCH_NUMBERS // (channels * height * width))
    reached = []
    with _plain_convolutions(), catching(model, layer) as caught:
        for start in range(0, len(lines), size):
            part = lines[start : start + size]
            batch = torch.zeros(len(part), *input_shape, dtype=like.dtype, device=like.device)
            for row, line in enumerate(part):
                length = batch.shape[axis]
                first, count = (0, line) if from_start else (line, length - line)
                batch[row].narrow(axis - 1, first, count).fill_(float("nan"))
            caught.clear()
            model(batch)
            reached.append(units_of(caught, layer).isnan().any(dim=1).cpu())
    return torch.cat(reached)


@contextmanager
def _plain_convolutions() -> Iterator[None]:
    """Leave quick convolutions out: Winograd and FFT compute neighbours together, and a NaN would pass between them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # setting oneDNN's flags speaks of hardware that is not there
        with (
            torch.backends.mkldnn.flags(enabled=False),
            torch.backends.nnpack.flags(enabled=False),
            torch.backends.cudnn.flags(enabled=False),
        ):
            yield
