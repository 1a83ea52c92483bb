"""The room between a dataset and a model's input: the fixed way from pixels or cells to a tensor.

In: a `Dataset`, the model's `Wishes`, flags. Out: a fitted `Preprocessing` (JSON), the decisions it took, and arrays
ready for training. The same object answers later, with numpy and Pillow alone; torch lives in `tensors` and in
`augmentation`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.preprocessing.augmentation import Augmentation, choose_augmentation
from pellucid.preprocessing.augmentation.presets import WINDOW
from pellucid.preprocessing.augmentation.preview import Preview, PreviewedExample, preview_augmentation
from pellucid.preprocessing.base import PREPROCESSINGS, Preprocessing, PreprocessingSpec
from pellucid.preprocessing.canvases import canvases_made_by
from pellucid.preprocessing.fit import fit_preprocessing
from pellucid.preprocessing.framing import ResizePolicy, passes_of_pillow
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.pixels import pixel_kind, pixels_of, read_picture, read_pixels
from pellucid.preprocessing.placing import Placement, place_canvas
from pellucid.preprocessing.prepare import open_inputs, prepare_inputs
from pellucid.preprocessing.prepared import IN_MEMORY, Prepared, PreparedInMemory
from pellucid.preprocessing.series import SeriesPreprocessing, SeriesScale
from pellucid.preprocessing.table import (
    CategoryColumn,
    NumberColumn,
    TablePreprocessing,
    on_log_scale,
    words_of_cells,
)
from pellucid.preprocessing.target_scaling import (
    AnswerTokens,
    FutureScaling,
    Scalings,
    TargetScaling,
    fit_target_scaling,
)
from pellucid.preprocessing.text import TextPreprocessing
from pellucid.preprocessing.text_stream import TokenStream, count_own, encode_windows
from pellucid.preprocessing.tokenising import BEGIN, PADDING, SPECIAL, UNKNOWN, Unit

if TYPE_CHECKING:
    from pellucid.preprocessing.augmentation import (
        augment,
        augment_with_grids,
        central_windows,
        cut_windows,
        draw_mixing,
        draw_windows,
        mix,
    )
    from pellucid.preprocessing.tensors import normalise_tensor

_NEED_TORCH = {
    "augment": "augmentation",
    "augment_with_grids": "augmentation",
    "central_windows": "augmentation",
    "cut_windows": "augmentation",
    "draw_mixing": "augmentation",
    "draw_windows": "augmentation",
    "mix": "augmentation",
    "normalise_tensor": "tensors",
}

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
    "augment_with_grids",
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


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(import_module(f"pellucid.preprocessing.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'pellucid.preprocessing' has no attribute '{name}'")
