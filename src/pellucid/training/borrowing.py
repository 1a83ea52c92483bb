"""Whether a training starts from borrowed weights, whose, and what that changes about its input."""

from __future__ import annotations

from torch import nn

from pellucid.data import Dataset
from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import Wishes
from pellucid.models import ModelEntry, StoredWeights, find_model, find_weights, list_weights, wishes_of
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.kinds import INPUT_HABITS, TARGET_HABITS

_FAVOURITES = ("timm:mobilenetv2_100", "tv:mobilenet_v2", "timm:resnet18", "tv:resnet18", "tv:squeezenet1_1")
"""Backbones that two cores carry, the better first; any other that is here comes after them."""
_PHOTO_SIDE = 96
"""Pixels of the shorter side from which a picture is a photo; features of ImageNet say little about smaller ones."""
_FROM_SCRATCH = ("model", "pretrained", "init", "hidden", "activation", "maxout_pieces", "batch_norm", "embedding")
"""Choices after which nothing is borrowed unasked."""


def choose_weights(
    dataset: Dataset,
    recipe: Recipe,
    model: nn.Module | None,
    name: str,
    wishes: Wishes,
) -> tuple[StoredWeights | None, Wishes, Decision | None]:
    """Return the weights that a training borrows, None for none, the model's wishes with them in it, and what is said.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.
        model: a module of the user's own, or None.
        name: of the model, in full.
        wishes: of the model without weights.

    Raises:
        RecipeError: weights were asked for where there can be none.
        ModelError: there are none for this model on this machine.
    """
    if not recipe.architecture.pretrained:
        return None, wishes, None
    if model is not None:
        raise RecipeError(
            "pretrained=True is for a model by its name.",
            expected="Your own module brings its own weights.",
            fix="Leave it out.",
        )
    if obstacle := INPUT_HABITS[dataset.input.kind].no_weights:
        raise RecipeError("--pretrained is about pictures.", expected=obstacle, fix="Leave it out.")
    lender, part = find_model(name).lender, "everything but the head"
    if lender is not None:
        part = "the encoder"
        lent_by = lender(recipe.architecture.network or {})
        if not lent_by:
            raise RecipeError(
                f"--pretrained gives {name} an encoder with borrowed weights, and none is named.",
                fix="Add --encoder resnet18, or the name of another model that 'pellucid weights list' shows.",
            )
        name = lent_by
    weights = find_weights(name)
    card = weights.card
    value = f"{card.name}, sha256 {card.sha256[:12]}"
    reason = f"{part} starts from it: {card.source}; licence {card.licence} (--pretrained)"
    return weights, wishes_of(card, wishes), Decision(name="weights", value=value, reason=reason)


def choose_pretrained(dataset: Dataset, recipe: Recipe, model: nn.Module | None) -> tuple[Recipe, Decision | None]:
    """Return the recipe with a backbone to borrow, where the data are photos and the user left the model open.

    What is said of photos is what is borrowed and why, or how to get something to borrow.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.
        model: a module of the user's own, or None.
    """
    own = TARGET_HABITS[dataset.target.kind].favourite
    if model is not None or own or any(recipe.chosen(field) is not None for field in _FROM_SCRATCH):
        return recipe, None
    side = INPUT_HABITS[dataset.input.kind].photo_side(dataset.input)
    if min(side, recipe.pictures.imgsz or side) < _PHOTO_SIDE:
        return recipe, None
    found = [stored.card for stored in list_weights() if stored.card.base in _FAVOURITES]
    if not found:
        how = "'pellucid fetch tv:mobilenet_v2' gets some, 'pellucid weights add FILE' takes a file"
        reason = f"pretrained weights would serve photos better, and none are on this machine ({how})"
        return recipe, Decision(name="weights", value="none", reason=reason)
    chosen = min(found, key=lambda card: _FAVOURITES.index(card.base)).name
    reason = (
        "these are photos, and pretrained weights of it are on this machine, learned on very many others "
        "(--model; --no-pretrained starts from scratch)"
    )
    said = Decision(name="model", value=chosen, reason=reason)
    return recipe.override(model=chosen, pretrained=True), said


def favourite_backbone() -> tuple[ModelEntry, Decision]:
    """Return the model to borrow where the user named none: what two cores carry, of what is on this machine.

    Raises:
        ModelError: there are no weights at all.
    """
    names = [stored.card.name for stored in list_weights()]
    if not names:
        raise ModelError(
            "There are no pretrained weights on this machine.",
            fix="Add some: pellucid weights add FILE --model NAME. Or download some: pellucid fetch NAME",
        )
    chosen = next((name for name in _FAVOURITES if name in names), names[0])
    reason = f"its pretrained weights are on this machine (--model; 'pellucid weights list' shows {len(names)})"
    return find_model(chosen), Decision(name="model", value=chosen, reason=reason)
