"""The networks that give pictures back, or draw them: a part of the one table of models."""

from __future__ import annotations

from functools import partial

from pellucid.kinds import Form, Wishes
from pellucid.models.entry import ELEMENTWISE, ModelEntry, ModelOptions, build_lazily
from pellucid.models.latent_options import DiffusionOptions, DrawingOptions, LatentOptions, VariationalOptions

_EXAMPLE = (Form(shape=(1, 28, 28)), 784)

GIVEN_BACK_OR_DRAWN: tuple[ModelEntry, ...] = (
    *(
        ModelEntry(
            name=name,
            description=description,
            wishes=Wishes(kinds=("image",), levels=True),
            build=partial(build_lazily, file="autoencoder", function=f"build_{name}"),
            options=("hidden", "activation"),
            own=own,
            activations=ELEMENTWISE,
            defaults=ModelOptions(hidden=(512,), activation="relu"),
            example=_EXAMPLE,
            task="reconstruct",
        )
        for name, own, description in (
            ("autoencoder", LatentOptions, "Dense layers to a code of few numbers, and back to the picture."),
            ("vae", VariationalOptions, "The same with a code that is drawn at random (Kingma and Welling 2014)."),
        )
    ),
    ModelEntry(
        name="conv-autoencoder",
        description="Convolutions to a code of few numbers, and transposed ones back to the picture.",
        wishes=Wishes(kinds=("image",), min_size=4, levels=True),
        build=partial(build_lazily, file="autoencoder", function="build_conv_autoencoder"),
        own=LatentOptions,
        example=_EXAMPLE,
        task="reconstruct",
    ),
    ModelEntry(
        name="dcgan",
        description="Draws pictures of random numbers; learns against a network that tells them from real ones.",
        wishes=Wishes(kinds=("image",), min_size=4, levels=True),
        build=partial(build_lazily, file="dcgan", function="build_dcgan"),
        own=DrawingOptions,
        example=(Form(shape=(1, 28, 28)), 1),
        task="generate",
        way="adversarial",
    ),
    ModelEntry(
        name="ddpm",
        description="Draws pictures by taking noise away, a little at a time (Ho et al. 2020).",
        wishes=Wishes(kinds=("image",), min_size=4, levels=True),
        build=partial(build_lazily, file="ddpm", function="build_ddpm"),
        own=DiffusionOptions,
        example=_EXAMPLE,
        task="generate",
        way="diffusion",
    ),
)
