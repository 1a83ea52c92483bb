"""Learning on what another training left: which parts of the network learn when, decided once and said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import nn

from pellucid.errors import ModelError, RecipeError
from pellucid.models import Anatomy, anatomy, count_parameters
from pellucid.preprocessing import Augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.training.stages import EVERYTHING, NOTHING, Stages, frozen_layers, plan_stages

HEAD_EPOCHS = 10
HEAD_LR = 3e-3
LAYER_DECAY = 0.8
"""Of adamw for a new head on frozen features; tried, like all here, on the validation splits of four sets of photos."""
_FIELDS = ("freeze", "unfreeze", "head_epochs", "head_lr", "layer_decay", "views")
_OFF: dict[str, Any] = {
    "freeze": NOTHING,
    "unfreeze": "at-once",
    "head_epochs": 0,
    "head_lr": None,
    "layer_decay": 1.0,
    "views": 0,
}


def resolve_transfer(
    recipe: Recipe, model: nn.Module, layers: Sequence[str], *, pretrained: bool
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill every open choice about which parts of the network learn when.

    Args:
        recipe: what the user chose; None is open.
        model: built, with the weights it starts from.
        layers: names of its layers, in the order in which they compute.
        pretrained: whether all but the head starts from borrowed weights.

    Raises:
        RecipeError: choices contradict one another, or name layers that there are not.
        ModelError: the model has no head to tell from the rest.
    """
    given = {field: recipe.chosen(field) for field in _FIELDS if recipe.chosen(field) is not None}
    # `--freeze none` is a choice, too, but none that asks for a cut between backbone and head.
    wanted = {field: value for field, value in given.items() if value != _OFF[field]}
    # Most networks are never cut: what has no head to tell from the rest must train all the same.
    if not wanted and (not pretrained or "unfreeze" in given or given.get("freeze") is not None):
        return recipe.override(**(_OFF | given)), ()
    parts = anatomy(model, layers)
    if parts is None:
        raise ModelError(
            f"'{recipe.architecture.model}' has no layer before the one that gives the outputs.",
            expected="A backbone and a head, for --freeze and its like.",
            fix="Leave them out.",
        )
    freeze = given.get("freeze", NOTHING)
    frozen = frozen_layers(parts, freeze)
    # "all", all blocks by number, and all up to the last layer are one thing, with one way to train it.
    is_all = frozen == frozenset(parts.backbone)
    chosen = _OFF | {"unfreeze": "head-first" if pretrained and not is_all else "at-once"} | given
    head_alone = is_all or chosen["unfreeze"] != "at-once"
    _check(given, is_all=is_all, head_alone=head_alone)
    if is_all:
        chosen["freeze"] = EVERYTHING
    # Smaller steps for early blocks are for borrowed ones: those that start at random have as far to go as the head.
    elif pretrained and head_alone:
        chosen["layer_decay"] = given.get("layer_decay", LAYER_DECAY)
    if head_alone and not is_all:
        chosen |= {"head_epochs": given.get("head_epochs", HEAD_EPOCHS), "head_lr": given.get("head_lr", HEAD_LR)}
    decisions = [*_about_frozen(model, parts, frozen, pretrained=pretrained)]
    if "unfreeze" not in given and chosen["unfreeze"] == "head-first":
        reason = (
            f"the new head learns alone for {chosen['head_epochs']} epochs, at a rate of {chosen['head_lr']:g}, then "
            "the whole network: an untrained head would spoil the pretrained weights (LP-FT; --unfreeze at-once, "
            "--freeze all)"
        )
        decisions.append(Decision(name="unfreeze", value="head-first", reason=reason))
    if "layer_decay" not in given and chosen["layer_decay"] != _OFF["layer_decay"]:
        reason = (
            "the learning rate is multiplied by it for each block away from the head: early blocks hold what all "
            "pictures share (--layer-decay)"
        )
        decisions.append(Decision(name="layer decay", value=f"{chosen['layer_decay']:g}", reason=reason))
    return recipe.override(**chosen), tuple(decisions)


def plain_views(recipe: Recipe, augmentation: Augmentation) -> Decision | None:
    """Return what to say of the augmentation instead where a frozen backbone never sees it; None where it does.

    Args:
        recipe: with no open choice about what learns when.
        augmentation: of the run.

    Raises:
        RecipeError: augmented views are wanted, and nothing is augmented.
    """
    views = recipe.freezing.views
    if views and augmentation.describe() == "none":
        raise RecipeError(
            f"--views {views} asks for augmented views, and nothing is augmented here (--augment none).",
            fix="Leave it out, or choose what is augmented: --augment light, crop or photo.",
        )
    if recipe.freezing.freeze != EVERYTHING or views or augmentation.mixes or augmentation.describe() == "none":
        return None
    reason = "a frozen backbone sees the pictures as they are (--views 4 adds augmented ones)"
    return Decision(name="augment", value="none", reason=reason)


def epochs_in_all(recipe: Recipe) -> Decision | None:
    """Say how long the whole training is, where the head has epochs of its own before those of all that learns.

    Args:
        recipe: with no open choice of learning.
    """
    head, others = recipe.freezing.head_epochs, recipe.duration.epochs
    if not head or not others:
        return None
    reason = f"{head} of the head alone, then {others} of everything that learns (--head-epochs, --epochs)"
    return Decision(name="epochs in all", value=str(head + others), reason=reason)


def stages_of(record: RunRecord, model: nn.Module) -> tuple[Anatomy, Stages] | None:
    """Return the parts of a run's network and which of them are frozen when; None where all learn alike all the time.

    Raises:
        ModelError: the network is another than the record's.
    """
    asked, epochs = record.recipe.freezing, record.recipe.duration.epochs or 1
    freeze, unfreeze, decay = asked.freeze or NOTHING, asked.unfreeze or "at-once", asked.layer_decay or 1.0
    if (freeze, unfreeze, decay) == (NOTHING, "at-once", 1.0):
        return None
    parts = anatomy(model, [layer.name for layer in record.model.layers])
    if parts is None:
        raise ModelError(f"'{record.model.name}' is not the network that '{record.name}' was trained with.")
    stages = plan_stages(parts, freeze=freeze, unfreeze=unfreeze, head_epochs=asked.head_epochs or 0, epochs=epochs)
    return parts, stages


def _check(given: dict[str, Any], *, is_all: bool, head_alone: bool) -> None:
    if is_all:
        of_a_backbone = ("unfreeze", "layer_decay", "head_epochs", "head_lr")
        idle: list[str] = [name for name in of_a_backbone if name in given and given[name] != _OFF[name]]
        if idle:
            raise RecipeError(
                f"--{idle[0].replace('_', '-')} is about a backbone that learns, and --freeze all never lets it.",
                fix="Leave out the one or the other; --freeze all takes --epochs and --lr for the head.",
            )
    elif not head_alone:
        of_a_head = ("views", "head_epochs", "head_lr")
        idle = [name for name in of_a_head if given.get(name)]
        if idle:
            raise RecipeError(
                f"--{idle[0].replace('_', '-')} is about epochs in which the head alone learns, and there are none.",
                fix="Add --freeze all or --unfreeze head-first, or leave it out.",
            )


def _about_frozen(model: nn.Module, parts: Anatomy, frozen: frozenset[str], *, pretrained: bool) -> list[Decision]:
    if not frozen:
        return []
    named = dict(model.named_modules())
    still = sum(count_parameters(named[layer]) for layer in frozen)
    blocks = [block.name for block in parts.blocks if frozen.issuperset(block.layers)]
    value = f"{still:,} of {count_parameters(model):,} parameters"
    if blocks:
        value += f": '{blocks[0]}'" + (f" to '{blocks[-1]}'" if len(blocks) > 1 else "")
    reason = "these layers keep their weights and the statistics of their batch normalisation (--freeze)"
    if not pretrained:
        reason += "; without pretrained weights what is frozen is random (--pretrained)"
    return [Decision(name="freeze", value=value, reason=reason)]
