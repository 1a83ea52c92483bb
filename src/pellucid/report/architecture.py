"""The model on the page, layer by layer, and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pellucid.models import ModelSummary, TableRow, table_rows
from pellucid.report import wording
from pellucid.report.drawing import NetworkDrawing, draw_network
from pellucid.report.rendering import render, write_template
from pellucid.runs import RunRecord
from pellucid.version import VERSION


@dataclass(frozen=True)
class Layer:
    """One row: what stands in it, and its share of all parameters in percent."""

    row: TableRow
    output: str
    field: str
    share: float


@dataclass(frozen=True)
class Architecture:
    """The section "Model".

    Attributes:
        name: of the model.
        own: whether it is a module of the user's own.
        options: (word, value) of the choices inside it.
        input_words: the input's shape.
        layers: in the order in which an example passes them; blocks built alike are one row.
        all_layers: without folding, where that makes a difference.
        num_layers: in all.
        parameters, multiply_adds: in all; `parameters_words`, `multiply_adds_words` short.
        unread: parameters that no layer read.
        size_words: what the weights take as float32.
        drawing: the network as pictures, or None.
    """

    name: str
    own: bool
    options: tuple[tuple[str, str], ...]
    input_words: str
    layers: tuple[Layer, ...]
    all_layers: tuple[Layer, ...]
    num_layers: int
    parameters: int
    multiply_adds: int
    unread: int
    parameters_words: str
    multiply_adds_words: str
    size_words: str
    drawing: NetworkDrawing | None


def build_architecture(
    record: RunRecord,
    weights: Mapping[str, Sequence[Sequence[float]]] | None = None,
    biases: Mapping[str, Sequence[float]] | None = None,
) -> Architecture:
    """Return the section of a run.

    Args:
        record: of the run.
        weights, biases: of its small dense layers, to be drawn.
    """
    model = record.model
    shared = model.options.to_dict()
    own = shared.pop("own")
    options = {name: value for name, value in (shared | own).items() if value is not None}
    if options.get("activation") != "maxout":
        options.pop("maxout_pieces", None)
    summary = ModelSummary(
        name=model.name,
        input_shape=(model.reads or model.form).shape,
        layers=model.layers,
        parameters=model.num_parameters,
        trainable=model.num_parameters,
        multiply_adds=sum(layer.multiply_adds for layer in model.layers),
        weights={name: tuple(map(tuple, rows)) for name, rows in (weights or {}).items()},
        biases={name: tuple(row) for name, row in (biases or {}).items()},
    )
    return architecture_of(
        summary,
        own=model.custom,
        options=tuple((name.replace("_", " "), _say(value)) for name, value in options.items()),
    )


def architecture_of(
    summary: ModelSummary, *, own: bool = False, options: tuple[tuple[str, str], ...] = ()
) -> Architecture:
    """Return the section of any model."""
    folded, whole = table_rows(summary), table_rows(summary, whole=True)
    return Architecture(
        name=summary.name,
        own=own,
        options=options,
        input_words=wording.shape(summary.input_shape),
        layers=_layers(folded, summary),
        all_layers=_layers(whole, summary) if len(folded) < len(whole) else (),
        num_layers=len(whole),
        parameters=summary.parameters,
        multiply_adds=summary.multiply_adds,
        unread=max(summary.unread, 0),
        parameters_words=wording.big(summary.parameters),
        multiply_adds_words=wording.big(summary.multiply_adds),
        size_words=wording.memory(4 * summary.parameters),
        drawing=draw_network(
            summary.name, summary.layers, summary.input_shape, weights=summary.weights, biases=summary.biases
        ),
    )


def write_summary(path: str | Path, summary: ModelSummary) -> Path:
    """Write a model's table and drawing as one self-contained page.

    Args:
        path: of the page; it is replaced at once.
        summary: of the model.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    return write_template(
        path,
        "summary.html.jinja",
        title=summary.name,
        version=VERSION,
        contents=[("drawing", "Drawing"), ("layers", "Layers")],
        architecture=architecture_of(summary),
    )


def summary_html(summary: ModelSummary) -> str:
    """Return a static fragment of HTML for a notebook: the drawing and the table."""
    return render("notebook_summary.html.jinja", architecture=architecture_of(summary))


def _layers(rows: Sequence[TableRow], summary: ModelSummary) -> tuple[Layer, ...]:
    total = max(summary.parameters, 1)
    return tuple(
        Layer(
            row=row,
            output=row.output.replace(" x ", " × "),
            field=row.field.replace(" x ", " × "),
            share=round(100 * row.parameters / total, 1),
        )
        for row in rows
    )


def _say(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
