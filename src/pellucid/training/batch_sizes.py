"""How small the batches of an epoch get, and whether a network can learn from ones so small."""

from __future__ import annotations

import copy

import torch
from torch import nn

from pellucid.errors import RecipeError
from pellucid.models import example_of, read_by
from pellucid.runs import RunRecord
from pellucid.training.batches import num_batches
from pellucid.training.frozen_wrapper import FrozenWrapper
from pellucid.training.processes import Processes
from pellucid.training.randomness import forked_randomness
from pellucid.training.transfer import stages_of

_TOO_FEW = ("more than 1 value per channel", "more than 1 spatial element")
"""What torch's normalisations say of a single value, which has no spread."""


def smallest_batch(record: RunRecord) -> int:
    """Return the number of examples in the smallest batch of an epoch."""
    count, batch = record.dataset.num_examples["train"], record.recipe.batches.batch
    return count if batch == "full" else count // num_batches(count, min(int(batch or 1), count))


def is_too_few(problem: Exception) -> bool:
    """Tell whether an exception is torch's word for a batch too small to be normalised."""
    return isinstance(problem, ValueError) and any(words in str(problem) for words in _TOO_FEW)


def check_batches(record: RunRecord, model: nn.Module, processes: Processes) -> None:
    """Raise RecipeError when the smallest batch is too small: for the processes, or for batch normalisation.

    Args:
        record: of the run, before anything of it is written.
        model: that is to be trained; it is not changed.
        processes: that share each batch.
    """
    smallest = smallest_batch(record)
    processes.check_batches(smallest)
    if smallest // processes.count > 1 or _learns_from_one(record, model):
        return
    count, batch = record.dataset.num_examples["train"], record.recipe.batches.batch
    cause = (
        f"--batch {batch} gives" if smallest == batch else f"--batch {batch} cuts {count:,} examples so that there are"
    )
    single = "a single example" if processes.count == 1 else f"{smallest}, a single example for each process"
    raise RecipeError(
        f"{cause} batches of {single}, and a batch normalisation over one place has no spread to divide by there.",
        expected="Two examples or more in every batch.",
        fix="Raise --batch, leave out --batch-norm, or choose a larger --imgsz or another --model.",
    )


def _learns_from_one(record: RunRecord, model: nn.Module) -> bool:
    """Try whether a copy of a network computes with a single example wherever it learns; frozen parts do not count."""
    # Tried and not reasoned: which layers normalise over how many places hangs on the network and on the picture's
    # size.
    trial = copy.deepcopy(model).cpu()
    found = stages_of(record, trial)
    frozen_sets = [stage.frozen for stage in found[1].stages] if found else [frozenset()]
    like = next(iter(trial.parameters()), torch.zeros(()))
    inputs = example_of(read_by(model, record.preprocessing.form), like=like)
    for frozen in frozen_sets:
        wrapper = FrozenWrapper(trial, None)
        wrapper.freeze(frozen, from_features=False, in_float32=False)
        wrapper.train()
        try:
            with forked_randomness(torch.device("cpu")), torch.no_grad():
                wrapper(inputs)
        except Exception as problem:  # whatever else is wrong will be said where it belongs
            if is_too_few(problem):
                return False
    return True
