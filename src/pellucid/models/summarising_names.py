"""A model that nobody trained, by its name, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from pellucid.errors import ModelError
from pellucid.models.building import build_model
from pellucid.models.catalogue import find_model
from pellucid.models.entry import InputShape, ModelOptions
from pellucid.models.layer import ModelSummary
from pellucid.models.summary import summarise_model


def summarise_named(
    name: str, *, input_shape: InputShape | None, outputs: int | None, options: Mapping[str, Any]
) -> ModelSummary:
    """Return a named model layer by layer.

    Args:
        name: as `find_model` takes it.
        input_shape: of one example, without the batch; None for the model's usual one. Type and vocabulary are its
            usual ones.
        outputs: None for its usual ones.
        options: fields of `ModelOptions`.

    Raises:
        ModelError: the name or an option is unknown, or the model cannot take such an input.
    """
    entry = find_model(name)
    form, usual = entry.example
    if input_shape is not None:
        form = form.model_copy(update={"shape": input_shape})
    count = usual if outputs is None else outputs
    entry.check_input(form)
    if count < 1:
        raise ModelError(f"The model '{entry.name}' was asked for {count} outputs.", expected="1 or more.")
    resolved = entry.resolve(ModelOptions.from_dict(dict(options), source="options", error=ModelError))
    if entry.library != "pellucid":
        try:
            # Shapes without numbers: large models take no memory and no time.
            with torch.device("meta"):
                return summarise_model(entry.build(form, count, resolved), form, name=entry.name)
        except Exception:  # a model that needs numbers while it is built or run, or that cannot take this input
            pass
    module = build_model(name, form=form, outputs=count, options=resolved, seed=0)
    return summarise_model(module, form, name=entry.name)
