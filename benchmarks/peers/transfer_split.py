"""What the peers of `transfer.py` are given: files and classes of each split, and the weights of the backbone."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes:
        train, val, test: (path, class index) of every picture.
        num_classes: K.
        weights: safetensors file of timm's mobilenetv2_100 without its classifier.
        frozen: whether the head alone learns.
        epochs: of training.
        seed: of everything random.
    """

    train: list[tuple[str, int]]
    val: list[tuple[str, int]]
    test: list[tuple[str, int]]
    num_classes: int
    weights: str
    frozen: bool
    epochs: int
    seed: int


def read_job() -> Job:
    """Return the job whose file the first word of the command line names."""
    return Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))


def finish(predicted: list[int], *, answering_seconds: float, **more: Any) -> None:
    """Print the peer's answers to the test pictures, in their order, and leave."""
    print(json.dumps({"predicted": predicted, "answering_seconds": answering_seconds, **more}))
