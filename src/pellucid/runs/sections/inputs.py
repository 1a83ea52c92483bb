"""How the examples come before the network: a section for each kind of input that has choices, and augmentation."""

from __future__ import annotations

from typing import Literal

from pellucid.runs.sections.base import RecipeSection, choice


class PictureChoices(RecipeSection):
    """What a picture becomes."""

    imgsz: int | None = choice(
        "Input", "Height and width of the model's input, in pixels.", "--img-size", ge=1, le=65536
    )
    resize: Literal["crop", "pad", "stretch"] | None = choice("Input", "How a picture is brought to that size.")
    colour: Literal["grey", "rgb"] | None = choice("Input", "Colour planes the model sees.", "--color")


class TokenChoices(RecipeSection):
    """What a text becomes."""

    unit: Literal["char", "word", "subword"] | None = choice(
        "Input", "What a token of a text is: a character, a word, or a piece of one (byte pairs learned from the text)."
    )
    vocabulary: int | None = choice(
        "Input", "How many different tokens of a text are known at most; rarer ones are unknown.", ge=4
    )
    lower: bool | None = choice("Input", "Capital letters of a text count as small ones.")
    longest: int | None = choice("Input", "How many tokens of a text are read at most.", ge=1)


class AugmentationChoices(RecipeSection):
    """How training examples are varied; `augment` names a preset, the others change it."""

    augment: str | None = choice("Input", "Augmentation preset: none, light, crop or photo.")
    mirror: float | None = choice("Input", "Augmentation: probability of mirroring left and right.", ge=0, le=1)
    rotation: float | None = choice("Input", "Augmentation: largest rotation, in degrees.", ge=0, le=180)
    translation: float | None = choice("Input", "Augmentation: largest shift, as a share of the side.", ge=0, le=1)
    scaling: float | None = choice("Input", "Augmentation: largest relative change of size.", ge=0, lt=1)
    crop: int | None = choice(
        "Input", "Augmentation: random crops out of a picture this many pixels larger on each side.", ge=0
    )
    brightness: float | None = choice("Input", "Augmentation: largest relative change of brightness.", ge=0, le=1)
    contrast: float | None = choice("Input", "Augmentation: largest relative change of contrast.", ge=0, le=1)
    saturation: float | None = choice("Input", "Augmentation: largest relative change of saturation.", ge=0, le=1)
    hue: float | None = choice(
        "Input", "Augmentation: largest turn of the colours, as a share of their circle.", ge=0, le=0.5
    )
    perspective: float | None = choice(
        "Input", "Augmentation: largest shift of each corner, as a share of half the side.", ge=0, le=0.5
    )
    erasing: float | None = choice(
        "Input", "Augmentation: probability of painting over a rectangle (random erasing).", "--reprob", ge=0, le=1
    )
    trivial_augment: bool | None = choice(
        "Input", "Augmentation: one more change per picture, its kind and strength drawn anew (TrivialAugment)."
    )
    mixup: float | None = choice(
        "Input", "Augmentation: blend each picture and its target with another; alpha of their shares.", ge=0, le=100
    )
    cutmix: float | None = choice(
        "Input", "Augmentation: paste a rectangle of another picture, targets by area; alpha of the area.", ge=0, le=100
    )
