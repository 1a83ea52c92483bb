"""One example that somebody asks about: of a run's own dataset, or from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.prediction.given import Given
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.predictor import Predictor
from pellucid.prediction.records import Prediction
from pellucid.prediction.unlike import Unlike


@dataclass(frozen=True)
class Asked:
    """One example that is asked about.

    Attributes:
        name: for people.
        index: in the run's dataset; None where it is none of it.
        prepared: [1, ...], as `Predictor.outputs` takes it: [1, H, W, C] uint8 canvas, [1, D] float32 row, `noise`.
        pixels: as decoded; None of what is no picture.
        unlike: what of a new picture or text is unlike the training's; None of all else.
        noise: [1, L] float32 random numbers that the network reads; None where it reads an input.
        series: [C, T] values of a series as they stand in the data; None of what is no series.
        tokens: of a text, as they are written, where only some of them are read; () for all.
        cells: of a row, by the column's name: a number or a word each; None of what is no row.
        text: as it stands; None of what is no text.
    """

    name: str
    index: int | None
    prepared: NDArray[Any]
    pixels: NDArray[Any] | None = None
    unlike: Unlike | None = None
    cells: Mapping[str, Any] | None = None
    text: str | None = None
    series: NDArray[Any] | None = None
    tokens: tuple[str, ...] = ()
    noise: NDArray[Any] | None = None

    def mark(self, judged: Prediction) -> Prediction:
        """Return the answer with what is unlike the training."""
        return judged if self.unlike is None else self.unlike.mark(judged)


class Asking(Protocol):
    """How examples of one kind of input are read, one at a time."""

    def of_dataset(self, preprocessing: Any, dataset: Dataset, index: int) -> Asked:
        """Return an example of the dataset, prepared as the run's preprocessing does it.

        Raises:
            DataError: it cannot be read.
        """

    def of_new(self, predictor: Predictor, source: Given) -> Asked:
        """Return an input from elsewhere; of several the first.

        Raises:
            DataError: it cannot be read.
        """

    def picture(self, dataset: Dataset, index: int) -> NDArray[Any] | None:
        """Return uint8 or uint16 pixels to be shown of an example; None where it is no picture.

        Raises:
            DataError: it cannot be read.
        """


@runtime_checkable
class AsksItself(Protocol):
    """A row of single answers that rest on no input of the data, but on random numbers."""

    def ask(self, opened: OpenedRun, source: Any) -> Asked:
        """Return what is asked about.

        Raises:
            RecipeError: it is asked for otherwise.
        """
