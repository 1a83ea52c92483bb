"""What training will see: examples beside what augmentation makes of them, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.data.ordering import shuffled
from pellucid.kinds import ClassTarget, LabelsTarget, ValueTarget
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.prepare import prepare_inputs
from pellucid.records import Decision, brief

if TYPE_CHECKING:
    from pellucid.preprocessing.augmentation.mixing import Mixing

MOST_EXAMPLES = 60
"""Examples on one sheet; with many classes each shows fewer, and then not every class is shown."""


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
        size: (H, W) of the model's input.
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
    chosen = _choose(dataset, per_class)
    margin = augmentation.margin(preprocessing.height, preprocessing.width)
    size = (preprocessing.height, preprocessing.width)
    canvases = _canvases(dataset, preprocessing, chosen, margin)
    inner = canvases[:, margin : margin + size[0], margin : margin + size[1]]
    drawn = [_epoch(dataset, preprocessing, augmentation, chosen, canvases, seed, epoch + 1) for epoch in range(epochs)]
    examples = tuple(
        PreviewedExample(
            index=index,
            name=dataset.example_name(index),
            target=_target(dataset, index),
            original=np.ascontiguousarray(inner[place]),
            draws=tuple(draws[place] for draws in drawn),
        )
        for place, index in enumerate(chosen.tolist())
    )
    num_classes = len(dataset.target.classes) if isinstance(dataset.target, ClassTarget) else 0
    return Preview(dataset.name, augmentation, decision, seed, size, num_classes, examples)


def _choose(dataset: Dataset, per_class: int) -> NDArray[np.int64]:
    """Return some training examples of each class, by chance and always the same; of values, all over their range."""
    train = dataset.splits["train"]
    in_order = shuffled(train, len(dataset), seed=0)
    if isinstance(dataset.target, ValueTarget):
        ordered = train[np.argsort(dataset.targets[train], kind="stable")]
        return ordered[np.unique(np.linspace(0, len(ordered) - 1, 4 * per_class).round().astype(np.int64))]
    if not isinstance(dataset.target, ClassTarget):
        return in_order[: 4 * per_class]
    each = max(1, min(per_class, MOST_EXAMPLES // len(dataset.target.classes)))
    members = [in_order[dataset.targets[in_order] == label][:each] for label in range(len(dataset.target.classes))]
    return np.concatenate(members)[:MOST_EXAMPLES]


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

    size = (preprocessing.height, preprocessing.width)
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
    target, value = dataset.target, dataset.targets[index]
    if isinstance(target, ClassTarget):
        return target.classes[int(value)]
    if isinstance(target, LabelsTarget):
        return ", ".join(name for name, given in zip(target.classes, value, strict=True) if given) or "no label"
    return ", ".join(f"{number:g}" for number in np.atleast_1d(value).tolist())
