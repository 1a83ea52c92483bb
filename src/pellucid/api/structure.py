"""The structure of a model: its table of layers, and its drawing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.api.opening import open_run
from pellucid.api.run import Run
from pellucid.errors import ModelError
from pellucid.files import file_stem, write_text
from pellucid.kinds import Form
from pellucid.models import summarise_model, summarise_named
from pellucid.report import draw_network, standalone_svg, write_summary

if TYPE_CHECKING:
    from torch import nn

    from pellucid.models import ModelSummary


def summary(
    model: str | Path | nn.Module | Run,
    *,
    input_shape: Sequence[int] | None = None,
    outputs: int | None = None,
    **options: Any,
) -> ModelSummary:
    """Return a model layer by layer: shapes and the formulas behind them, parameters, multiply-adds, receptive fields.

    Args:
        model: the name of a model ("lenet5", "tv:resnet50"), the folder of a run, a run, or a module of your own.
        input_shape: of one example, (C, H, W) or (D,), without the batch; None for the model's usual one, or the run's.
            A module of your own needs it.
        outputs: of a named model; None for its usual ones.
        **options: of a named model, as in `train`: hidden=(12, 6), activation="tanh", dropout, batch_norm.

    Raises:
        ModelError: the name is unknown, or the model cannot take such an input.
        RunError: there is a run, and its weights cannot be read.

    Example:
        print(pellucid.summary("tv:resnet50"))
    """
    shape = None if input_shape is None else tuple(input_shape)
    if isinstance(model, Path) or (isinstance(model, str) and os.path.isfile(Path(model) / "run.json")):
        model = open_run(model)
    if isinstance(model, str):
        return summarise_named(model, input_shape=shape, outputs=outputs, options=options)
    if outputs is not None or options:
        raise ModelError(
            "The outputs and options of a model that exists cannot be chosen any more.",
            fix="Leave them out, or name a model.",
        )
    if isinstance(model, Run):
        record = model.record.model
        form = record.form if shape is None else record.form.model_copy(update={"shape": shape})
        return summarise_model(model.model, form, name=record.name, with_weights=True)
    if shape is None:
        raise ModelError(
            "A module does not say what it takes.", fix="Say it: pellucid.summary(model, input_shape=(3, 224, 224))."
        )
    return summarise_model(model, Form(shape=shape), with_weights=True)


def write_summary_page(found: ModelSummary, path: Path | None = None) -> Path:
    """Write what `summary` returned, table and drawing, as one self-contained page.

    Args:
        found: of `summary`.
        path: of the page; None for summary-NAME.html in this folder.
    """
    return write_summary(path or Path(f"summary-{file_stem(found.name)}.html"), found)


def write_drawing(found: ModelSummary, path: Path) -> Path:
    """Write the drawing of what `summary` returned as an SVG file, for slides.

    Raises:
        ModelError: there is nothing to draw.
    """
    drawn = draw_network(found.name, found.layers, found.input_shape, weights=found.weights, biases=found.biases)
    if drawn is None:
        raise ModelError(f"There is nothing to draw of '{found.name}': the shape of what flows never changes.")
    write_text(path, standalone_svg(drawn.whole))
    return path
