"""The structure of a model: its table of layers, and its drawing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import ModelError

if TYPE_CHECKING:
    from torch import nn

    from pellucid.api.run import Run
    from pellucid.models import InputShape, ModelSummary
    from pellucid.runs import RunFolder, RunRecord


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
    from pellucid.api.opening import open_run
    from pellucid.api.run import Run
    from pellucid.models import summarise_model

    if isinstance(model, Path) or (isinstance(model, str) and (Path(model) / "run.json").is_file()):
        model = open_run(model)
    if isinstance(model, str):
        return _summarise_named(model, input_shape, outputs, options)
    if outputs is not None or options:
        raise ModelError(
            "The outputs and options of a model that exists cannot be chosen any more.",
            fix="Leave them out, or name a model.",
        )
    if isinstance(model, Run):
        record = model.record.model
        return summarise_model(
            model.predictor.model, tuple(input_shape or record.input_shape), name=record.name, with_weights=True
        )
    if input_shape is None:
        raise ModelError(
            "A module does not say what it takes.", fix="Say it: pellucid.summary(model, input_shape=(3, 224, 224))."
        )
    return summarise_model(model, tuple(input_shape), with_weights=True)


def write_summary_page(found: ModelSummary, path: Path | None = None) -> Path:
    """Write what `summary` returned, table and drawing, as one self-contained page.

    Args:
        found: of `summary`.
        path: of the page; None for summary-NAME.html in this folder.
    """
    from pellucid.report import write_summary

    return write_summary(path or Path(f"summary-{_file_name(found.name)}.html"), found)


def write_drawing(found: ModelSummary, path: Path) -> Path:
    """Write the drawing of what `summary` returned as an SVG file, for slides.

    Raises:
        ModelError: there is nothing to draw.
    """
    from pellucid.report import draw_network, standalone_svg
    from pellucid.runs import write_text

    drawn = draw_network(found.name, found.layers, found.input_shape, weights=found.weights, biases=found.biases)
    if drawn is None:
        raise ModelError(f"There is nothing to draw of '{found.name}': the shape of what flows never changes.")
    write_text(path, standalone_svg(drawn.whole))
    return path


def drawn_weights(folder: RunFolder, record: RunRecord) -> dict[str, dict[str, Any]]:
    """Return weights and biases of a run's small dense layers, as far as it has any yet, without loading torch.

    Returns:
        "weights" and "biases", by the layer's name.
    """
    import numpy as np
    from safetensors import SafetensorError, safe_open

    from pellucid.models import DRAWN_UNITS
    from pellucid.training import BEST

    found: dict[str, dict[str, Any]] = {"weights": {}, "biases": {}}
    names = [layer.name for layer in record.model.layers if layer.operator == "Linear"]
    try:
        with safe_open(folder.checkpoints / BEST, framework="np") as file:
            keys = set(file.keys())
            for name in names:
                key = f"model/model/{name}.".replace("/.", "/")
                shape = file.get_slice(f"{key}weight").get_shape() if f"{key}weight" in keys else []
                if len(shape) != 2 or not 0 < max(shape) <= DRAWN_UNITS or not min(shape):
                    continue
                weights = file.get_tensor(f"{key}weight")
                biases = file.get_tensor(f"{key}bias") if f"{key}bias" in keys else np.zeros(shape[0])
                if biases.shape != (shape[0],) or not (np.isfinite(weights).all() and np.isfinite(biases).all()):
                    continue  # answering will say what is wrong; a drawing of it would be none
                found["weights"][name] = weights.tolist()
                if f"{key}bias" in keys:
                    found["biases"][name] = biases.tolist()
    except (OSError, SafetensorError, TypeError):
        return {"weights": {}, "biases": {}}  # no checkpoint yet, or numbers of a kind that numpy does not have
    return found


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).strip(".") or "model"


def _summarise_named(
    name: str, input_shape: Sequence[int] | None, outputs: int | None, options: dict[str, Any]
) -> ModelSummary:
    import torch

    from pellucid.models import ModelOptions, build_model, find_model, summarise_model

    entry = find_model(name)
    shape: InputShape = entry.example[0] if input_shape is None else tuple(input_shape)
    count = entry.example[1] if outputs is None else outputs
    entry.check_input(shape)
    if count < 1:
        raise ModelError(f"The model '{entry.name}' was asked for {count} outputs.", expected="1 or more.")
    resolved = entry.resolve(ModelOptions.from_dict(options, source="options", error=ModelError))
    if entry.library != "pellucid":
        try:
            # Shapes without numbers: large models take no memory and no time.
            with torch.device("meta"):
                return summarise_model(entry.build(shape, count, resolved), shape, name=entry.name)
        except Exception:  # a model that needs numbers while it is built or run, or that cannot take this input
            pass
    module = build_model(name, input_shape=shape, outputs=count, options=resolved, seed=0)
    return summarise_model(module, shape, name=entry.name)
