"""From a name to a module with seeded first weights, checked against the input it will get."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.catalogue import find_model
from pellucid.models.entry import ModelEntry, ModelOptions
from pellucid.models.pretrained import borrow, wishes_of
from pellucid.store import StoredWeights

if TYPE_CHECKING:
    from torch import nn


def build_model(
    name: str,
    *,
    form: Form,
    outputs: int,
    options: ModelOptions | None = None,
    init: str | None = None,
    weights: StoredWeights | None = None,
    seed: int,
) -> nn.Module:
    """Return a fresh model from [N, *form.shape] of the form's type to [N, outputs] float32 logits or values.

    The same arguments give the same weights. torch's global random state is as before afterwards.

    Args:
        name: as `find_model` takes it.
        form: of one example, e.g. of shape (C, H, W) for a picture, (D,) for an encoded row.
        outputs: the width of the last layer, at least 1.
        options: choices inside the model; None for the model's own.
        init: a name in INITS: how the first weights are drawn; None for the model's own way.
        weights: pretrained ones that everything but the head starts with; None to draw all of them.
        seed: of the first weights.

    Raises:
        ModelError: the name, an option or the initialisation is unknown to it, or it cannot take this input;
            or the pretrained weights are of another model.
        DataError: the pretrained weights are damaged.
    """
    entry = find_model(name)
    if weights is not None:
        # Before the input is checked: borrowed weights want pictures in colour, whatever the architecture could take.
        entry = replace(entry, wishes=wishes_of(weights.card, entry.wishes))
    entry.check_input(form)
    if outputs < 1:
        raise ModelError(f"The model '{entry.name}' was asked for {outputs} outputs.", expected="1 or more.")
    resolved = entry.resolve(options or ModelOptions())

    import torch

    from pellucid.models.initialisation import check_init, initialise

    scheme = check_init(init or "default")
    with torch.random.fork_rng(devices=[]):
        # Only the CPU's generator: torch.manual_seed would also reset that of every accelerator.
        torch.default_generator.manual_seed(seed)
        model = _build(entry, form, outputs, resolved)
        initialise(model, scheme)
    if weights is not None:
        (entry.borrow or borrow)(model, weights)
    if entry.library != "pellucid":
        _try_out(entry, model, form, outputs)
    return model


def _build(entry: ModelEntry, form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    try:
        return entry.build(form, outputs, options)
    except ModelError:
        raise
    except Exception as problem:
        # A fault of ours keeps its traceback; what a library raises says something of the name or the size.
        if entry.library == "pellucid":
            raise
        raise ModelError(
            f"{entry.library} could not build '{entry.name}' for {form.shape[0]} channels and {outputs} outputs "
            f"({_one_line(problem)})."
        ) from problem


def _try_out(entry: ModelEntry, model: nn.Module, form: Form, outputs: int) -> None:
    """Pass one empty picture through a library's model, whose wishes may say less than it needs."""
    try:
        shape = _output_shape(model, form)
    except Exception as problem:
        _, height, width = form.shape
        size = entry.wishes.default_size or 224
        raise ModelError(
            f"The model '{entry.name}' cannot take pictures of {height} x {width} pixels ({_one_line(problem)}).",
            expected=f"Its authors used {size} x {size}.",
            fix=f"Choose a larger size (--imgsz {size}), or another model.",
        ) from problem
    if shape != (1, outputs):
        raise ModelError(
            f"The model '{entry.name}' gives {shape or 'no single tensor'}, not (N, {outputs}).",
            expected="A classifier: one row of outputs per picture.",
            fix="Choose another model.",
        )


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()).rstrip(".")


def _output_shape(model: nn.Module, form: Form) -> tuple[int, ...]:
    """Return the shape that one picture comes out with, () where the model gives something other than one tensor."""
    import torch

    from pellucid.models.forms import example_of
    from pellucid.models.modes import evaluating

    # With real numbers: shapes alone (torch's "meta" device) are worked out in Python, a second for a hundred layers.
    with evaluating(model), torch.no_grad():
        answer = model(example_of(form))
    return tuple(answer.shape) if isinstance(answer, torch.Tensor) else ()
