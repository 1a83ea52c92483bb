"""How texts that answer texts are learned where a choice is left open."""

from __future__ import annotations

from typing import Any

from pellucid.errors import RecipeError
from pellucid.kinds import Target, TextTarget
from pellucid.models import ModelEntry
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.defaults import epochs_of_steps, fill_open
from pellucid.training.kinds.base import TargetHabits

PAIRS_SEEN = 100_000
"""Pairs that are learned from in all: about two minutes of `seq2seq` on one core, for answers of twenty letters."""
MOST_EPOCHS = 60
BATCH = 64
LRS = {
    "seq2seq": (4e-3, "what small recurrent networks like"),
    "transformer-seq2seq": (1e-3, "what small transformers like"),
}
"""Learning rates by model, and why."""


class TextHabits(TargetHabits):
    """A text."""

    taught = "the answers"
    favourite = "seq2seq"
    because = "reads a text and writes another, looking back at what it read"

    def describe(self, target: Target) -> str:
        """Return that texts are answered with texts."""
        return "each text is answered with a text, letter by letter"

    def model_options(self, target: Target, model: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Ask for an answer of as many places as the longest has, its end among them."""
        return {}, {"answer": TextTarget.of(target).longest + 1}

    def check_model(self, target: Target, entry: ModelEntry) -> None:
        """Look whether a model writes texts.

        Raises:
            RecipeError: it does not.
        """
        if "answer" not in entry.options:
            raise RecipeError(
                f"The model '{entry.name}' gives one answer for a whole text, and here a text is to be written.",
                fix="Use --model seq2seq, or transformer-seq2seq.",
            )

    def own_pace(
        self, recipe: Recipe, *, num_train: int, num_val: int, target: Target
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill open choices: many small steps, as many as a few minutes allow."""
        size = num_train if recipe.batches.batch == "full" else min(int(recipe.batches.batch or BATCH), num_train)
        planned = epochs_of_steps(recipe, size, num_train)
        epochs = planned or recipe.duration.epochs or max(1, min(MOST_EPOCHS, round(PAIRS_SEEN / max(1, num_train))))
        rate = LRS.get(recipe.architecture.model or "", LRS[self.favourite])
        suited: dict[str, tuple[Any, str]] = {
            "batch": (BATCH, "pairs of texts; many small steps"),
            "epochs": (
                epochs,
                f"as many as {recipe.duration.steps:,} steps take"
                if planned
                else f"{PAIRS_SEEN:,} pairs in all, each of them {MOST_EPOCHS} times at most",
            ),
            "lr": rate,
            "schedule": ("cosine", "the rate rises shortly and then falls to nearly 0"),
            "warmup": (round(0.05 * epochs, 3), "the first twentieth of the epochs"),
            "weight_decay": (0.01, "keeps the weights small, a little"),
            "clip": (1.0, "a single strange batch moves little"),
        }
        return fill_open(recipe, suited)
