"""What `ddpm` alone can be told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pellucid.kinds import OwnOptions


class DiffusionOptions(OwnOptions):
    """In how many steps noise comes and goes, and how wide and deep the network is."""

    noise_steps: int = Field(default=200, ge=2, le=10_000, description="steps in which a picture becomes noise")
    strides: int = Field(default=50, ge=1, le=10_000, description="strides in which noise becomes a picture")
    width: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=32, description="filters of a U-Net's first level; each further level has twice as many"
    )
    levels: Annotated[int, Field(ge=2, le=8)] = Field(
        default=2, description="levels of a U-Net, each on half the size of the one above"
    )
    patch: int = Field(
        default=0,
        ge=0,
        le=16,
        description="sides of the squares of pixels that are read and written as one; 0: 1 below 16 pixels, else 2",
    )
