"""Two rows of the table: pictures with a class for each pixel, and pictures that are given back.

What they do loads when one of them is learned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pellucid.kinds import Form, MaskTarget, Target
from pellucid.late import Late
from pellucid.tasks.base import Task
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

if TYPE_CHECKING:
    from torch import nn

_SEGMENTATION = Late("pellucid.tasks.segmentation", "Segmentation")
_FRAME = Late("pellucid.tasks.pixel_frame", "frame_of")
_RECONSTRUCT = Late("pellucid.tasks.reconstruct", "Reconstruct")


@dataclass(frozen=True)
class SegmentationOptions(TaskOptions):
    """What `segment` can be told: the form of a picture, and whether each class of a picture counts alike."""

    form: Form = field(default_factory=lambda: Form(shape=(1, 8, 8)))
    class_weight: Literal["balanced", "none"] = "none"


@dataclass(frozen=True)
class ReconstructOptions(TaskOptions):
    """What `reconstruct` can be told: the form of a picture, and what its model says of noise and divergence."""

    form: Form = field(default_factory=lambda: Form(shape=(1, 1, 1)))
    noise: float = 0.0
    beta: float | None = None


def _segmentation(target: Target, chosen: SegmentationOptions, scaling: Scaling) -> Task:
    given, balanced = MaskTarget.of(target), chosen.class_weight == "balanced"
    task: Task = _SEGMENTATION(len(given.classes), given.height, given.width, balanced=balanced)
    return task


def _framed(network: nn.Module, target: Target, scaling: Scaling) -> nn.Module:
    framed: nn.Module = _FRAME(network, numbers=len(MaskTarget.of(target).classes))
    return framed


def _reconstruct(target: Target, chosen: ReconstructOptions, scaling: Scaling) -> Task:
    task: Task = _RECONSTRUCT(chosen.form.shape, chosen.noise, chosen.beta)
    return task


register_task(
    TaskEntry(
        "segment",
        "a class for each pixel of a picture",
        kinds=("mask",),
        options=SegmentationOptions,
        build=_segmentation,
        frame=_framed,
    )
)
register_task(
    TaskEntry(
        "reconstruct",
        "the pictures themselves",
        kinds=("picture",),
        options=ReconstructOptions,
        build=_reconstruct,
    )
)
