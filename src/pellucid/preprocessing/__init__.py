"""The room between a dataset and a model's input: the fixed way from pixels or cells to a tensor.

In: a `Dataset`, the model's `Wishes`, flags. Out: a fitted `Preprocessing` (JSON), the decisions it took, and arrays
ready for training. The same object answers later, with numpy and Pillow alone; torch lives in `tensors` and in
`augmentation`.
"""

from __future__ import annotations

from pellucid.preprocessing.augmentation import Augmentation, choose_augmentation
from pellucid.preprocessing.canvases import IN_MEMORY, Canvases, MemoryCanvases, canvases_made_by
from pellucid.preprocessing.canvases import Canvases as Prepared
from pellucid.preprocessing.fit import fit_preprocessing, fit_target_scaling
from pellucid.preprocessing.framing import ResizePolicy, passes_of_pillow
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.pixels import pixel_kind, pixels_of, read_picture, read_pixels
from pellucid.preprocessing.placing import Placement, place_canvas
from pellucid.preprocessing.prepare import open_inputs, prepare_inputs
from pellucid.preprocessing.reading import Preprocessing, read_preprocessing
from pellucid.preprocessing.table import CategoryColumn, NumberColumn, TablePreprocessing, TargetScaling

__all__ = [
    "IN_MEMORY",
    "Augmentation",
    "Canvases",
    "CategoryColumn",
    "ImagePreprocessing",
    "MemoryCanvases",
    "NumberColumn",
    "Placement",
    "Prepared",
    "Preprocessing",
    "ResizePolicy",
    "TablePreprocessing",
    "TargetScaling",
    "canvases_made_by",
    "choose_augmentation",
    "fit_preprocessing",
    "fit_target_scaling",
    "open_inputs",
    "passes_of_pillow",
    "pixel_kind",
    "pixels_of",
    "place_canvas",
    "prepare_inputs",
    "read_picture",
    "read_pixels",
    "read_preprocessing",
]
