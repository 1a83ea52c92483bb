"""What of a picture to be answered is unlike the training's pictures, told by what run.json knows of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.data import is_grey
from pellucid.decoding import Pixels
from pellucid.kinds import ImageInput
from pellucid.prediction.records import Prediction
from pellucid.preprocessing import ImagePreprocessing
from pellucid.runs import DatasetRecord
from pellucid.words import percent

_MOSTLY = 0.5
_TIMES_LARGER = 4
"""Sides this many times shorter or longer than any in training show other details."""
_TIMES_WIDER = 2.0
_SHARE_OF_RANGE = 0.25
_MIXED = "pictures have 16 bits, the others 8"  # in a finding of `data.survey`, for records that do not list the depths


@dataclass(frozen=True)
class Unlike:
    """What is unlike the training.

    Attributes:
        notes: a sentence each.
        foreign: whether it is so unlike that the answer must not count as known.
    """

    notes: tuple[str, ...] = ()
    foreign: bool = False

    def mark(self, answered: Prediction) -> Prediction:
        """Return the answer with the notes, and as "unknown" where the picture is foreign."""
        if not self.notes:
            return answered
        decision = "unknown" if self.foreign else answered.decision
        return answered.model_copy(update={"notes": (*answered.notes, *self.notes), "decision": decision})


def compare_with_training(
    pixels: Pixels,
    levels: NDArray[np.uint8],
    *,
    depth: int,
    preprocessing: ImagePreprocessing,
    dataset: DatasetRecord,
) -> Unlike:
    """Compare a picture with what a run's record says of its training's pictures.

    Another bit depth, and values that mostly lie outside of the training's window, make it foreign. Another size, shape
    or colour, or hardly any contrast, is noted. What an older record does not know is not looked at.

    Args:
        pixels: (H, W) or (H, W, 3), as the run's preprocessing takes it.
        levels: the same in its window, colour and size, any shape.
        depth: bits in the file: 8, 16, or 32 for floats, signed and 32-bit integers.
        preprocessing: of the run.
        dataset: of the run.
    """
    given = ImageInput.of(dataset.input)
    strange = _other_depth(depth, given, dataset.findings) or _outside(pixels, depth, preprocessing)
    faint = "" if strange else _faint(levels, preprocessing)
    notes = (strange, _other_colour(pixels, given), *_other_size(pixels, given), faint)
    return Unlike(tuple(note for note in notes if note), foreign=bool(strange))


def _other_depth(depth: int, given: ImageInput, findings: tuple[str, ...]) -> str:
    depths = set(given.depths)
    if not depths:
        # An older record: 32-bit pictures were brought to 16 bits before they were counted.
        depth = min(depth, 16) if given.bit_depth == 16 else depth
        mixed = given.bit_depth == 16 and any(_MIXED in finding for finding in findings)
        depths = {8, 16} if mixed else {given.bit_depth}
    if depth in depths:
        return ""
    known = " or ".join(_DEPTHS[one] for one in sorted(depths))
    return f"it holds {_DEPTHS[depth]}; all pictures of the training held {known}"


_DEPTHS = {8: "8-bit values", 16: "16-bit values", 32: "floats, signed or 32-bit integers"}


def _outside(pixels: Pixels, depth: int, preprocessing: ImagePreprocessing) -> str:
    """Say so where most of the values lie outside of the window, in which nearly all of the training's lie."""
    low, high = float(preprocessing.low), float(preprocessing.high)
    values = pixels
    if pixels.dtype.kind == "f":
        if preprocessing.bit_depth != 32:
            low, high = 0.0, 1.0  # arrays of floats, of a run on such
        values = pixels[~(np.isnan(pixels) | np.isin(pixels, np.array(preprocessing.no_data, pixels.dtype)))]
        if not values.size:
            return "not one of its pixels holds a value"
    elif preprocessing.bit_depth == 8 or depth != preprocessing.bit_depth:
        return ""
    share = float(((values < low) | (values > high)).mean())
    if share <= _MOSTLY:
        return ""
    return (
        f"{percent(share)} of its values lie outside of {low:.6g} to {high:.6g}, where nearly all of the training's lie"
    )


def _other_colour(pixels: Pixels, given: ImageInput) -> str:
    if given.channels == 1:
        return "" if is_grey(pixels) else "it has colours; all pictures of the training were grey"
    if given.num_grey == 0 and is_grey(pixels):
        return "it is grey; all pictures of the training had colours"
    return ""


def _other_size(pixels: Pixels, given: ImageInput) -> tuple[str, ...]:
    height, width = pixels.shape[:2]
    notes = []
    sides = list(zip((height, width), given.min_size, given.max_size, strict=True))
    if any(side * _TIMES_LARGER < low or side > _TIMES_LARGER * high for side, low, high in sides):
        sizes = " to ".join(f"{size[0]} x {size[1]}" for size in dict.fromkeys((given.min_size, given.max_size)))
        notes.append(f"it has {height} x {width} pixels (height x width); the training's pictures had {sizes}")
    narrow, _, wide = given.aspect_ratios
    if not narrow / _TIMES_WIDER <= width / height <= wide * _TIMES_WIDER:
        shapes = " to ".join(dict.fromkeys((f"{narrow:.2f}", f"{wide:.2f}")))
        notes.append(f"its width is {width / height:.2f} times its height; in the training it was {shapes} times")
    return tuple(notes)


def _faint(levels: NDArray[np.uint8], preprocessing: ImagePreprocessing) -> str:
    """Say so where a picture is far darker, brighter or flatter than any in training."""
    low, high = int(levels.min()), int(levels.max())
    darkest_top, brightest_bottom, least_contrast = preprocessing.extremes or (0, 255, 1)
    if low == high and least_contrast:
        return f"all its pixels have one level, {low} of 255"
    if preprocessing.extremes is None:
        return ""
    if high - low < _SHARE_OF_RANGE * least_contrast:
        return f"its levels lie between {low} and {high} of 255; every picture of the training had more contrast"
    if high < _SHARE_OF_RANGE * darkest_top:
        return f"its brightest level is {high} of 255; no picture of the training was as dark"
    if 255 - low < _SHARE_OF_RANGE * (255 - brightest_bottom):
        return f"its darkest level is {low} of 255; no picture of the training was as bright"
    return ""
