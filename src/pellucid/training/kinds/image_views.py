"""What a teacher sees of the very pictures that its student sees."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from pellucid.preprocessing import ImagePreprocessing, Preprocessing

_LUMINANCE = (0.299, 0.587, 0.114)
"""ITU-R BT.601, by which `decoding` makes colours grey."""


def of_pictures(inputs: Tensor, student: Preprocessing, teacher: Preprocessing) -> Tensor:
    """Return pictures in the teacher's size, colours and statistics."""
    own, its = ImagePreprocessing.of(student), ImagePreprocessing.of(teacher)
    levels = inputs * _per_channel(own.std, inputs) + _per_channel(own.mean, inputs)
    if levels.shape[1] == 1 and its.channels == 3:
        levels = levels.expand(-1, 3, -1, -1)
    elif levels.shape[1] == 3 and its.channels == 1:
        levels = (levels * _per_channel(_LUMINANCE, inputs)).sum(1, keepdim=True)
    if tuple(levels.shape[2:]) != (its.height, its.width):
        levels = functional.interpolate(levels, (its.height, its.width), mode="bilinear", antialias=True)
    return (levels - _per_channel(its.mean, inputs)) / _per_channel(its.std, inputs)


def _per_channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    return like.new_tensor(values).view(1, -1, 1, 1)
