"""What training will see: examples beside what augmentation makes of them, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.preprocessing.augmentation.kinds import AUGMENTED_TARGETS
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.prepare import prepare_inputs
from pellucid.records import Decision, brief

if TYPE_CHECKING:
    from pellucid.preprocessing.augmentation.mixing import Mixing


@dataclass(frozen=True)
class Draw:
    """One example as one epoch of training sees it.

    Attributes:
        pixels: [H, W, C] uint8, before normalisation.
        partner: whose picture is mixed in, and how much of the target is the partner's; None without mixing.
    """

    pixels: NDArray[np.uint8]
    partner: tuple[str, float] | None = None


@dataclass(frozen=True)
class PreviewedExample:
    """One training example.

    Attributes:
        index: in the dataset.
        name: of the example.
        target: its class, labels or numbers, in words.
        original: [H, W, C] uint8, as evaluation and prediction see it.
        draws: what the epochs 1, 2, ... see.
    """

    index: int
    name: str
    target: str
    original: NDArray[np.uint8]
    draws: tuple[Draw, ...]


@dataclass(frozen=True)
class Preview:
    """Augmentation to look at.

    Attributes:
        name: of the dataset.
        augmentation: what is drawn from.
        decision: what was chosen, and why.
        seed: of the run it is a preview of.
        size: (H, W) of the model's input in training.
        num_classes: of the dataset; 0 where the target is not one class.
        examples: class by class.
    """

    __repr__ = brief

    name: str
    augmentation: Augmentation
    decision: Decision
    seed: int
    size: tuple[int, int]
    num_classes: int
    examples: tuple[PreviewedExample, ...]

    @property
    def sheets(self) -> dict[str, list[PreviewedExample]]:
        """The examples of each class that is shown; all under "" where the target is not one class."""
        found: dict[str, list[PreviewedExample]] = {}
        for example in self.examples:
            found.setdefault(example.target if self.num_classes else "", []).append(example)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; pixels are left out."""
        return {
            "name": self.name,
            "augmentation": self.augmentation.to_dict(),
            "decision": self.decision.to_dict(),
            "seed": self.seed,
            "size": list(self.size),
            "examples": [
                {"index": one.index, "name": one.name, "target": one.target, "epochs": len(one.draws)}
                for one in self.examples
            ],
        }


def preview_augmentation(
    dataset: Dataset,
    preprocessing: ImagePreprocessing,
    augmentation: Augmentation,
    decision: Decision,
    *,
    seed: int,
    per_class: int = 3,
    epochs: int = 6,
) -> Preview:
    """Draw what the first epochs of a training would see of some training examples: the very same pixels.

    Args:
        dataset: of pictures.
        preprocessing: fitted on it.
        augmentation: what is drawn from.
        decision: what was chosen, and why.
        seed: of the training.
        per_class: examples per class at most.
        epochs: draws per example.
    """
    target = AUGMENTED_TARGETS[dataset.target.kind]
    chosen = target.shown(dataset, per_class)
    margin = 0 if dataset.target.on_pixels else augmentation.margin(*preprocessing.canvas_size)
    size = _size(preprocessing, augmentation)
    canvases = _canvases(dataset, preprocessing, chosen, margin)
    height, width = preprocessing.canvas_size
    inner = canvases[:, margin : margin + height, margin : margin + width]
    drawn = [_epoch(dataset, preprocessing, augmentation, chosen, canvases, seed, epoch + 1) for epoch in range(epochs)]
    examples = tuple(
        PreviewedExample(
            index=index,
            name=dataset.example_name(index),
            target=_target(dataset, index),
            original=np.ascontiguousarray(inner[row]),
            draws=tuple(draws[row] for draws in drawn),
        )
        for row, index in enumerate(chosen.tolist())
    )
    num_classes = target.num_classes(dataset.target)
    return Preview(dataset.name, augmentation, decision, seed, size, num_classes, examples)


def _canvases(
    dataset: Dataset, preprocessing: ImagePreprocessing, indices: NDArray[np.int64], margin: int
) -> NDArray[np.uint8]:
    return np.asarray(prepare_inputs(dataset, preprocessing, indices, margin=margin), np.uint8)


def _epoch(
    dataset: Dataset,
    preprocessing: ImagePreprocessing,
    augmentation: Augmentation,
    indices: NDArray[np.int64],
    canvases: NDArray[np.uint8],
    seed: int,
    epoch: int,
) -> list[Draw]:
    """Return each example as one epoch sees it."""
    from pellucid.preprocessing.augmentation.mixing import draw_mixing, mix

    size = _size(preprocessing, augmentation)
    if augmentation.window:
        canvases = _cut(dataset, augmentation, indices, canvases, seed, epoch)
    pictures = _augmented(canvases, indices, augmentation, seed, epoch, size)
    if not augmentation.mixes:
        return [Draw(pixels) for pixels in _to_bytes(pictures)]
    train = dataset.splits["train"]
    mixing = draw_mixing(indices, spec=augmentation, seed=seed, epoch=epoch, size=size, num_examples=len(train))
    partners = train[mixing.partners]
    margin = augmentation.margin(*size)
    theirs = _augmented(_canvases(dataset, preprocessing, partners, margin), partners, augmentation, seed, epoch, size)
    shown = _to_bytes(mix(pictures, theirs, mixing))
    return [Draw(pixels, partner) for pixels, partner in zip(shown, _partners(dataset, partners, mixing), strict=True)]


def _size(preprocessing: ImagePreprocessing, augmentation: Augmentation) -> tuple[int, int]:
    return (augmentation.window, augmentation.window) if augmentation.window else preprocessing.canvas_size


def _cut(
    dataset: Dataset,
    augmentation: Augmentation,
    indices: NDArray[np.int64],
    canvases: NDArray[np.uint8],
    seed: int,
    epoch: int,
) -> NDArray[np.uint8]:
    """Return the first crop of each canvas in an epoch."""
    import torch

    from pellucid.preprocessing.augmentation.windows import box_of, cut_windows, draw_windows

    on_pixels = dataset.target.on_pixels
    known = [
        np.ones(canvases.shape[1:3], bool) if on_pixels is None else on_pixels.known(dataset.targets[index])
        for index in indices.tolist()
    ]
    side, symmetries = augmentation.window, augmentation.symmetries
    boxes = np.array([box_of(one) for one in known], np.int64)
    windows = draw_windows(indices, boxes, side=side, symmetries=symmetries, seed=seed, epoch=epoch)
    cut = cut_windows(torch.from_numpy(canvases).permute(0, 3, 1, 2), windows)
    return np.ascontiguousarray(cut.permute(0, 2, 3, 1).numpy())


def _augmented(
    canvases: NDArray[np.uint8],
    indices: NDArray[np.int64],
    augmentation: Augmentation,
    seed: int,
    epoch: int,
    size: tuple[int, int],
) -> Any:
    import torch

    from pellucid.preprocessing.augmentation.batch import augment

    batch = torch.from_numpy(canvases).permute(0, 3, 1, 2)
    return augment(batch, torch.from_numpy(indices), spec=augmentation, seed=seed, epoch=epoch, size=size)


def _to_bytes(pictures: Any) -> list[NDArray[np.uint8]]:
    """Turn a tensor [N, C, H, W] in 0..1 into pictures [H, W, C]."""
    levels: NDArray[np.uint8] = (pictures * 255).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    return list(levels)


def _partners(dataset: Dataset, partners: NDArray[np.int64], mixing: Mixing) -> list[tuple[str, float]]:
    return [
        (_target(dataset, index), 1 - share)
        for index, share in zip(partners.tolist(), mixing.shares.tolist(), strict=True)
    ]


def _target(dataset: Dataset, index: int) -> str:
    return AUGMENTED_TARGETS[dataset.target.kind].words(dataset.target, dataset.targets[index])
