"""What networks can be told that give a picture back through a narrow place."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pellucid.kinds import OwnOptions


class LatentOptions(OwnOptions):
    """How narrow the place is, and what is to be taken away on the way."""

    latent: int = Field(
        default=32,
        ge=1,
        le=65_536,
        description="numbers of the code, to which a picture is narrowed, or of which it is drawn",
    )
    noise: float = Field(
        default=0.0,
        ge=0,
        le=10,
        description="deviation of the noise on what is read, of levels from 0 to 1; the clean picture is given back",
    )


class VariationalOptions(LatentOptions):
    """Beside that, what the code's divergence from a normal distribution counts."""

    beta: float = Field(
        default=1.0, ge=0, description="what the KL term counts beside the reconstruction term; 1 is the ELBO"
    )


class DrawingOptions(OwnOptions):
    """Of a network that draws pictures of random numbers: how many these are, and how wide the network is."""

    latent: int = Field(
        default=64, ge=1, le=65_536, description="numbers of which a picture is drawn, each standard normal"
    )
    width: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=32, description="filters next to the picture; each further layer has twice as many"
    )


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
