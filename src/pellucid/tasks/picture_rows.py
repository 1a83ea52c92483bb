"""Four rows of the table: a class for each pixel, another picture, the picture itself, and such as are drawn.

What they do loads when one of them is learned. How drawing is learned its model says (`ModelEntry.way`): each way is a
task of its own, under the one name.
"""

from __future__ import annotations

from collections.abc import Callable
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
_ADVERSARIAL = Late("pellucid.tasks.adversarial", "Adversarial")
_DIFFUSION = Late("pellucid.tasks.diffusion", "Diffusion")
NO_ANSWERS = (
    "A run that draws pictures answers none that are handed over: `pellucid sample RUN` draws, and "
    "`pellucid evaluate RUN --judge CLASSIFIER` measures what is drawn."
)


@dataclass(frozen=True)
class SegmentationOptions(TaskOptions):
    """What `segment` can be told: the form of a picture, and whether each class of a picture counts alike."""

    form: Form = field(default_factory=lambda: Form(shape=(1, 8, 8)))
    class_weight: Literal["balanced", "none"] = "none"


@dataclass(frozen=True)
class ReconstructOptions(TaskOptions):
    """What `reconstruct` can be told: the form of a picture, and what its model says of code, noise and divergence."""

    form: Form = field(default_factory=lambda: Form(shape=(1, 1, 1)))
    noise: float = 0.0
    beta: float | None = None
    latent: int = 32


@dataclass(frozen=True)
class GenerateOptions(TaskOptions):
    """What `generate` can be told: the form of a picture, what its model says of it, and the way in which it learns."""

    form: Form = field(default_factory=lambda: Form(shape=(1, 1, 1)))
    latent: int = 64
    noise_steps: int = 200
    strides: int = 50
    way: str = ""


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
    task: Task = _RECONSTRUCT(chosen.form.shape, chosen.noise, chosen.beta, chosen.latent)
    return task


def _adversarial(chosen: GenerateOptions) -> Task:
    task: Task = _ADVERSARIAL(chosen.form.shape, chosen.latent)
    return task


def _diffusion(chosen: GenerateOptions) -> Task:
    task: Task = _DIFFUSION(chosen.form.shape, chosen.noise_steps, chosen.strides)
    return task


WAYS: dict[str, Callable[[GenerateOptions], Task]] = {
    "": _adversarial,
    "adversarial": _adversarial,
    "diffusion": _diffusion,
}
"""From the word of a way to draw to the task that learns so; "" of a module of the user's own, which says none."""


def _generate(target: Target, chosen: GenerateOptions, scaling: Scaling) -> Task:
    return WAYS[chosen.way](chosen)


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
register_task(
    TaskEntry(
        "generate",
        "new pictures like those of the data",
        kinds=("generated",),
        options=GenerateOptions,
        build=_generate,
        no_answers=NO_ANSWERS,
    )
)
