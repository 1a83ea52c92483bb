"""The kinds of input: one file a kind."""

from __future__ import annotations

from pellucid.kinds.inputs.base import INPUTS, Input, InputSpec
from pellucid.kinds.inputs.image import ImageInput
from pellucid.kinds.inputs.series import KnownColumn, SeriesInput
from pellucid.kinds.inputs.table import Column, TableInput
from pellucid.kinds.inputs.text import TextInput

__all__ = [
    "INPUTS",
    "Column",
    "ImageInput",
    "Input",
    "InputSpec",
    "KnownColumn",
    "SeriesInput",
    "TableInput",
    "TextInput",
]
