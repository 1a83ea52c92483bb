"""Pictures, as `data` sees them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset, Finding, Targets
from pellucid.data.images import ImageInputs
from pellucid.data.inputs import Inputs
from pellucid.data.kinds.base import InputSummary, split_of
from pellucid.data.kinds.equal import find_equal_of_other_class
from pellucid.data.picture_numbers import PictureInspection, inspect_pixels
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.sheets import sheets_and_means
from pellucid.data.telling import find_telling_properties
from pellucid.data.thumbnails import thumbnail
from pellucid.decoding import decode
from pellucid.kinds import Input, Target
from pellucid.words import counted


class Pictures:
    """The row of pictures."""

    def header(self, given: Input) -> dict[str, Any]:
        """Return nothing: a picture is its content."""
        return {}

    def check_magnitudes(self, inputs: Inputs) -> None:
        """Pictures cannot be too large: their values become 256 levels."""

    def equal_findings(self, raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
        """Return findings: equal files, equal pixels in different files, and equal pictures of different classes."""
        return _equal_pictures(raw, equal)

    def telling(self, inputs: Inputs, target: Target, targets: Targets, train: NDArray[np.int64]) -> list[Finding]:
        """Return properties of files that alone tell classes apart."""
        return find_telling_properties(ImageInputs.of(inputs), target, targets, train)

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        """Return formats, sheets and mean pictures."""
        sheets, means = sheets_and_means(dataset, sheet_pictures=sheet_pictures, side=side)
        return InputSummary(kinds=ImageInputs.of(dataset.inputs).formats(), mean_pictures=means, sheets=sheets)

    def example(self, dataset: Dataset, index: int) -> PictureInspection:
        """Return a picture as its numbers."""
        return inspect_pixels(
            ImageInputs.of(dataset.inputs).pixels(index),
            name=dataset.inputs.name(index),
            index=index,
            split=split_of(dataset, index),
            target=dataset.target.say(dataset.targets[index]),
        )

    def stranger(self, path: str) -> PictureInspection | None:
        """Return any picture file as its numbers."""
        place = Path(os.path.expanduser(path))
        return inspect_pixels(decode(place), name=path) if os.path.exists(place) else None

    def thumbnail(self, dataset: Dataset, index: int, *, side: int) -> NDArray[np.uint8]:
        """Return the picture, smaller."""
        return thumbnail(ImageInputs.of(dataset.inputs).pixels(index), side=side)

    def cells(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a picture has no cells."""
        return


def _equal_pictures(raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
    """Return findings: equal files, equal pixels in different files, and equal pictures of different classes."""
    name = raw.inputs.name
    found: list[Finding] = []
    files: list[tuple[int, int]] = []
    pixels: list[tuple[int, int]] = []
    for members in equal:
        seen = {raw.content[members[0]]}
        for other in members[1:]:
            (files if raw.content[other] in seen else pixels).append((members[0], other))
            seen.add(raw.content[other])
    what = "file" if raw.names is not None else "picture"
    for kind, pairs, text in (
        ("equal-files", files, f"{counted(len(files), f'{what} equals', f'{what}s equal')} another one byte for byte."),
        (
            "equal-pixels",
            pixels,
            f"{counted(len(pixels), 'picture has', 'pictures have')} the same pixels as another file.",
        ),
    ):
        if pairs:
            examples = tuple(f"{name(one)} = {name(two)}" for one, two in pairs[:EXAMPLES_SHOWN])
            found.append(Finding(kind=kind, message=text, examples=examples, count=len(pairs)))
    return found + find_equal_of_other_class(raw, equal, things="pictures")
