"""How the next token is learned where a choice is left open: a small network, as long as it pays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TextInputs
from pellucid.errors import RecipeError
from pellucid.kinds import Target
from pellucid.models import ModelEntry
from pellucid.preprocessing import Preprocessing, TextPreprocessing, count_own
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.defaults import epochs_of_steps, fill_open
from pellucid.training.kinds.base import TargetHabits

WINDOWS_SEEN = 70_000
"""Windows that are learned from in all: some ten minutes of a small transformer on two free cores, where one core reads
11,000 tokens a second."""
MOST_EPOCHS = 40
_SIZES: dict[str, dict[str, Any]] = {
    "transformer": {"embedding": 128, "layers": 4, "heads": 4, "dropout": 0.0},
    **{cell: {"embedding": 64, "hidden": (512,), "dropout": 0.1} for cell in ("lstm", "gru", "rnn")},
}
BATCHES = {"transformer": 16}
BATCH = 32
"""Windows of a batch; a recurrent network goes through a window step by step, and more of them at once cost little."""
RATE, RATE_OF_NARROW, NARROW = 1e-3, 2e-3, 192
"""A transformer with vectors of up to so many numbers learns faster at twice nanoGPT's rate, which is for 384."""
PATIENCE = 3
"""Small texts are learned by heart: from then on validation gets worse, and the best epoch is kept."""


class NextTokenHabits(TargetHabits):
    """The next token."""

    taught = "the next token"
    favourite = "transformer"
    because = "the network of today's language models; an n-gram model is counted in seconds (--model ngram)"

    def describe(self, target: Target) -> str:
        """Return that a text is read on and on."""
        return "the text is read on and on, and each token is predicted from those before it"

    def model_options(self, target: Target, model: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Ask for an answer at every place, from those before it alone, of a network larger than classifiers are."""
        return _SIZES.get(model, {}), {"causal": True}

    def check_model(self, target: Target, entry: ModelEntry) -> None:
        """Look whether a model answers at every place, from those before it alone.

        Raises:
            RecipeError: it does not.
        """
        if "causal" not in entry.options:
            raise RecipeError(
                f"The model '{entry.name}' gives one answer for a whole text, and the next token is predicted at every "
                "place.",
                fix="Use --model transformer, lstm, gru, rnn or ngram.",
            )

    def own_pace(
        self, recipe: Recipe, *, num_train: int, num_val: int, target: Target
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill open choices as small language models are trained (A. Karpathy's nanoGPT), for so many windows."""
        batch = BATCHES.get(str(recipe.architecture.model), BATCH)
        size = num_train if recipe.batches.batch == "full" else min(int(recipe.batches.batch or batch), num_train)
        planned = epochs_of_steps(recipe, size, num_train)
        epochs = planned or recipe.duration.epochs or max(1, min(MOST_EPOCHS, round(WINDOWS_SEEN / max(1, num_train))))
        suited: dict[str, tuple[Any, str]] = {
            "batch": (batch, "windows of text; many small steps"),
            "epochs": (
                epochs,
                f"as many as {recipe.duration.steps:,} steps take"
                if planned
                else f"{WINDOWS_SEEN:,} windows in all, whatever the length of the text",
            ),
            "optimizer": ("adamw", "with betas 0.9 and 0.99, as small batches of text want it"),
            "lr": (_rate(recipe), "what small networks for text like"),
            "schedule": ("cosine", "the rate rises shortly and then falls to nearly 0"),
            "warmup": (round(0.05 * epochs, 3), "the first twentieth of the epochs"),
            "weight_decay": (0.1, "keeps the weights of matrices small"),
            "clip": (1.0, "a single strange batch moves little"),
            "patience": (PATIENCE if num_val else 0, "what is learned by heart makes validation worse"),
        }
        return fill_open(recipe, suited)

    def learned(self, dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return [N] how many tokens at the end of each window are its own."""
        return own_tokens(dataset, preprocessing, indices)

    def units(self, learned: NDArray[Any]) -> NDArray[np.int64]:
        """Return as many: the loss is a mean over tokens."""
        return learned


def _rate(recipe: Recipe) -> float:
    narrow = (
        recipe.architecture.model == "transformer"
        and (recipe.architecture.embedding or _SIZES["transformer"]["embedding"]) <= NARROW
    )
    return RATE_OF_NARROW if narrow else RATE


def own_tokens(dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return [N] how many tokens of each window's target there are, at most one less than fit in the window."""
    given, inputs = TextPreprocessing.of(preprocessing), TextInputs.of(dataset.inputs)
    return count_own(given, inputs, indices, np.asarray(dataset.targets[indices]))
