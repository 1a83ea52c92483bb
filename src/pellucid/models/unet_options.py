"""What `unet` alone can be told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pellucid.kinds import OwnOptions


class UNetOptions(OwnOptions):
    """How wide and deep it is, and how it comes up again."""

    encoder: str = Field(
        default="none",
        description="the name of a network of timm's that a U-Net goes down by, e.g. resnet18 or mobilenetv2_100; its "
        "levels and width then follow from it",
    )
    width: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=16,
        description="filters of a U-Net's first level, or of dcgan's layers next to the picture; each further one "
        "has twice as many",
    )
    levels: Annotated[int, Field(ge=2, le=8)] = Field(
        default=4, description="levels of a U-Net, each on half the size of the one above"
    )
    up: Literal["transposed", "nearest"] = Field(
        default="transposed",
        description="how a U-Net doubles sizes on its way up: transposed (a transposed convolution) or nearest (values "
        "are repeated, and a convolution follows)",
    )


def lender_of(encoder: object) -> str:
    """Return the name of the model whose weights an encoder can begin with; "" where there is no encoder."""
    name = str(encoder or "none").removeprefix("timm:")
    return "" if name == "none" else f"timm:{name}"
