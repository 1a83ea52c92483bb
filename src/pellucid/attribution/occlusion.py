"""Occlusion: a part of the input is covered, and the score is looked at again."""

from __future__ import annotations

from itertools import product
from typing import Any

import torch
from torch import Tensor

from pellucid.attribution.question import Heat, Question

WINDOWS = 7
"""Windows that cover a side of the picture, next to one another; they move by half their size."""


STRETCHES = 20
"""Windows that cover a series, next to one another."""


def occlusion(question: Question) -> Heat:
    """Occlusion (Zeiler & Fergus 2014, section 4.2): by how much the score falls when a window shows the baseline.

    Windows of a seventh of a side move by half their size; each pixel has the mean of the windows over it. Of a row,
    each number alone is replaced; of a series each channel by itself.
    """
    if question.inputs.ndim == 2:
        values = occlude(question, window=(1,), stride=(1,))
        return Heat(values, values, is_signed=True, settings="one column at a time")
    if question.inputs.ndim == 3:
        length = max(1, -(-question.inputs.shape[2] // STRETCHES))
        step = max(1, length // 2)
        values = occlude(question, window=(1, length), stride=(1, step))
        return Heat(values, values, is_signed=True, settings=f"{length} steps of one channel, moved by {step}")
    height, width = question.inputs.shape[2:]
    window = (max(1, -(-height // WINDOWS)), max(1, -(-width // WINDOWS)))
    stride = (max(1, window[0] // 2), max(1, window[1] // 2))
    values = occlude(question, window=window, stride=stride)
    settings = f"windows of {window[0]} x {window[1]} pixels, moved by {stride[0]} and {stride[1]}"
    return Heat(values, values[0], is_signed=True, settings=settings)


def occlude(question: Question, *, window: tuple[int, ...], stride: tuple[int, ...]) -> Tensor:
    """Return the mean fall of the score over the windows on each place.

    Args:
        question: whose baseline shows in the windows.
        window, stride: (height, width) in pixels, (channels, steps), or (columns,); the last window of a side may
            reach beyond it.

    Returns:
        [C, H, W] (equal in all channels), [C, T] or [D].
    """
    inputs = question.inputs
    sides = inputs.shape[2:] if inputs.ndim == 4 else inputs.shape[1:]
    corners = list(product(*(_starts(side, w, s) for side, w, s in zip(sides, window, stride, strict=True))))
    total = torch.zeros(tuple(sides), dtype=torch.float64)
    count = torch.zeros(tuple(sides), dtype=torch.float64)
    whole = float(question.scores(inputs)[0])
    size = question.copies
    for first in range(0, len(corners), size):
        places = [
            tuple(slice(start, start + length) for start, length in zip(corner, window, strict=True))
            for corner in corners[first : first + size]
        ]
        batch = inputs.repeat(len(places), *[1] * (inputs.ndim - 1))
        for covered, place in zip(batch, places, strict=True):
            where: Any = (..., *place)
            covered[where] = question.baseline[0][where]
        for place, score in zip(places, question.scores(batch).tolist(), strict=True):
            total[place] += whole - score
            count[place] += 1
    fall = (total / count.clamp_min(1)).to(inputs)
    return fall.expand(inputs.shape[1:]).clone()


def _starts(side: int, window: int, stride: int) -> range:
    return range(0, (-(-max(side - window, 0) // stride)) * stride + 1, stride)
