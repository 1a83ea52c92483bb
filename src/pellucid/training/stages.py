"""Which parts of a network learn in which epoch: freezing, the head first, gradual unfreezing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pellucid.errors import RecipeError, did_you_mean
from pellucid.models import Anatomy
from pellucid.typed_numbers import read_wholes

Unfreeze = Literal["at-once", "head-first", "gradual"]
EVERYTHING, NOTHING = "all", "none"
_THAWED_BY = 0.5
"""Share of the epochs after which gradual unfreezing has reached the first block."""
_SHOWN = 12


@dataclass(frozen=True)
class Stage:
    """Some epochs in which the same parts are frozen.

    Attributes:
        epochs: how many.
        frozen: names of the layers that do not learn.
        head_only: whether everything but the head is frozen, so that features can be computed once.
    """

    epochs: int
    frozen: frozenset[str]
    head_only: bool = False


@dataclass(frozen=True)
class Stages:
    """The whole training.

    Attributes:
        stages: one after another.
        head_epochs: epochs of the first stage that have a schedule of the learning rate of their own; 0 for none.
    """

    stages: tuple[Stage, ...]
    head_epochs: int = 0

    def at(self, epoch: int) -> Stage:
        """Return the stage of an epoch, counted from 1; the last one for any later epoch."""
        for stage in self.stages:
            if epoch <= stage.epochs:
                return stage
            epoch -= stage.epochs
        return self.stages[-1]

    @property
    def learns_from_pictures(self) -> bool:
        """Whether there is an epoch in which more than the head learns."""
        return not all(stage.head_only for stage in self.stages)

    @property
    def has_head_only(self) -> bool:
        """Whether there is an epoch in which the head alone learns."""
        return any(stage.head_only for stage in self.stages)


def plan_stages(anatomy: Anatomy, *, freeze: str, unfreeze: Unfreeze, head_epochs: int, epochs: int) -> Stages:
    """Return which layers are frozen in which epoch.

    Args:
        anatomy: of the network.
        freeze: "none", "all" (the backbone), a number of blocks, or the last block, module or layer that is frozen.
        unfreeze: "at-once": whatever is not frozen learns from the first epoch on; "head-first": `head_epochs` of the
            head alone, then everything (LP-FT; Kumar et al. 2022); "gradual": after the head the blocks join from the
            last to the first (ULMFiT; Howard & Ruder 2018).
        head_epochs: epochs of the head alone, before `epochs`.
        epochs: of all that is not frozen.

    Raises:
        RecipeError: there is no such number of blocks, or no such layer.
    """
    frozen = frozen_layers(anatomy, freeze)
    backbone = frozenset(anatomy.backbone)
    # Nothing is there to be unfrozen: a head's epochs before would be the same epochs once more.
    if frozen == backbone:
        return Stages((Stage(epochs, backbone, head_only=True),))
    first = (Stage(head_epochs, backbone, head_only=True),) if unfreeze != "at-once" and head_epochs else ()
    if unfreeze != "gradual":
        return Stages((*first, Stage(epochs, frozen)), head_epochs if first else 0)
    thawing = [block for block in anatomy.blocks if not frozen.issuperset(block.layers)]
    stages = []
    # One stage an epoch, so that a run of any length thaws evenly; the second half of them learns everything.
    slow = max(1, math.ceil(epochs * _THAWED_BY))
    for epoch in range(1, slow + 1):
        still = thawing[: len(thawing) - math.ceil(len(thawing) * epoch / slow)]
        stages.append(Stage(1, frozen.union(*(block.layers for block in still))))
    rest = (Stage(epochs - slow, frozen),) if epochs > slow else ()
    return Stages((*first, *stages, *rest), head_epochs if first else 0)


def frozen_layers(anatomy: Anatomy, freeze: str) -> frozenset[str]:
    """Return the names of the layers that a word of `--freeze` freezes.

    Raises:
        RecipeError: there is no such number of blocks, or no such layer; the message lists those there are.
    """
    if freeze == NOTHING:
        return frozenset()
    if freeze == EVERYTHING:
        return frozenset(anatomy.backbone)
    if freeze.isascii() and freeze.isdecimal():
        number = read_wholes(freeze, "--freeze", expected="'all', a number of blocks, or a layer's name.")[0]
        if number > len(anatomy.blocks):
            raise RecipeError(
                f"--freeze is {number}, and this model has {len(anatomy.blocks)} blocks before its head.",
                expected=f"0 to {len(anatomy.blocks)}, 'all', or a name: {_names(anatomy)}.",
            )
        return frozenset(layer for block in anatomy.blocks[:number] for layer in block.layers)
    if freeze == anatomy.head or freeze in anatomy.after:
        raise RecipeError(
            f"--freeze is '{freeze}', which is the head: nothing would be left to learn.",
            expected=f"At most 'all', which is everything up to '{anatomy.blocks[-1].name}'.",
        )
    layers = anatomy.up_to(freeze)
    if layers is None:
        known = [*(block.name for block in anatomy.blocks), *anatomy.backbone]
        raise RecipeError(
            f"--freeze is '{freeze}', and this model has no such layer.{did_you_mean(freeze, known)}",
            expected=f"'all', a number of blocks, or a name: {_names(anatomy)}.",
        )
    return frozenset(layers)


def rate_scales(anatomy: Anatomy, decay: float) -> dict[str, float]:
    """Return what each layer's learning rate is multiplied by: `decay` once more for every block away from the head.

    The head learns at the full rate, the last block at `decay` of it, and so on (Howard & Ruder 2018, "discriminative
    fine-tuning").
    """
    count = len(anatomy.blocks)
    return {layer: decay ** (count - place) for place, block in enumerate(anatomy.blocks) for layer in block.layers}


def _names(anatomy: Anatomy) -> str:
    names = [block.name for block in anatomy.blocks]
    if len(names) <= _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: _SHOWN // 2])}, ..., {', '.join(names[-_SHOWN // 2 :])}"
