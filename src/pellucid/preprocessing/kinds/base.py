"""What preprocessing does with each kind of input: fit itself to examples, and bring them to the prepared form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import Wishes
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.framing import ResizePolicy
from pellucid.preprocessing.prepared import Place, Prepared
from pellucid.preprocessing.table import Scale
from pellucid.preprocessing.tokenising import Unit
from pellucid.records import Decision

Fitted: TypeAlias = tuple[Preprocessing, tuple[Decision, ...]]


@dataclass(frozen=True)
class Asked:
    """What was said of how examples come to the network; None where it is to be chosen.

    Attributes:
        imgsz: side of the square input, in pixels.
        resize: how a picture of another shape gets there.
        colour: planes the model sees.
        scale: whether a table's numbers are standardised.
        unit: what a token of a text is.
        vocabulary: how many different tokens there are at most.
        lower: whether capital letters count as small ones.
        longest: how many tokens of a text a network is given at most.
    """

    imgsz: int | None = None
    resize: ResizePolicy | None = None
    colour: Literal["grey", "rgb"] | None = None
    scale: Scale | None = None
    unit: Unit | None = None
    vocabulary: int | None = None
    lower: bool | None = None
    longest: int | None = None

    def refuse(self, *flags: str, about: str, dataset: str) -> None:
        """Refuse flags that mean nothing for a kind of input.

        Args:
            flags: names of fields.
            about: what they are about.
            dataset: one sentence on what the dataset is instead.

        Raises:
            RecipeError: one was given.
        """
        given = [f"--{flag}" for flag in flags if getattr(self, flag) is not None]
        if given:
            raise RecipeError(f"{', '.join(given)} is about {about}.", expected=dataset, fix="Leave it out.")


ABOUT_TEXTS = ("unit", "vocabulary", "lower", "longest")
"""Fields of `Asked` that are about texts."""


class Fitter(Protocol):
    """The row of one kind of input."""

    def fit(self, dataset: Dataset, wishes: Wishes, asked: Asked, *, model: str) -> Fitted:
        """Do what `fit_preprocessing` says, for this kind."""
        ...

    def open(
        self,
        dataset: Dataset,
        preprocessing: Preprocessing,
        indices: NDArray[np.int64],
        *,
        margin: int,
        workers: int | None,
        keep: Place | None,
    ) -> Prepared:
        """Do what `open_inputs` says, for a dataset and a preprocessing of this kind."""
        ...


def check_wishes(wishes: Wishes, kind: str, *, model: str, dataset: str, suited: str) -> None:
    """Look whether a model takes a kind of input.

    Args:
        wishes: the model's.
        kind: of the dataset's input.
        model: its name.
        dataset: one sentence on what the dataset is.
        suited: models that take this kind, as a user would type them.

    Raises:
        ModelError: it takes another.
    """
    if not wishes.take(kind):
        raise ModelError(f"{model} takes {wishes.kinds_in_words()}.", expected=dataset, fix=f"Use --model {suited}.")
