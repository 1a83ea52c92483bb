"""Which networks are rungs of a ladder, by kind of input; training them is not this room's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import INPUTS, KindTable
from pellucid.models import find_model, find_weights

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.ladder.records import Kind
    from pellucid.models import ModelEntry
    from pellucid.runs import Recipe

CHOSEN_HERE = ("pretrained", "freeze", "unfreeze", "head_epochs", "teacher")
"""Fields of a recipe in which the rungs differ."""


@dataclass(frozen=True)
class Network:
    """A rung that has to be trained.

    Attributes:
        name: unique in its ladder.
        kind: of method.
        description: what it is.
        choices: fields of the recipe.
    """

    name: str
    kind: Kind
    description: str
    choices: dict[str, Any]


def networks_of(dataset: Dataset, recipe: Recipe) -> tuple[list[Network], list[str]]:
    """Return the rungs to train, and what has to be said about those that are missing.

    Args:
        dataset: to be learned.
        recipe: a model of timm or torchvision in it is the backbone, any other the network that starts from scratch.

    Raises:
        RecipeError: the recipe chooses what the rungs differ in.
        ModelError: it names an unknown model.
    """
    taken = [name for name in CHOSEN_HERE if recipe.chosen(name) is not None]
    if taken:
        raise RecipeError(
            f"--{taken[0].replace('_', '-')} does not go with --ladder, whose rungs differ in just that.",
            fix="Leave it out.",
        )
    named = find_model(recipe.architecture.model) if recipe.architecture.model is not None else None
    return NETWORKS[dataset.input.kind](named, recipe)


def _of_pictures(named: ModelEntry | None, recipe: Recipe) -> tuple[list[Network], list[str]]:
    """Return a network from scratch, and a borrowed one, frozen and fine-tuned."""
    from pellucid.training import HEAD_EPOCHS, favourite_backbone

    scratch = _from_scratch(named, "cnn")
    try:
        if named is not None and named.library != "pellucid":
            find_weights(named.name)
            backbone = named.name
        else:
            backbone = favourite_backbone()[0].name
    except ModelError as problem:
        return [scratch], [f"No frozen and no fine-tuned rung: {problem}"]
    borrowed: dict[str, Any] = {"model": backbone, "pretrained": True}
    # The head of the fine-tuned rung learns alone first; this one's gets as many epochs, however few were asked for.
    longer = {"epochs": recipe.duration.epochs + HEAD_EPOCHS} if recipe.duration.epochs else {}
    frozen = Network(
        "frozen backbone",
        "frozen backbone",
        f"{backbone}, its head alone trained",
        borrowed | longer | {"freeze": "all"},
    )
    learning = borrowed | {"unfreeze": "head-first"}
    tuned = Network("fine-tuned", "fine-tuned", f"{backbone}, all of it trained", learning)
    return [scratch, frozen, tuned], []


def _of_rows(named: ModelEntry | None, recipe: Recipe) -> tuple[list[Network], list[str]]:
    """Return a network from scratch: none is borrowed for rows."""
    return [_from_scratch(named, "mlp")], []


def _of_texts(named: ModelEntry | None, recipe: Recipe) -> tuple[list[Network], list[str]]:
    """Return a network from scratch: none is borrowed for texts."""
    return [_from_scratch(named, "textcnn")], []


def _of_series(named: ModelEntry | None, recipe: Recipe) -> tuple[list[Network], list[str]]:
    """Return a network from scratch: none is borrowed for series."""
    return [_from_scratch(named, "fcn1d")], []


def _from_scratch(named: ModelEntry | None, usual: str) -> Network:
    model = named.name if named is not None and named.library == "pellucid" else usual
    return Network("from scratch", "from scratch", model, {"model": model, "pretrained": False})


Rungs: TypeAlias = Callable[["ModelEntry | None", "Recipe"], tuple[list[Network], list[str]]]
NETWORKS: KindTable[Rungs] = KindTable(
    "networks of a ladder",
    INPUTS,
    {
        "image": _of_pictures,
        "series": _of_series,
        "table": _of_rows,
        "text": _of_texts,
    },
)
