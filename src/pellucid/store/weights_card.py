"""What is known about a file of pretrained weights."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pellucid.records import Record

_Level = Annotated[float, Field(ge=-1e6, le=1e6)]
_Spread = Annotated[float, Field(ge=1e-6, le=1e6)]
_NAME = r"^(timm|tv):[A-Za-z0-9_.\-]+$"


class WeightsCard(Record):
    """What is known about a file of pretrained weights; JSON beside it, and in the run.json of what started from it."""

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(pattern=_NAME, max_length=200)]
    """Of the model, in full: "timm:mobilenetv2_100", "timm:resnet18.a1_in1k", "tv:squeezenet1_1"."""
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$", max_length=255)]
    """The file's name, without a folder."""
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Of the file."""
    source: str
    """Where it comes from, in words or as an address."""
    licence: str
    mean: tuple[_Level, _Level, _Level]
    """Per channel (RGB, 0..1), subtracted from the pictures it was trained on."""
    std: tuple[_Spread, _Spread, _Spread]
    """Per channel, that they were divided by."""
    input_size: Annotated[int, Field(ge=1, le=8192)]
    """Side of the square pictures it was trained on, in pixels."""
    head: bool
    """Whether the layer that gives the classes it was trained on is included; it is never borrowed."""

    @property
    def base(self) -> str:
        """The model's name without the tag that tells several weights of one model apart."""
        return self.name.partition(".")[0]
