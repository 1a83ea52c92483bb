"""The model on the page, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from pellucid.report import wording
from pellucid.report.charts import network_drawing
from pellucid.runs import RunRecord


@dataclass(frozen=True)
class Layer:
    """One row: what stands in it, and its share of all parameters in percent."""

    name: str
    operator: str
    details: str
    output: str
    parameters: int
    share: float
    multiply_adds: int


@dataclass(frozen=True)
class Architecture:
    """The section "Model".

    Attributes:
        name: of the model.
        own: whether it is a module of the user's own.
        options: (word, value) of the choices inside it.
        input_words: the input's shape.
        layers: in the order in which an example passes them.
        parameters, multiply_adds: in all; `parameters_words`, `multiply_adds_words` short.
        size_words: what the weights take as float32.
        picture: the volumes, or None.
    """

    name: str
    own: bool
    options: tuple[tuple[str, str], ...]
    input_words: str
    layers: tuple[Layer, ...]
    parameters: int
    multiply_adds: int
    parameters_words: str
    multiply_adds_words: str
    size_words: str
    picture: Markup | None


def build_architecture(record: RunRecord) -> Architecture:
    """Return the section."""
    model = record.model
    total = max(model.num_parameters, 1)
    multiply_adds = sum(layer.multiply_adds for layer in model.layers)
    stages = [
        ("input", model.input_shape),
        *((layer.name or layer.operator, layer.output_shape) for layer in model.layers),
    ]
    label = (
        f"{model.name}: "
        + " to ".join(wording.shape(sizes) for _, sizes in (stages[0], stages[-1]))
        + f" in {len(model.layers)} layers"
    )
    options = {name: value for name, value in model.options.to_dict().items() if value is not None}
    if options.get("activation") != "maxout":
        options.pop("maxout_pieces", None)
    return Architecture(
        name=model.name,
        own=model.custom,
        options=tuple((name.replace("_", " "), _say(value)) for name, value in options.items()),
        input_words=wording.shape(model.input_shape),
        layers=tuple(
            Layer(
                name=layer.name or "(the model)",
                operator=layer.operator,
                details=layer.details,
                output=wording.shape(layer.output_shape),
                parameters=layer.parameters,
                share=round(100 * layer.parameters / total, 1),
                multiply_adds=layer.multiply_adds,
            )
            for layer in model.layers
        ),
        parameters=model.num_parameters,
        multiply_adds=multiply_adds,
        parameters_words=wording.big(model.num_parameters),
        multiply_adds_words=wording.big(multiply_adds),
        size_words=wording.memory(4 * model.num_parameters),
        picture=network_drawing(stages, label=label),
    )


def _say(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
