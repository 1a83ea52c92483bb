"""What each kind of augmentation costs per batch, beside torchvision's own transforms picture by picture.

    python benchmarks/augmentation.py [--repeats 20]

Milliseconds per batch on the CPU, the median of the repeats: a batch of 128 colour pictures of 32 pixels, and one of 32
of 224 pixels. "none" is the copy to float alone. torchvision's column transforms each picture by itself, as its data
loaders do, with the same kind of change; on one thread, without the cost of moving pictures between processes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms import v2

from pellucid.preprocessing.augmentation import PRESETS, Augmentation, augment, draw_mixing, mix

SIZES = ((128, 32), (32, 224))
KINDS: dict[str, tuple[Augmentation, v2.Transform | None]] = {
    "none": (Augmentation(), None),
    "photo preset": (PRESETS["photo"], None),
    "rotation 10": (Augmentation(rotation_degrees=10), v2.RandomRotation(10, v2.InterpolationMode.BILINEAR)),
    "perspective 0.3": (Augmentation(perspective=0.3), v2.RandomPerspective(0.3, p=1.0)),
    "brightness, contrast, saturation": (
        Augmentation(brightness=0.2, contrast=0.2, saturation=0.2),
        v2.ColorJitter(0.2, 0.2, 0.2),
    ),
    "the same and hue": (
        Augmentation(brightness=0.2, contrast=0.2, saturation=0.2, hue=0.1),
        v2.ColorJitter(0.2, 0.2, 0.2, 0.1),
    ),
    "erasing 0.25": (Augmentation(erasing=0.25), v2.RandomErasing(0.25)),
    "trivial-augment": (
        Augmentation(trivial="wide"),
        v2.TrivialAugmentWide(interpolation=v2.InterpolationMode.BILINEAR),
    ),
    "photo preset and mixup": (PRESETS["photo"].model_copy(update={"mixup": 0.2}), None),
    "photo preset and cutmix": (PRESETS["photo"].model_copy(update={"cutmix": 1.0}), None),
}


def milliseconds(work: Callable[[int], object], repeats: int) -> float:
    """Return the median of `work(0)`, `work(1)`, ..., after one call that does not count."""
    taken = []
    for number in range(repeats + 1):
        started = time.perf_counter()
        work(number)
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken[1:])


def ours(batch: Tensor, spec: Augmentation, side: int) -> Callable[[int], Tensor]:
    """Return the work of one training batch, its partners included."""
    ids = torch.arange(len(batch))

    def work(epoch: int) -> Tensor:
        pictures = augment(batch, ids, spec=spec, seed=0, epoch=epoch, size=(side, side))
        if not spec.mixes:
            return pictures
        mixing = draw_mixing(ids.numpy(), spec=spec, seed=0, epoch=epoch, size=(side, side), num_examples=len(batch))
        places = torch.from_numpy(mixing.partners)
        partners = augment(batch[places], ids[places], spec=spec, seed=0, epoch=epoch, size=(side, side))
        return mix(pictures, partners, mixing)

    return work


def theirs(batch: Tensor, transform: v2.Transform, side: int) -> Callable[[int], Tensor]:
    """Return torchvision's work on the same pictures, one by one."""
    margin = (batch.shape[2] - side) // 2
    pictures = batch[:, :, margin : margin + side, margin : margin + side]
    floating = v2.ToDtype(torch.float32, scale=True)
    return lambda _: torch.stack([floating(transform(picture)) for picture in pictures])


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, median of {repeats}, ms per batch")
    print(f"{'':34}" + "".join(f"{f'{num} x 3 x {side} x {side}':>22}{'torchvision':>13}" for num, side in SIZES))
    generator = np.random.default_rng(0)
    for name, (spec, transform) in KINDS.items():
        line = f"{name:34}"
        for num, side in SIZES:
            wide = side + 2 * spec.margin(side, side)
            batch = torch.from_numpy(generator.integers(0, 256, (num, 3, wide, wide), np.uint8))
            line += f"{milliseconds(ours(batch, spec, side), repeats):22.1f}"
            line += (
                f"{milliseconds(theirs(batch, transform, side), max(1, repeats // 5)):13.1f}" if transform else " " * 13
            )
        print(line)


if __name__ == "__main__":
    main()
