"""What is kept of the pictures of an unpacked archive, and the way back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.images import MEMO_BYTES, ArrayImages, FileImages
from pellucid.data.inputs import Inputs
from pellucid.data.kinds.base import Kept
from pellucid.data.raw_dataset import RawDataset
from pellucid.decoding import Pixels


class PictureKeeper:
    """The row of pictures: files by their paths; of those of one size, the pixels in one array."""

    def keep(self, raw: RawDataset, folder: Path) -> Kept | None:
        """Return paths, formats and sizes of files; None of pictures that lie in memory already."""
        images = raw.inputs
        if not isinstance(images, FileImages):
            return None
        facts = {
            "paths": [os.path.relpath(path, folder) for path in images.paths],
            "kinds": list(images.kinds or ()),
            "sizes": list(images.sizes or ()),
        }
        pixels = _one_array(images)
        return Kept(facts, pixels, images if pixels is None else _in_array(pixels, raw, images.kinds))

    def recall(self, raw: RawDataset, facts: dict[str, Any], array: Pixels | None, folder: Path) -> Inputs:
        """Return files, or the array in their place."""
        kinds = tuple(facts["kinds"]) or None
        if array is not None:
            return _in_array(array, raw, kinds)
        images = FileImages([Path(os.path.normpath(folder / path)) for path in facts["paths"]], raw.names or ())
        images.kinds = kinds
        images.sizes = tuple((height, width) for height, width in facts["sizes"]) or None
        images.digests = tuple(raw.content)
        return images


def _in_array(pixels: Pixels, raw: RawDataset, kinds: tuple[str, ...] | None) -> ArrayImages:
    images = ArrayImages(pixels, names=raw.names)
    images.kinds = kinds
    return images


def _one_array(images: FileImages) -> Pixels | None:
    """Return the pictures as one array, [N, H, W] or [N, H, W, 3], when all have one size and type and fit into memory.

    A grey picture among coloured ones becomes three equal planes, which means the same.
    """
    first = images.pixels(0)
    if first.dtype == np.float32:
        return None  # older runs read the files of such pictures by another rule (`FileImages.own_range_pixels`)
    if first.nbytes * (3 if first.ndim == 2 else 1) * len(images) > MEMO_BYTES:
        return None
    all_pixels = []
    for index in range(len(images)):
        pixels = images.pixels(index)
        if pixels.shape[:2] != first.shape[:2] or pixels.dtype != first.dtype:
            return None
        all_pixels.append(pixels)
    if any(pixels.ndim == 3 for pixels in all_pixels):
        height, width = first.shape[:2]
        all_pixels = [
            pixels if pixels.ndim == 3 else np.broadcast_to(pixels[..., None], (height, width, 3))
            for pixels in all_pixels
        ]
    array: Pixels = np.stack(all_pixels)
    return array
