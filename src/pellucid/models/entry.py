"""What a model's name stands for: what it takes, which options it honours, and how it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field

from pellucid.errors import ModelError
from pellucid.kinds import Form, OwnOptions, OwnValue, Wishes
from pellucid.models.kinds import WISHED, check_numbers
from pellucid.ngrams import Smoothing
from pellucid.records import Record

if TYPE_CHECKING:
    from torch import nn

    from pellucid.store import StoredWeights

Activation = Literal["sigmoid", "tanh", "relu", "leaky-relu", "elu", "maxout"]
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
ELEMENTWISE: tuple[Activation, ...] = ("sigmoid", "tanh", "relu", "leaky-relu", "elu")
"""The activations that keep the shape: all but maxout."""

Option = Literal[
    "hidden",
    "activation",
    "dropout",
    "batch_norm",
    "maxout_pieces",
    "embedding",
    "layers",
    "heads",
    "order",
    "ngram_smoothing",
    "causal",
    "answer",
]
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
    embedding: Annotated[int, Field(ge=1)] | None = None
    """Numbers in the vector of a token."""
    layers: Annotated[int, Field(ge=1)] | None = None
    """Blocks of a transformer."""
    heads: Annotated[int, Field(ge=1)] | None = None
    """Of each block's attention; they divide the embedding."""
    order: Annotated[int, Field(ge=1, le=16)] | None = None
    """n of an n-gram model: a token is predicted from the n - 1 before it."""
    ngram_smoothing: Smoothing | None = None
    """How an n-gram model makes probabilities of counts."""
    causal: bool | None = None
    """Whether every place is answered, from itself and those before it alone: a language model. It follows from what is
    learned."""
    answer: Annotated[int, Field(ge=1)] | None = None
    """Places of an answer that is a text, its end among them. It follows from what is learned."""
    maxout_pieces: Annotated[int, Field(ge=2)] = 2
    """Linear pieces of which each maxout unit takes the largest."""
    own: dict[str, OwnValue] = Field(default_factory=dict)
    """What only this model has, by name: the fields of its `OwnOptions`."""


_UNCHOSEN = ModelOptions()


def build_lazily(
    form: Form, outputs: int, options: ModelOptions, *, file: str, function: str, **fixed: int
) -> nn.Module:
    """Return what a file of this room builds; torch is imported only then, so that naming models costs nothing."""
    builder = getattr(import_module(f"pellucid.models.{file}"), function)
    built: nn.Module = builder(form, outputs, options, **fixed)
    return built


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """One model that can be asked for by name."""

    name: str
    """The full name: "mlp", "timm:resnet18", "tv:alexnet"."""
    description: str
    wishes: Wishes
    build: Callable[[Form, int, ModelOptions], nn.Module]
    """(form of one example, outputs, resolved options) -> a fresh module with its own initialisation, drawn from
    torch's global generator; call `build_model`, which checks, seeds and leaves that generator alone."""
    library: Library = "pellucid"
    options: tuple[Option, ...] = ()
    """The fields of ModelOptions that it honours."""
    answers_pixels: bool = False
    """Whether it gives K numbers at each pixel of a picture, [N, K, H, W], and not K for the whole."""
    lender: Callable[[Mapping[str, OwnValue]], str] | None = None
    """From its own options to the name of the model whose weights a part of it can begin with, "" for none; None: it
    borrows all of itself, under its own name."""
    borrow: Callable[[nn.Module, StoredWeights], None] | None = None
    """Puts a lender's weights into that part; None where there is no lender."""
    own: type[OwnOptions] | None = None
    """The record of options that no other model has; None: there are none."""
    activations: tuple[Activation, ...] = ()
    """The activations it can be built with, if it honours that option."""
    defaults: ModelOptions = field(default_factory=ModelOptions)
    example: tuple[Form, int] = (Form(shape=(1, 28, 28)), 10)
    """The form of one example and the number of outputs at which its parameters are listed."""
    task: str = ""
    """The one task that it is for, learned where nobody names one; "" where what it learns follows from the target."""
    way: str = ""
    """How it is learned, where its task knows several ways: "adversarial", for one."""
    note: str = ""
    """What the user should be told about how the name was read; "" for nothing."""

    @property
    def takes(self) -> tuple[str, ...]:
        """The names of all its options, shared ones and its own."""
        return (*self.options, *(self.own.model_fields if self.own is not None else ()))

    def resolve(self, options: ModelOptions) -> ModelOptions:
        """Return the options with the model's own in place of None.

        Raises:
            ModelError: an option is given that this model does not honour.
        """
        chosen = {name: value for name, value in options if name != "own" and value != getattr(_UNCHOSEN, name)}
        takes = self.takes
        refused = [name for name in (*chosen, *options.own) if name not in takes]
        if refused:
            raise ModelError(
                f"The model '{self.name}' does not take the option{'s' * (len(refused) > 1)} {', '.join(refused)}.",
                expected=f"It takes {', '.join(takes)}." if takes else "It takes no options.",
                fix="Leave out what it does not take, or choose another model (`pellucid models` lists them).",
            )
        if options.activation is not None and options.activation not in self.activations:
            raise ModelError(
                f"The model '{self.name}' cannot be built with the activation '{options.activation}'.",
                expected=f"It takes {', '.join(self.activations)}.",
            )
        own = (
            {}
            if self.own is None
            else self.own.completed(options.own, whose=f"The model '{self.name}'", error=ModelError)
        )
        # A copy and not a new record: what was left open has the model's default, and both were checked already.
        resolved = self.defaults.model_copy(update=chosen | {"own": own})
        if "maxout_pieces" in chosen and resolved.activation != "maxout":
            raise ModelError(
                f"maxout_pieces is {options.maxout_pieces}, but the activation is '{resolved.activation}'.",
                expected="Pieces belong to maxout.",
                fix="Set activation to 'maxout', or leave out maxout_pieces.",
            )
        return resolved

    def check_input(self, form: Form) -> None:
        """Raise a ModelError that says what the model takes, if it cannot take examples of this form.

        Of several kinds of input the form need suit one.
        """
        if not form.shape or min(form.shape) < 1:
            raise ModelError(
                f"The input shape {form.shape} is empty.", expected="(C, H, W) of a picture or (D,) of a row."
            )
        if self.wishes.kinds == "any":
            check_numbers(self.name, form)
            return
        refusals = []
        for kind in self.wishes.kinds:
            try:
                if kind in WISHED:
                    WISHED[kind](self.name, self.wishes, form)
                return
            except ModelError as refusal:
                refusals.append(refusal)
        # The first: kinds stand in the order in which the model is meant for them.
        if refusals:
            raise refusals[0]
