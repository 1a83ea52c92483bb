"""The peer: the transfer-learning tutorial of PyTorch, with another backbone and our split.

As it stands there: random crops of 224 and mirroring, batches of 4, four workers, SGD with a rate of 0.001 and momentum
0.9, a tenth of the rate every 7 epochs; "ConvNet as fixed feature extractor" or "finetuning the ConvNet".
"""

from __future__ import annotations

import time
from typing import Any

import timm
import torch
import torchvision
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2
from transfer_split import MEAN, STD, Job, finish, read_job


class Pictures(Dataset[tuple[Tensor, int]]):
    """Files and their classes, opened anew each time."""

    def __init__(self, files: list[tuple[str, int]], transform: v2.Transform) -> None:
        self.files, self.transform = files, transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        path, target = self.files[index]
        return self.transform(Image.open(path).convert("RGB")), target


def loaders(job: Job) -> tuple[DataLoader[tuple[Tensor, int]], ...]:
    """Return the tutorial's loaders of train, val and test."""
    end = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
    random = v2.Compose([v2.RandomResizedCrop(224), v2.RandomHorizontalFlip(), *end])
    plain = v2.Compose([v2.Resize(256), v2.CenterCrop(224), *end])
    train = DataLoader(Pictures(job.train, random), batch_size=4, shuffle=True, num_workers=4)
    val, test = (DataLoader(Pictures(files, plain), batch_size=4, num_workers=4) for files in (job.val, job.test))
    return train, val, test


@torch.no_grad()
def answer(model: nn.Module, loader: DataLoader[tuple[Tensor, int]]) -> list[int]:
    """Return the predicted classes of a loader's pictures."""
    model.eval()
    return [int(one) for pictures, _ in loader for one in model(pictures).argmax(1)]


def main() -> None:
    """Train, keep the weights of the epoch that is best on val, answer the test pictures."""
    job = read_job()
    torch.manual_seed(job.seed)
    model: Any = timm.create_model("mobilenetv2_100", pretrained=False, num_classes=job.num_classes)
    model.load_state_dict(load_file(job.weights), strict=False)
    head: nn.Module = model.get_classifier()
    if job.frozen:
        for parameter in model.parameters():
            parameter.requires_grad = False
        for parameter in head.parameters():
            parameter.requires_grad = True
    optimizer = torch.optim.SGD(head.parameters() if job.frozen else model.parameters(), lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    train, val, test = loaders(job)
    best, kept = -1.0, model.state_dict()
    for _ in range(job.epochs):
        model.train()
        for pictures, targets in train:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(pictures), targets).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
        right = sum(a == b for a, (_, b) in zip(answer(model, val), job.val, strict=True)) / len(job.val)
        if right > best:
            best, kept = right, {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(kept)
    started = time.perf_counter()
    predicted = answer(model, test)
    finish(
        predicted,
        answering_seconds=time.perf_counter() - started,
        torch=torch.__version__,
        vision=torchvision.__version__,
    )


if __name__ == "__main__":
    main()
