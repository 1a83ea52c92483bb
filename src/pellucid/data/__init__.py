"""A path or a name comes in, a Dataset goes out: examples, targets, splits, and what was noticed."""

from __future__ import annotations

from pellucid.data.arrays import ARRAYS_SOURCE, dataset_from_arrays, dataset_from_table
from pellucid.data.bundled import DATASET_NAMES
from pellucid.data.cells import is_missing, is_number
from pellucid.data.dataset import Dataset, Finding
from pellucid.data.delimited import read_table
from pellucid.data.example import PictureInspection, RowInspection, inspect_example, inspect_pixels
from pellucid.data.images import ArrayImages, FileImages, ImageInputs
from pellucid.data.input_columns import MISSING_CATEGORY
from pellucid.data.inputs import Inputs
from pellucid.data.inspection import ColumnSummary, Inspection, Thumbnail, inspect_dataset
from pellucid.data.intake import load_dataset
from pellucid.data.memory import free_memory, is_out_of_memory, save_memory
from pellucid.data.stored_options import options_of_dataset
from pellucid.data.tables import TableInputs

__all__ = [
    "ARRAYS_SOURCE",
    "DATASET_NAMES",
    "MISSING_CATEGORY",
    "ArrayImages",
    "ColumnSummary",
    "Dataset",
    "FileImages",
    "Finding",
    "ImageInputs",
    "Inputs",
    "Inspection",
    "PictureInspection",
    "RowInspection",
    "TableInputs",
    "Thumbnail",
    "dataset_from_arrays",
    "dataset_from_table",
    "free_memory",
    "inspect_dataset",
    "inspect_example",
    "inspect_pixels",
    "is_missing",
    "is_number",
    "is_out_of_memory",
    "load_dataset",
    "options_of_dataset",
    "read_table",
    "save_memory",
]
