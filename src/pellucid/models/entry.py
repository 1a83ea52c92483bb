"""What a model's name stands for: what it takes, which options it honours, and how it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field

from pellucid.errors import ModelError
from pellucid.kinds import Wishes
from pellucid.records import Record

if TYPE_CHECKING:
    from torch import nn

Activation = Literal["sigmoid", "tanh", "relu", "leaky-relu", "elu", "maxout"]
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
ELEMENTWISE: tuple[Activation, ...] = ("sigmoid", "tanh", "relu", "leaky-relu", "elu")
"""The activations that keep the shape: all but maxout."""

Option = Literal["hidden", "activation", "dropout", "batch_norm", "maxout_pieces"]
Library = Literal["pellucid", "timm", "torchvision"]

InputShape = tuple[int, ...]
"""(C, H, W) of a picture or (D,) of an encoded row; without the batch axis."""


class ModelOptions(Record):
    """The choices inside a model; None means the model's own. A model honours some of them and refuses the others."""

    hidden: tuple[Annotated[int, Field(ge=1)], ...] | None = None
    """Units of each hidden layer, from the input on; () for none."""
    activation: Activation | None = None
    dropout: Annotated[float, Field(ge=0, lt=1)] | None = None
    """Probability that a unit is set to zero in a training step, in [0, 1)."""
    batch_norm: bool | None = None
    """Whether to normalise over the batch, before each activation."""
    maxout_pieces: Annotated[int, Field(ge=2)] = 2
    """Linear pieces of which each maxout unit takes the largest."""


_UNCHOSEN = ModelOptions()


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """One model that can be asked for by name."""

    name: str
    """The full name: "mlp", "timm:resnet18", "tv:alexnet"."""
    description: str
    wishes: Wishes
    build: Callable[[InputShape, int, ModelOptions], nn.Module]
    """(input shape, outputs, resolved options) -> a fresh module with its own initialisation, drawn from torch's global
    generator; call `build_model`, which checks, seeds and leaves that generator alone."""
    library: Library = "pellucid"
    options: tuple[Option, ...] = ()
    """The fields of ModelOptions that it honours."""
    activations: tuple[Activation, ...] = ()
    """The activations it can be built with, if it honours that option."""
    defaults: ModelOptions = field(default_factory=ModelOptions)
    example: tuple[InputShape, int] = ((1, 28, 28), 10)
    """The input shape and the number of outputs at which its parameters are listed."""
    note: str = ""
    """What the user should be told about how the name was read; "" for nothing."""

    def resolve(self, options: ModelOptions) -> ModelOptions:
        """Return the options with the model's own in place of None.

        Raises:
            ModelError: an option is given that this model does not honour.
        """
        chosen = {name: value for name, value in options if value != getattr(_UNCHOSEN, name)}
        refused = [name for name in chosen if name not in self.options]
        if refused:
            raise ModelError(
                f"The model '{self.name}' does not take the option{'s' * (len(refused) > 1)} {', '.join(refused)}.",
                expected=f"It takes {', '.join(self.options)}." if self.options else "It takes no options.",
                fix="Leave out what it does not take, or choose another model (`pellucid models` lists them).",
            )
        if options.activation is not None and options.activation not in self.activations:
            raise ModelError(
                f"The model '{self.name}' cannot be built with the activation '{options.activation}'.",
                expected=f"It takes {', '.join(self.activations)}.",
            )
        resolved = self.defaults.model_copy(update=chosen)
        if "maxout_pieces" in chosen and resolved.activation != "maxout":
            raise ModelError(
                f"maxout_pieces is {options.maxout_pieces}, but the activation is '{resolved.activation}'.",
                expected="Pieces belong to maxout.",
                fix="Set activation to 'maxout', or leave out maxout_pieces.",
            )
        return resolved

    def check_input(self, input_shape: InputShape) -> None:
        """Raise a ModelError that says what the model takes, if it cannot take `input_shape`."""
        if not input_shape or min(input_shape) < 1:
            raise ModelError(
                f"The input shape {input_shape} is empty.", expected="(C, H, W) of a picture or (D,) of a row."
            )
        if self.wishes.kind != "image":
            return  # sizes and channels are of pictures; whether the kind is right preprocessing has looked
        if len(input_shape) != 3:
            raise ModelError(
                f"The model '{self.name}' takes pictures, and the input is {_shape_in_words(input_shape)}.",
                fix="For a table choose 'mlp' or 'linear' (--model mlp).",
            )
        channels, height, width = input_shape
        wishes = self.wishes
        if channels not in wishes.channels:
            raise ModelError(
                f"The model '{self.name}' cannot take pictures with {channels} channels.",
                expected=f"It takes {_either([str(count) for count in wishes.channels])}.",
            )
        fits = (
            (height == width and height in wishes.sizes)
            if wishes.sizes is not None
            else min(height, width) >= wishes.min_size
        ) and height % wishes.multiple_of == width % wishes.multiple_of == 0
        if not fits:
            raise ModelError(
                f"The model '{self.name}' cannot take pictures of {height} x {width} pixels.",
                expected=f"It takes {sizes_in_words(wishes)}.",
                fix=f"Choose such a size (--imgsz {_nearest_size(wishes, max(height, width))}), or another model.",
            )


def sizes_in_words(wishes: Wishes) -> str:
    """Return the sizes a model takes as a person would say them, e.g. "28 x 28 or 32 x 32"."""
    if wishes.kind == "any":
        return "any input, flattened"
    if wishes.sizes is not None:
        return _either([f"{size} x {size}" for size in wishes.sizes])
    words = f"{wishes.min_size} x {wishes.min_size} or larger"
    return words if wishes.multiple_of == 1 else f"{words}, sides a multiple of {wishes.multiple_of}"


def _nearest_size(wishes: Wishes, size: int) -> int:
    if wishes.sizes is not None:
        return min(wishes.sizes, key=lambda choice: abs(choice - size))
    step = wishes.multiple_of
    return -(-max(size, wishes.min_size) // step) * step


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _shape_in_words(shape: InputShape) -> str:
    return f"a row of {shape[0]} numbers" if len(shape) == 1 else f"of shape {shape}"
