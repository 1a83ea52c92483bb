"""A path or a name comes in, a Dataset goes out: examples, targets, splits, and what was noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.data.addressed import AddressedTargets
    from pellucid.data.arrays import (
        dataset_from_arrays,
        dataset_from_masks,
        dataset_from_pairs,
        dataset_from_table,
        dataset_from_texts,
    )
    from pellucid.data.bundled import DATASET_NAMES
    from pellucid.data.cells import ColumnReading, is_blank_word, is_missing, is_number
    from pellucid.data.column_summary import ColumnSummary
    from pellucid.data.dataset import ARRAYS_SOURCE, Dataset, Finding, Targets
    from pellucid.data.delimited import Table, read_table
    from pellucid.data.duplicates import equal_sets
    from pellucid.data.example import inspect_example
    from pellucid.data.fixes import CONTENT_DIGITS, FIXES_HEAD, Fix, read_fixes, write_fixes
    from pellucid.data.forecasting import calendar_channels, calendar_names
    from pellucid.data.futures import FutureWindows, OneSeries, SealedError
    from pellucid.data.given_series import NewSeries, new_series
    from pellucid.data.given_texts import NewText, new_texts
    from pellucid.data.images import ArrayImages, FileImages, ImageInputs, is_grey
    from pellucid.data.input_columns import MISSING_CATEGORY
    from pellucid.data.inputs import Inputs
    from pellucid.data.inspection import Inspection, inspect_dataset
    from pellucid.data.intake import dataset_of, load_dataset
    from pellucid.data.kinds import KINDS_OF_INPUT, ExampleInspection, KindOfInput
    from pellucid.data.known_ahead import ahead_names
    from pellucid.data.latest import LatestWindow, SeriesReader
    from pellucid.data.leaks import BY_NATURE, WORTH_MENDING, Copies, copies_at_gate, find_copies, straddling_groups
    from pellucid.data.memory import free_memory, is_out_of_memory, save_memory
    from pellucid.data.new_inputs import NewPicture, new_pictures, new_rows
    from pellucid.data.ordering import shuffle_keys, shuffled
    from pellucid.data.picture_numbers import PictureInspection, inspect_pixels
    from pellucid.data.pixel_arrays import PixelKind, as_answered, depth_of
    from pellucid.data.row_cells import RowInspection
    from pellucid.data.series import SeriesInputs, channel_names
    from pellucid.data.series_arrays import dataset_from_series
    from pellucid.data.series_numbers import ChannelInspection, SeriesInspection, inspect_series
    from pellucid.data.series_pictures import draw_example, draw_series
    from pellucid.data.sheets import Thumbnail
    from pellucid.data.similar_classes import spelling_key
    from pellucid.data.stored_options import options_of_dataset
    from pellucid.data.strange_cells import describe_odd
    from pellucid.data.tables import TableInputs
    from pellucid.data.text_example import TextInspection
    from pellucid.data.texts import Characters, TextInputs, as_characters, as_text, measure_texts
    from pellucid.data.thumbnails import thumbnail, to_eight_bits
    from pellucid.data.typical import TypicalSeries, typical_series
    from pellucid.data.whole_series import WholeSeries

__all__ = [
    "ARRAYS_SOURCE",
    "BY_NATURE",
    "CONTENT_DIGITS",
    "DATASET_NAMES",
    "FIXES_HEAD",
    "KINDS_OF_INPUT",
    "MISSING_CATEGORY",
    "WORTH_MENDING",
    "AddressedTargets",
    "ArrayImages",
    "ChannelInspection",
    "Characters",
    "ColumnReading",
    "ColumnSummary",
    "Copies",
    "Dataset",
    "ExampleInspection",
    "FileImages",
    "Finding",
    "Fix",
    "FutureWindows",
    "ImageInputs",
    "Inputs",
    "Inspection",
    "KindOfInput",
    "LatestWindow",
    "NewPicture",
    "NewSeries",
    "NewText",
    "OneSeries",
    "PictureInspection",
    "PixelKind",
    "RowInspection",
    "SealedError",
    "SeriesInputs",
    "SeriesInspection",
    "SeriesReader",
    "Table",
    "TableInputs",
    "Targets",
    "TextInputs",
    "TextInspection",
    "Thumbnail",
    "TypicalSeries",
    "WholeSeries",
    "ahead_names",
    "as_answered",
    "as_characters",
    "as_text",
    "calendar_channels",
    "calendar_names",
    "channel_names",
    "copies_at_gate",
    "dataset_from_arrays",
    "dataset_from_masks",
    "dataset_from_pairs",
    "dataset_from_series",
    "dataset_from_table",
    "dataset_from_texts",
    "dataset_of",
    "depth_of",
    "describe_odd",
    "draw_example",
    "draw_series",
    "equal_sets",
    "find_copies",
    "free_memory",
    "inspect_dataset",
    "inspect_example",
    "inspect_pixels",
    "inspect_series",
    "is_blank_word",
    "is_grey",
    "is_missing",
    "is_number",
    "is_out_of_memory",
    "load_dataset",
    "measure_texts",
    "new_pictures",
    "new_rows",
    "new_series",
    "new_texts",
    "options_of_dataset",
    "read_fixes",
    "read_table",
    "save_memory",
    "shuffle_keys",
    "shuffled",
    "spelling_key",
    "straddling_groups",
    "thumbnail",
    "to_eight_bits",
    "typical_series",
    "write_fixes",
]

__getattr__ = late_names(
    __name__,
    {
        "BY_NATURE": "leaks",
        "WORTH_MENDING": "leaks",
        "Copies": "leaks",
        "copies_at_gate": "leaks",
        "find_copies": "leaks",
        "straddling_groups": "leaks",
        "equal_sets": "duplicates",
        "CONTENT_DIGITS": "fixes",
        "FIXES_HEAD": "fixes",
        "Fix": "fixes",
        "read_fixes": "fixes",
        "write_fixes": "fixes",
        "ARRAYS_SOURCE": "dataset",
        "AddressedTargets": "addressed",
        "ArrayImages": "images",
        "ChannelInspection": "series_numbers",
        "Characters": "texts",
        "ColumnReading": "cells",
        "ColumnSummary": "column_summary",
        "DATASET_NAMES": "bundled",
        "Dataset": "dataset",
        "ExampleInspection": "kinds",
        "FileImages": "images",
        "Finding": "dataset",
        "FutureWindows": "futures",
        "ImageInputs": "images",
        "Inputs": "inputs",
        "Inspection": "inspection",
        "KINDS_OF_INPUT": "kinds",
        "KindOfInput": "kinds",
        "LatestWindow": "latest",
        "MISSING_CATEGORY": "input_columns",
        "NewPicture": "new_inputs",
        "NewSeries": "given_series",
        "NewText": "given_texts",
        "OneSeries": "futures",
        "PictureInspection": "picture_numbers",
        "PixelKind": "pixel_arrays",
        "RowInspection": "row_cells",
        "SealedError": "futures",
        "SeriesInputs": "series",
        "SeriesInspection": "series_numbers",
        "SeriesReader": "latest",
        "Table": "delimited",
        "TableInputs": "tables",
        "Targets": "dataset",
        "TextInputs": "texts",
        "TextInspection": "text_example",
        "Thumbnail": "sheets",
        "TypicalSeries": "typical",
        "ahead_names": "known_ahead",
        "as_answered": "pixel_arrays",
        "as_characters": "texts",
        "as_text": "texts",
        "calendar_channels": "forecasting",
        "calendar_names": "forecasting",
        "channel_names": "series",
        "dataset_from_arrays": "arrays",
        "dataset_from_masks": "arrays",
        "dataset_from_pairs": "arrays",
        "dataset_from_series": "series_arrays",
        "dataset_from_table": "arrays",
        "dataset_from_texts": "arrays",
        "dataset_of": "intake",
        "depth_of": "pixel_arrays",
        "describe_odd": "strange_cells",
        "draw_example": "series_pictures",
        "draw_series": "series_pictures",
        "free_memory": "memory",
        "inspect_dataset": "inspection",
        "inspect_example": "example",
        "inspect_pixels": "picture_numbers",
        "inspect_series": "series_numbers",
        "is_blank_word": "cells",
        "is_grey": "images",
        "is_missing": "cells",
        "is_number": "cells",
        "is_out_of_memory": "memory",
        "load_dataset": "intake",
        "measure_texts": "texts",
        "new_pictures": "new_inputs",
        "new_rows": "new_inputs",
        "new_series": "given_series",
        "new_texts": "given_texts",
        "options_of_dataset": "stored_options",
        "read_table": "delimited",
        "save_memory": "memory",
        "shuffle_keys": "ordering",
        "shuffled": "ordering",
        "spelling_key": "similar_classes",
        "thumbnail": "thumbnails",
        "to_eight_bits": "thumbnails",
        "WholeSeries": "whole_series",
        "typical_series": "typical",
    },
)
