"""The room between a dataset and a model's input: the fixed way from pixels or cells to a tensor.

In: a `Dataset`, the model's `Wishes`, flags. Out: a fitted `Preprocessing` (JSON), the decisions it took, and arrays
ready for training. The same object answers later, with numpy and Pillow alone; torch lives in `tensors` and in
`augmentation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.preprocessing.base import PREPROCESSINGS, Preprocessing, PreprocessingSpec
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.series import SeriesPreprocessing, SeriesScale
from pellucid.preprocessing.table import (
    CategoryColumn,
    NumberColumn,
    TablePreprocessing,
    on_log_scale,
    words_of_cells,
)
from pellucid.preprocessing.text import TextPreprocessing

if TYPE_CHECKING:
    from pellucid.preprocessing.augmentation import (
        Augmentation,
        augment,
        augment_both,
        box_of,
        central_windows,
        choose_augmentation,
        cut_windows,
        draw_mixing,
        draw_windows,
        mix,
    )
    from pellucid.preprocessing.augmentation.presets import WINDOW
    from pellucid.preprocessing.augmentation.preview import Preview, PreviewedExample, preview_augmentation
    from pellucid.preprocessing.canvases import canvases_made_by
    from pellucid.preprocessing.fit import fit_preprocessing
    from pellucid.preprocessing.framing import ResizePolicy, passes_of_pillow
    from pellucid.preprocessing.pixels import pixel_kind, pixels_of, read_picture, read_pixels
    from pellucid.preprocessing.placing import Placement, place_canvas
    from pellucid.preprocessing.prepare import open_inputs, prepare_inputs
    from pellucid.preprocessing.prepared import IN_MEMORY, Prepared, PreparedInMemory
    from pellucid.preprocessing.target_scaling import (
        AnswerTokens,
        FutureScaling,
        Scalings,
        TargetScaling,
        fit_target_scaling,
    )
    from pellucid.preprocessing.tensors import normalise_tensor
    from pellucid.preprocessing.text_stream import TokenStream, count_own, encode_windows
    from pellucid.preprocessing.tokenising import BEGIN, PADDING, SPECIAL, UNKNOWN, Unit

__all__ = [
    "BEGIN",
    "IN_MEMORY",
    "PADDING",
    "PREPROCESSINGS",
    "SPECIAL",
    "UNKNOWN",
    "WINDOW",
    "AnswerTokens",
    "Augmentation",
    "CategoryColumn",
    "FutureScaling",
    "ImagePreprocessing",
    "NumberColumn",
    "Placement",
    "Prepared",
    "PreparedInMemory",
    "Preprocessing",
    "PreprocessingSpec",
    "Preview",
    "PreviewedExample",
    "ResizePolicy",
    "Scalings",
    "SeriesPreprocessing",
    "SeriesScale",
    "TablePreprocessing",
    "TargetScaling",
    "TextPreprocessing",
    "TokenStream",
    "Unit",
    "augment",
    "augment_both",
    "box_of",
    "canvases_made_by",
    "central_windows",
    "choose_augmentation",
    "count_own",
    "cut_windows",
    "draw_mixing",
    "draw_windows",
    "encode_windows",
    "fit_preprocessing",
    "fit_target_scaling",
    "mix",
    "normalise_tensor",
    "on_log_scale",
    "open_inputs",
    "passes_of_pillow",
    "pixel_kind",
    "pixels_of",
    "place_canvas",
    "prepare_inputs",
    "preview_augmentation",
    "read_picture",
    "read_pixels",
    "words_of_cells",
]

__getattr__ = late_names(
    __name__,
    {
        "AnswerTokens": "target_scaling",
        "Augmentation": "augmentation",
        "BEGIN": "tokenising",
        "FutureScaling": "target_scaling",
        "IN_MEMORY": "prepared",
        "PADDING": "tokenising",
        "Placement": "placing",
        "Prepared": "prepared",
        "PreparedInMemory": "prepared",
        "Preview": "augmentation.preview",
        "PreviewedExample": "augmentation.preview",
        "ResizePolicy": "framing",
        "SPECIAL": "tokenising",
        "Scalings": "target_scaling",
        "TargetScaling": "target_scaling",
        "TokenStream": "text_stream",
        "UNKNOWN": "tokenising",
        "Unit": "tokenising",
        "WINDOW": "augmentation.presets",
        "augment": "augmentation",
        "augment_both": "augmentation",
        "box_of": "augmentation",
        "canvases_made_by": "canvases",
        "central_windows": "augmentation",
        "choose_augmentation": "augmentation",
        "count_own": "text_stream",
        "cut_windows": "augmentation",
        "draw_mixing": "augmentation",
        "draw_windows": "augmentation",
        "encode_windows": "text_stream",
        "fit_preprocessing": "fit",
        "fit_target_scaling": "target_scaling",
        "mix": "augmentation",
        "normalise_tensor": "tensors",
        "open_inputs": "prepare",
        "passes_of_pillow": "framing",
        "pixel_kind": "pixels",
        "pixels_of": "pixels",
        "place_canvas": "placing",
        "prepare_inputs": "prepare",
        "preview_augmentation": "augmentation.preview",
        "read_picture": "pixels",
        "read_pixels": "pixels",
    },
)
