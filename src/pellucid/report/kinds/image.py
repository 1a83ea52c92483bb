"""What is said of pictures."""

from __future__ import annotations

from collections.abc import Iterable

from pellucid.data import Dataset, ImageInputs, thumbnail
from pellucid.preprocessing import ImagePreprocessing, Preprocessing
from pellucid.report.embedding import Embedded, embed

SIDE = 112
"""Pixels of the longer side of a sample: shown at half of it, for screens with twice as many."""
_RESIZED = {
    "crop": "scaled to cover the canvas, and what sticks out is cut off",
    "pad": "scaled to fit into the canvas, with bars around it",
    "stretch": "stretched or squeezed to the canvas",
    "none": "laid into the middle of the canvas in its own size",
}


class PictureWords:
    """The row of pictures."""

    def steps(self, preprocessing: Preprocessing) -> list[str]:
        """Return how a picture is read, brought to levels, resized and normalised."""
        given = ImagePreprocessing.of(preprocessing)
        colour = "one grey plane" if given.channels == 1 else "red, green and blue planes"
        mean, std = (", ".join(f"{value:.4f}" for value in values) for values in (given.mean, given.std))
        return [
            f"Each picture is turned upright as its EXIF data say, and read as {colour}.",
            *_levels(given),
            f"It is {_RESIZED[given.resize]}: {given.height} × {given.width} pixels{_by(given)}.",
            f"Values are divided by 255, less the mean {mean}, divided by the deviation {std}.",
        ]

    def leaves_numbers(self, preprocessing: Preprocessing) -> bool:
        """Return False: pictures have no such choice."""
        return False

    def samples(self, dataset: Dataset, indices: Iterable[int]) -> list[tuple[Embedded, str]]:
        """Return the pictures, small."""
        inputs = ImageInputs.of(dataset.inputs)
        return [(embed(thumbnail(inputs.pixels(index), side=SIDE)), dataset.example_name(index)) for index in indices]


def _by(given: ImagePreprocessing) -> str:
    return "" if given.resize == "none" else f" ({given.interpolation})"


def _levels(given: ImagePreprocessing) -> list[str]:
    """Return how values are spread over 0 to 255; [] where they are those already."""
    if given.bit_depth == 32:
        return [
            f"Values from {given.low:.6g} to {given.high:.6g}, as they stand in the file, are "
            "spread over 0 to 255; a pixel that holds no value becomes 0."
        ]
    if (given.low, given.high) != (0, 255):
        return [f"Pixel values from {given.low:,} to {given.high:,} are spread over 0 to 255."]
    return []
