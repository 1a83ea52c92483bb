"""Three rows of the table: a class for each pixel of a picture, another picture, and the picture given back.

What they do loads when one of them is learned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pellucid.kinds import Form, MaskTarget, PairedTarget, Target
from pellucid.late import Late
from pellucid.tasks.base import Task
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

if TYPE_CHECKING:
    from torch import nn

_SEGMENTATION = Late("pellucid.tasks.segmentation", "Segmentation")
_FRAME = Late("pellucid.tasks.pixel_frame", "frame_of")
_IMAGE_TO_IMAGE = Late("pellucid.tasks.image_to_image", "ImageToImage")
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


def _image_to_image(target: Target, chosen: TaskOptions, scaling: Scaling) -> Task:
    given = PairedTarget.of(target)
    task: Task = _IMAGE_TO_IMAGE(given.channels, given.height, given.width)
    return task


def _framed_in_pairs(network: nn.Module, target: Target, scaling: Scaling) -> nn.Module:
    framed: nn.Module = _FRAME(network, numbers=PairedTarget.of(target).channels)
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
        "image-to-image",
        "the picture that belongs to each",
        kinds=("paired",),
        options=TaskOptions,
        build=_image_to_image,
        frame=_framed_in_pairs,
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
