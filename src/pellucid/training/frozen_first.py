"""Whether a borrowed backbone stays frozen unasked: on a few cores without a GPU, where fine-tuning takes long."""

from __future__ import annotations

import copy
import time

import torch
from torch import nn

from pellucid.kinds import Form
from pellucid.machine import cores
from pellucid.models import cut_at_head, example_of
from pellucid.preprocessing import Augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.randomness import forked_randomness
from pellucid.training.stages import EVERYTHING
from pellucid.training.threads import free_threads
from pellucid.words import counted

FEW_CORES = 4
"""Up to so many the default is the frozen backbone. The number decides and not a measured time, which no two trainings
would share."""
ASKED = ("freeze", "unfreeze", "head_epochs", "head_lr", "layer_decay")
"""Choices that say how the backbone learns: whoever makes one of them is not corrected."""
_TRIED = 4
"""Pictures in the step that is timed. With two, an epoch of 220 photos was said to take 26 to 33 s and took 20; with
four 23 to 27; with eight 18 to 23, but to try them took up to a second longer (mobilenetv2_100, two slow cores)."""


def freeze_first(
    recipe: Recipe,
    model: nn.Module,
    *,
    form: Form,
    num_train: int,
    num_val: int,
    augmentation: Augmentation,
    asked_to_augment: bool,
    device: torch.device,
) -> tuple[Recipe, Decision | None]:
    """Return the recipe with `freeze` filled in where nobody said how the backbone learns, and why.

    What fine-tuning would cost is measured and said. Where somebody asked for augmentation, which a frozen backbone
    would never see, or the head cannot be cut off, all learns as elsewhere, and the cost is said.

    Args:
        recipe: what the user chose.
        model: with borrowed weights; it is left as it was.
        form: of one picture.
        num_train: pictures to learn from.
        num_val: pictures that are looked at after each epoch.
        augmentation: of the run.
        asked_to_augment: whether the user chose it.
        device: of the training.
    """
    count = cores()
    asked = any(recipe.chosen(field) is not None for field in ASKED)
    if asked or device.type != "cpu" or count > FEW_CORES:
        return recipe, None
    # A forward pass is about a third of a step.
    seconds = seconds_per_picture(model, form) * (num_train + num_val / 3)
    where = f"on {counted(count, 'core')} without a GPU"
    cost = f"{about(seconds)} per epoch"
    if augmentation.mixes or (asked_to_augment and not recipe.freezing.views) or cut_at_head(model, form) is None:
        reason = f"{where}, from one step that was timed; --freeze all trains the head alone, which takes seconds"
        return recipe, Decision(name="fine-tuning", value=cost, reason=reason)
    reason = (
        f"{where} the head learns alone, on features that the backbone computes once; fine-tuning all would take "
        f"{cost} (--unfreeze head-first)"
    )
    return recipe.override(freeze=EVERYTHING), Decision(name="freeze", value="all but the head", reason=reason)


def seconds_per_picture(model: nn.Module, form: Form) -> float:
    """Return how long a training step takes on the CPU for each picture in it, from one step on a copy of the model.

    Args:
        model: left as it was.
        form: of one picture.
    """
    probe = copy.deepcopy(model).train()
    inputs = example_of(form, _TRIED)
    if len(form.shape) == 3:
        probe, inputs = probe.to(memory_format=torch.channels_last), inputs.to(memory_format=torch.channels_last)
    with forked_randomness(torch.device("cpu")), free_threads(), torch.enable_grad():
        probe(inputs).float().square().mean().backward()  # what is set up once is no part of a step
        started = time.perf_counter()
        probe(inputs).float().square().mean().backward()
        return (time.perf_counter() - started) / _TRIED


def about(seconds: float) -> str:
    """Return seconds as a rough estimate in words: "about 20 s", "about 3 min", "about 2 h"."""
    unit, name = (1, "s") if seconds < 90 else (60, "min") if seconds < 90 * 60 else (3600, "h")
    return f"about {max(1, round(seconds / unit))} {name}"
