"""A model layer by layer: what each gives out, what it holds and costs, how far it sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from torch import nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.axes import Seen
from pellucid.models.costs import multiply_adds
from pellucid.models.forms import example_of, read_by
from pellucid.models.formulas import output_formula, parameter_formula
from pellucid.models.layer import DRAWN_UNITS, LayerSummary, ModelSummary, ReceptiveField
from pellucid.models.receptive import follow, of_input, sides_of
from pellucid.models.recording import Operation, record_operations

_WORDS = {"itruediv": "div", "truediv": "div", "radd": "add", "rmul": "mul", "rsub": "sub", "rmatmul": "matmul"}
_MOVEMENTS = frozenset(
    [
        "get",
        "getitem",
        "view",
        "reshape",
        "permute",
        "transpose",
        "swapaxes",
        "movedim",
        "contiguous",
        "clone",
        "detach",
        "to",
        "cpu",
        "cuda",
        "float",
        "type_as",
        "type",
        "expand",
        "expand_as",
        "unsqueeze",
        "squeeze",
        "unbind",
        "chunk",
        "split",
        "split_with_sizes",
        "select",
        "narrow",
        "size",
        "unflatten",
        "setitem",
    ]
)
"""Operators that only say where numbers lie: no rows of their own."""


def count_parameters(module: nn.Module) -> int:
    """Return how many numbers the module can learn; a parameter shared by two layers counts once."""
    return sum(parameter.numel() for parameter in module.parameters())


def summarise_model(module: nn.Module, form: Form, *, name: str = "", with_weights: bool = False) -> ModelSummary:
    """Return a model layer by layer, with its totals.

    Args:
        module: as for `summarise`.
        form: of one example; of floats where a module of a user's own does not say which numbers it takes.
        name: what to call it; "" for the name of its class.
        with_weights: whether to keep the weights of dense layers of at most 24 inputs and outputs.

    Raises:
        ModelError: the module cannot take such an input.
    """
    layers = tuple(summarise(module, form))
    small = {
        path: layer
        for path, layer in module.named_modules()
        if with_weights and isinstance(layer, nn.Linear) and max(layer.weight.shape) <= DRAWN_UNITS
    }
    return ModelSummary(
        name=name or type(module).__name__,
        input_shape=read_by(module, form).shape,
        layers=layers,
        parameters=count_parameters(module),
        trainable=sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad),
        multiply_adds=sum(layer.multiply_adds for layer in layers),
        weights={path: tuple(tuple(row) for row in layer.weight.tolist()) for path, layer in small.items()},
        biases={path: tuple(layer.bias.tolist()) for path, layer in small.items() if layer.bias is not None},
    )


def summarise(module: nn.Module, form: Form) -> list[LayerSummary]:
    """Return the layers in the order in which one example of zeros passes them, and the operators between them.

    A layer that is called twice is two rows, one that is never called is none. What a module computes besides its
    layers (a sum, a class token) has rows by the module's path and the operator. Operators that only say where numbers
    lie (`view`, `permute`) have none. The module is left as it was.

    Args:
        module: any module that takes one tensor [N, *form.shape].
        form: of one example, or of what the module reads instead (`Assembly.reads`). Where it is of floats, and the
            module cannot take them, whole numbers are tried.

    Raises:
        ModelError: the module cannot take such an input.
    """
    operations, form = _record(module, read_by(module, form))
    modules = dict(module.named_modules())
    seen: list[Seen] = []
    outer = of_input(form)
    for operation in operations:
        seen.append(follow(operation, [outer if source < 0 else seen[source] for source in operation.sources]))
    groups = _group(operations, modules)
    sizes = {name: parameter.numel() for name, parameter in module.named_parameters()}
    return _rows(groups, _Context(operations, seen, modules, sizes, sides_of(form), _names_of(module)))


def _record(module: nn.Module, form: Form) -> tuple[list[Operation], Form]:
    like = next(module.parameters(), torch.empty(0))
    problem: Exception | None = None
    # Networks that begin with an embedding take whole numbers, and a module of a user's own does not say so.
    for tried in dict.fromkeys((form.dtype, "int64")):
        taken = form.model_copy(update={"dtype": tried})
        try:
            return record_operations(module, example_of(taken, like=like)), taken
        except Exception as raised:  # whatever the module's own code does
            problem = problem or raised
    raise ModelError(f"The model cannot take an input of shape {form.shape}: {problem}") from problem


@dataclass(frozen=True)
class _Context:
    """What rows are made from: the operators with what they see, the modules and parameters by name."""

    operations: list[Operation]
    seen: list[Seen]
    modules: dict[str, nn.Module]
    sizes: dict[str, int]
    sides: tuple[int, ...]
    layer_parameters: dict[str, tuple[str, ...]]


def _names_of(module: nn.Module) -> dict[str, tuple[str, ...]]:
    """Return for each module path the names, at their first place, of the parameters in it."""
    first = {id(parameter): name for name, parameter in module.named_parameters()}
    return {path: tuple(first[id(one)] for one in part.parameters()) for path, part in module.named_modules()}


def _is_layer(path: str, layer: nn.Module) -> bool:
    """Tell whether all that happens in a module is one row: of a leaf, and of attention as torch writes it."""
    # Its inside is one call into torch, whatever parts it seems to have.
    if isinstance(layer, nn.MultiheadAttention):
        return True
    # A module of a user's own without parts may call any operators: each of them is then a row.
    is_own_code = not type(layer).__module__.startswith("torch.nn")
    return not any(True for _ in layer.children()) and not (path == "" and is_own_code)


def _group(operations: Sequence[Operation], modules: dict[str, nn.Module]) -> list[list[int]]:
    """Return the operators of each row: those of one call of a layer together, every other one alone."""

    def key(number: int) -> tuple[str, int]:
        operation = operations[number]
        together = _is_layer(operation.module, modules[operation.module])
        return ("layer", operation.visit) if together else ("operator", number)

    return [list(group) for _, group in groupby(range(len(operations)), key=key)]


def _rows(groups: list[list[int]], context: _Context) -> list[LayerSummary]:
    rows: list[LayerSummary] = []
    row_of: dict[int, tuple[int, ...]] = {-1: (-1,)}
    """Of each operator the rows its numbers come from; several where a movement joined them."""
    counted: set[str] = set()
    taken: Counter[str] = Counter()
    for group in groups:
        own = [context.operations[number] for number in group]
        inside = set(group)
        sources = dict.fromkeys(
            row for one in own for source in one.sources if source not in inside for row in row_of[source]
        )
        path = own[0].module
        layer = context.modules[path] if _is_layer(path, context.modules[path]) else None
        # A class token that is expanded is a movement, too, but of numbers that are learned: it needs a row to be
        # counted.
        if layer is None and own[0].name in _MOVEMENTS and not (set(own[0].parameters) - counted):
            row_of |= dict.fromkeys(group, tuple(sources))
            continue
        row_of |= dict.fromkeys(group, (len(rows),))
        held = context.layer_parameters[path] if layer is not None else ()
        read = [name for name in dict.fromkeys([*held, *(name for one in own for name in one.parameters)])]
        new = [name for name in read if name not in counted]
        # Weights that two layers share (an embedding and the head) count at the first one that reads them.
        counted.update(new)
        rows.append(_row(group, context, layer, tuple(sources), sum(context.sizes[name] for name in new), taken))
    return rows


def _row(
    group: list[int],
    context: _Context,
    layer: nn.Module | None,
    sources: tuple[int, ...],
    parameters: int,
    taken: Counter[str],
) -> LayerSummary:
    own = [context.operations[number] for number in group]
    last, path = own[-1], own[0].module
    word = _WORDS.get(last.name, last.name)
    name = path if layer is not None else f"{path}/{word}".lstrip("/")
    taken[name] += layer is None
    formulas = [formula for one in own if (formula := output_formula(one))]
    return LayerSummary(
        name=name if taken[name] < 2 else f"{name}-{taken[name]}",
        operator=word if layer is None else type(layer).__name__,
        details="" if layer is None else _details(layer),
        output_shape=tuple(int(size) for size in last.output.shape[1:]),
        parameters=parameters,
        multiply_adds=sum(multiply_adds(one, layer) for one in own),
        inputs=sources,
        receptive_field=_field(context.seen[group[-1]], context.sides),
        output_formula=formulas[-1] if formulas else "",
        parameter_formula="" if layer is None or not parameters else parameter_formula(layer),
    )


def _field(seen: Seen, sides: tuple[int, ...]) -> ReceptiveField | None:
    if seen is None:
        return None
    is_whole = all(
        axis.start <= 0
        and axis.start + axis.size >= side
        # The last position's field begins latest: it must still begin at or before the first pixel.
        and axis.start + (axis.count - 1) * axis.stride <= 0
        and axis.start + axis.size >= side
        for axis, side in zip(seen, sides, strict=True)
    )
    return ReceptiveField(
        size=tuple(axis.size for axis in seen),
        stride=tuple(axis.stride for axis in seen),
        start=tuple(axis.start for axis in seen),
        is_whole=is_whole,
    )


def _details(layer: nn.Module) -> str:
    match layer:
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d() | nn.MaxPool2d() | nn.AvgPool2d():
            words = [_by(layer.kernel_size)]
            if any(side > 1 for side in _sides(layer.stride)):
                words.append(f"stride {_side(layer.stride)}")
            if isinstance(layer.padding, str) or any(_sides(layer.padding)):
                words.append(f"padding {_side(layer.padding)}")
            groups = getattr(layer, "groups", 1)
            if groups > 1:
                words.append(f"{groups} groups")
            return ", ".join(words)
        case nn.Dropout():
            return f"{layer.p:g}"
        case _:
            return ""


def _sides(value: Any) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)


def _by(value: Any) -> str:
    # One number stands for both sides of a window over a picture; along one axis it comes alone in a tuple.
    return " x ".join(str(side) for side in ((value, value) if isinstance(value, int) else value))


def _side(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else str(value[0]) if len(set(value)) == 1 else _by(value)
