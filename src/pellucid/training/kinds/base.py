"""What the training asks of each kind of input and of target, where a choice is left open: the contract of a row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Input, SplitName, Target, Wishes
from pellucid.models import ModelEntry
from pellucid.preprocessing import Augmentation, Preprocessing
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.tasks import Emphasis
from pellucid.training.batches import BatchSource, Examples
from pellucid.training.habits import Family, Pace
from pellucid.training.imbalance import refuse_class_choices
from pellucid.training.progress import Progress


@dataclass(frozen=True)
class Opening:
    """A split whose examples are wanted in batches.

    Attributes:
        record: of the run.
        dataset: where the examples come from.
        split: of the dataset.
        examples: all that is known of them but their inputs.
        device: where batches go.
        progress: is told where the examples lie.
        channels_last: memory format of pictures, what convolutions on this device like.
    """

    record: RunRecord
    dataset: Dataset
    split: SplitName
    examples: Examples
    device: torch.device
    progress: Progress
    channels_last: bool = False


BatchOpener: TypeAlias = Callable[[Opening], BatchSource]
"""Prepares the examples of a split."""


class InputHabits(ABC):
    """How one kind of input is learned from."""

    favourite: str
    """The model that is trained where nobody names one."""
    because: str
    """Why that one."""
    custom: Wishes
    """What a module of the user's own is taken to want."""
    no_weights: str = ""
    """Why no pretrained weights can be borrowed, as an error's "expected"; "" where they can."""
    augments: bool = False
    """Whether examples are augmented, or could be."""
    weighs_classes: bool = False
    """Whether classes of uneven size count alike in the loss unasked: where it was measured to cost little accuracy."""
    keeps_epochs: bool = False
    """Whether weights of epochs on the way are kept of small networks, because how answers came about can be drawn."""

    @abstractmethod
    def pace(self, family: Family) -> Pace:
        """Return how long and how hard a family of models learns from such examples."""

    def photo_side(self, found: Input) -> int:
        """Return the shorter side of what are photos, in pixels; 0 where pretrained backbones say nothing of them."""
        return 0

    def made_by(self, preprocessing: Preprocessing) -> str:
        """Return a text that changes with whatever prepares the examples; "" where no features of them are kept."""
        return ""

    def options(self, model: str, *, num_classes: int | None) -> tuple[dict[str, Any], tuple[Decision, ...]]:
        """Return options of a model that suit such examples better than its own defaults, and why.

        Args:
            model: its name.
            num_classes: K; None where the target is no class.
        """
        return {}, ()

    @abstractmethod
    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose the augmentation.

        Args:
            dataset: what is learned from.
            recipe: what the user chose.
            given: its choices of augmentation that are not open.
            family: of the model.
            preprocessing: fitted.

        Raises:
            RecipeError: a choice that does not go with such examples, or is out of range.
        """


class TargetHabits(ABC):
    """How one kind of target is learned."""

    is_number: bool = False
    """Whether numbers are learned: they may have bounds, and have no probabilities to soften."""
    taught: str
    """What a teacher answers with, e.g. "the classes"; its `names` follow."""
    favourite: str = ""
    """The model that is trained where nobody names one, whatever the input; "" for the input's favourite."""
    because: str = ""
    """Why that one."""

    def pace(self, pace: Pace) -> Pace:
        """Return how long and how hard it is learned.

        Args:
            pace: of such inputs.
        """
        return pace

    @abstractmethod
    def describe(self, target: Target) -> str:
        """Return why the task that fits it best was chosen."""

    def check_model(self, target: Target, entry: ModelEntry) -> None:
        """Look whether a model that was named can give what the target needs, beside what its task checks.

        Raises:
            RecipeError: it cannot.
        """
        return

    def wishes(self, wishes: Wishes) -> Wishes:
        """Return what a model can take, with what the target needs of the input beside that."""
        return wishes

    def model_options(self, target: Target, model: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return options of a model that suit what is learned better than its own, and those that must be.

        Args:
            target: what is learned.
            model: its name.
        """
        return {}, {}

    def own_pace(
        self, recipe: Recipe, *, num_train: int, num_val: int, target: Target
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill the open choices of how long and how hard is learned that follow from what is learned, and say why.

        Args:
            recipe: what the user chose.
            num_train: training examples.
            num_val: examples that choose the best epoch.
            target: what is learned.
        """
        return recipe, ()

    def learned(
        self, dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]
    ) -> NDArray[Any] | None:
        """Return the targets of some examples as the task learns them; None where they are the dataset's own, scaled.

        Args:
            dataset: where the examples come from.
            preprocessing: of the run.
            indices: [N] indices of the examples.
        """
        return None

    def units(self, learned: NDArray[Any]) -> NDArray[np.int64] | None:
        """Return [N] over how many units (tokens, steps) each example's loss is a mean; None for 1 each."""
        return None

    def names(self, target: Target) -> tuple[str, ...]:
        """Return the names that a teacher's target must share, in order."""
        return target.answers

    def num_classes(self, target: Target) -> int | None:
        """Return K of one class of K; None for all others."""
        return None

    def resolve_losses(
        self, recipe: Recipe, counts: Sequence[int], *, mixes: bool, weighs: bool
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill the choices of loss, class weights and sampler.

        Args:
            recipe: what the user chose; None is open.
            counts: training examples of each of the target's categories.
            mixes: whether examples are mixed with others.
            weighs: whether classes of uneven size count alike in the loss unasked.

        Raises:
            RecipeError: choices that exclude each other, or that need classes where there are none.
        """
        refuse_class_choices(recipe)
        return recipe, ()

    def emphasis(self, record: RunRecord) -> Emphasis:
        """Return how a run's classes were weighed."""
        return Emphasis()

    def perceptron_refusal(self, target: Target) -> RecipeError | None:
        """Return why a perceptron cannot learn it; None where it can."""
        if not self.is_number:
            return None
        return RecipeError(
            f"A perceptron answers yes or no, and the target '{target.name}' is a number.", fix="Use --model linear."
        )
