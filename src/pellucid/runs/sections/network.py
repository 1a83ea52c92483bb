"""The network: which it is, how it is built, and what of it keeps the weights that it borrowed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from pellucid.kinds import OwnValue
from pellucid.runs.sections.base import RecipeSection, choice
from pellucid.runs.typed_choices import parse_widths
from pellucid.typed_numbers import WIDEST

Width = Annotated[int, Field(ge=1, le=WIDEST)]


class ArchitectureChoices(RecipeSection):
    """The model, the options that several models share, and how its weights start."""

    model: str | None = choice("Model", "Name of the model; see 'pellucid models'.")
    pretrained: bool | None = choice(
        "Model", "Start from borrowed weights ('pellucid weights list') everywhere but in the head."
    )
    hidden: tuple[Width, ...] | None = choice(
        "Model", "Widths of an mlp's hidden layers, e.g. 256,128; units of a recurrent network's, filters of a textcnn."
    )
    activation: Literal["sigmoid", "tanh", "relu", "leaky-relu", "elu", "maxout"] | None = choice(
        "Model", "Activation of an mlp."
    )
    maxout_pieces: int | None = choice("Model", "Linear pieces per maxout unit.", ge=2)
    embedding: int | None = choice("Model", "Numbers in the vector of a token.", ge=1, le=WIDEST)
    layers: int | None = choice("Model", "Blocks of a transformer.", ge=1, le=1024)
    heads: int | None = choice("Model", "Heads of a transformer's attention; they divide the vectors.", ge=1, le=1024)
    order: int | None = choice(
        "Model", "Length of an n-gram model's longest n-grams: it predicts from one token less.", ge=1, le=16
    )
    ngram_smoothing: Literal["modified-kneser-ney", "kneser-ney", "witten-bell"] | None = choice(
        "Model", "How an n-gram model gives a little to what it never saw."
    )
    dropout: float | None = choice("Model", "Share of units dropped in training, in [0, 1).", ge=0, lt=1)
    batch_norm: bool | None = choice("Model", "Batch normalisation before each activation of an mlp.")
    network: dict[str, OwnValue] | None = Field(
        default=None, description="Options that only some model has, by name; each is a flag of its own."
    )
    init: Literal["default", "xavier", "he", "lecun", "normal", "zeros"] | None = choice(
        "Model", "How the weights start."
    )

    @field_validator("hidden", mode="before")
    @classmethod
    def _read_widths(cls, typed: Any) -> Any:
        return parse_widths(typed) if isinstance(typed, str) else typed


class FreezingChoices(RecipeSection):
    """Of a network with borrowed weights: what keeps them, and when the rest learns."""

    freeze: str | None = choice(
        "Transfer", "What keeps its weights: all (but the head), the first N blocks, or all up to a layer's name."
    )
    unfreeze: Literal["at-once", "head-first", "gradual"] | None = choice(
        "Transfer", "When the rest learns: at once, after the head has, or block by block from the last to the first."
    )
    head_epochs: int | None = choice("Transfer", "Epochs of the head alone, before --epochs of the rest.", ge=0)
    head_lr: float | None = choice("Transfer", "Learning rate of these epochs, at its highest.", gt=0)
    layer_decay: float | None = choice(
        "Transfer", "What the learning rate is multiplied by for each block away from the head.", gt=0, le=1
    )
    views: int | None = choice(
        "Transfer",
        "Augmented views of each training picture that a frozen backbone computes, besides the plain one.",
        ge=0,
        le=100,
    )
