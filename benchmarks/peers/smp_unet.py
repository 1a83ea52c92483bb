"""The peer: the U-Net of segmentation-models-pytorch, with its own loss, on our split, for as long as ours took.

Squares of 128 pixels in batches of 8, turned and mirrored, AdamW with a rate of 0.001 that falls along a cosine; the
weights that are best on val answer the test's pictures whole. Its encoder begins without borrowed weights, as ours.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import segmentation_models_pytorch as smp
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

SIDE, BATCH, RATE, LOOKS = 128, 8, 1e-3, 20


def pairs_of(folder: Path, values: list[int]) -> list[tuple[str, Tensor, Tensor]]:
    """Return (name, [1, H, W] float32 levels from 0 to 1, [H, W] int64 classes) of a split."""
    found = []
    for path in sorted((folder / "images").iterdir()):
        with Image.open(path) as picture, Image.open(folder / "masks" / path.name) as mask:
            levels = np.asarray(picture.convert("L"), np.float32) / 255
            classes = np.searchsorted(values, np.asarray(mask)).astype(np.int64)
        found.append((path.stem, torch.from_numpy(levels)[None], torch.from_numpy(classes)))
    return found


def square(picture: Tensor, mask: Tensor, chance: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return a square from anywhere, in one of eight ways, of picture and mask alike."""
    top, left = (int(chance.integers(length - SIDE + 1)) for length in mask.shape)
    both = torch.cat([picture, mask[None].float()])[:, top : top + SIDE, left : left + SIDE]
    both = torch.rot90(both, int(chance.integers(4)), (1, 2))
    both = both.flip(2) if chance.random() < 0.5 else both
    return both[:1], both[1].long()


@torch.no_grad()
def answer(model: nn.Module, picture: Tensor) -> NDArray[np.uint8]:
    """Return [H, W] numbers of classes."""
    model.eval()
    return np.asarray(model(picture[None])[0].argmax(0).numpy(), np.uint8)


def mean_dice(model: nn.Module, pairs: list[tuple[str, Tensor, Tensor]], classes: int) -> float:
    """Return the mean over the classes of Dice of all pixels together."""
    counts = np.zeros((classes, classes))
    for _, picture, mask in pairs:
        both = mask.numpy().ravel() * classes + answer(model, picture).ravel()
        counts += np.bincount(both, minlength=classes**2).reshape(classes, classes)
    return float((2 * np.diag(counts) / (counts.sum(0) + counts.sum(1))).mean())


def main() -> None:
    """Train until the processor time is used up, write a PNG of classes for each picture of the test, print JSON."""
    job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    torch.manual_seed(job["seed"])
    chance, classes = np.random.default_rng(job["seed"]), len(job["values"])
    splits = {split: pairs_of(Path(job["folder"]) / split, job["values"]) for split in ("train", "val", "test")}
    levels = torch.cat([picture.flatten() for _, picture, _ in splits["train"]])
    mean, deviation = levels.mean(), levels.std()
    splits = {split: [(a, (b - mean) / deviation, c) for a, b, c in pairs] for split, pairs in splits.items()}
    model = smp.Unet(job["encoder"], encoder_weights=None, in_channels=1, classes=classes)
    dice, entropy = smp.losses.DiceLoss("multiclass"), nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    began, steps, looks, best, kept = time.process_time(), 0, 0, -1.0, model.state_dict()
    while (used := (time.process_time() - began) / job["seconds"]) < 1:
        model.train()
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 + math.cos(math.pi * used)) / 2
        drawn = [square(*splits["train"][int(chance.integers(len(splits["train"])))][1:], chance) for _ in range(BATCH)]
        pictures, masks = (torch.stack(part) for part in zip(*drawn, strict=True))
        outputs = model(pictures)
        optimizer.zero_grad()
        (dice(outputs, masks) + entropy(outputs, masks)).backward()
        optimizer.step()
        steps += 1
        if used * LOOKS >= looks + 1:
            looks += 1
            found = mean_dice(model, splits["val"], classes)
            if found > best:
                best, kept = found, {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(kept)
    for name, picture, _ in splits["test"]:
        Image.fromarray(answer(model, picture)).save(Path(job["out"]) / f"{name}.png")
    parameters = sum(one.numel() for one in model.parameters())
    print(json.dumps({"steps": steps, "val": best, "parameters": parameters, "version": smp.__version__}))


if __name__ == "__main__":
    main()
