"""The kinds of input: one file a kind."""

from __future__ import annotations

from pellucid.kinds.inputs.base import INPUTS, Input, InputSpec
from pellucid.kinds.inputs.image import ImageInput
from pellucid.kinds.inputs.series import SeriesInput
from pellucid.kinds.inputs.table import Column, TableInput

__all__ = ["INPUTS", "Column", "ImageInput", "Input", "InputSpec", "SeriesInput", "TableInput"]
