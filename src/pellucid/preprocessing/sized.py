"""Pictures in their size: worked out once, though they are measured first and framed later."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import ImageInputs
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.pixels import pixels_of

# What a picture in its size does not depend on: all that comes after, and is known only when pictures were measured.
_LATER = ("mean", "std", "background", "surround", "extremes")


def sized_picture(inputs: ImageInputs, preprocessing: ImagePreprocessing, index: int) -> NDArray[np.uint8]:
    """Return `preprocessing.sized` of a picture, and let inputs remember it instead of the pixels while it is smaller.

    Decoding and resizing are nearly all of the work on a photo; fitting measures it resized, and so leaves to the
    canvases little more than a cut.

    Returns:
        uint8 [h, w, C], of the size that the canvas is cut from.

    Raises:
        DataError: as `inputs.pixels`.
    """
    if not inputs.keeps_forms:
        return preprocessing.sized(pixels_of(inputs, index, preprocessing))
    fields: dict[str, Any] = preprocessing.to_dict()
    form = repr(sorted((name, value) for name, value in fields.items() if name not in _LATER))
    known = inputs.form(index, form)
    if known is not None:
        return known.view(np.uint8)
    sized = preprocessing.sized(pixels_of(inputs, index, preprocessing))
    inputs.keep_form(index, form, sized)
    return sized
