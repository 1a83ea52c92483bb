"""A model and an input become a row of operator calls with all their values."""

from __future__ import annotations

import operator
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.models import Fitted
from pellucid.trace.bookkeeping import carrying_nodes, is_bookkeeping
from pellucid.trace.call import Call, Explained, Position

VIEWS = ("view", "_unsafe_view")
_WORDS = {"_native_batch_norm_legit_no_training": "batch_norm", "_unsafe_view": "view", "_softmax": "softmax"}


@dataclass(frozen=True)
class Step:
    """One operator's place in the network.

    Attributes:
        name: unique: a layer's path ("features.conv1"), or for what a module computes besides its layers its path and
            the operator ("layer1.0/add").
        module: path of the innermost module it belongs to; "" for the model itself.
        operator: what it does, e.g. "conv2d".
        call: with all values.
        element: which of several outputs; None where there is one.
        explain: how one of its values came about, of a step that is none of the network's operators; None: the table of
            operators says it.
        names: of its units, where they have any.
        is_bookkeeping: whether it only says where something stands or lays values out otherwise.
    """

    name: str
    module: str
    operator: str
    call: Call
    element: int | None
    explain: Callable[[Position], Explained] | None = None
    names: tuple[str, ...] = ()
    is_bookkeeping: bool = False

    @property
    def values(self) -> Tensor:
        """Its output, batch included."""
        output: Tensor = self.call.output if self.element is None else self.call.output[self.element]
        return output


class Label(NamedTuple):
    """How a step is called: the fields of `Step` of the same names."""

    name: str
    module: str
    operator: str
    is_bookkeeping: bool


@dataclass(frozen=True)
class Recording:
    """A model as a graph of operators, with an input; can be run again.

    Attributes:
        program: of `torch.export`; it reads the module's own parameters and buffers.
        model: the module.
        inputs: [1, ...].
        more: further named tensors that the module takes beside the inputs, [1, ...] each; see `Batch.more`.
        labels: of the steps, in their order; empty until it was run once, as they are the same at each run.
    """

    program: Any
    model: nn.Module
    inputs: Tensor
    more: Mapping[str, Tensor] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)


@dataclass(frozen=True)
class Replay:
    """One run of a recording.

    Attributes:
        steps: every operator with its values.
        output: [1, outputs].
        parameters: by name, those that the run read; with gradients, leaves of its own.
    """

    steps: tuple[Step, ...]
    output: Tensor
    parameters: dict[str, Tensor]


def record(model: nn.Module, inputs: Tensor, more: Mapping[str, Tensor] | None = None) -> Recording:
    """Turn a model into a graph of operators.

    The model is turned into a graph of ATen operators by `torch.export` and made functional, so that no operator
    overwrites what another one read. Evaluation mode; the model is left as it was.

    Args:
        model: any module of one tensor input and one tensor output.
        inputs: [1, ...].
        more: as of `Recording`; None for no further tensors.

    Raises:
        ModelError: the model cannot be turned into a graph, or there is none: it looks up what it counted.
    """
    if isinstance(model, Fitted):
        raise ModelError(
            "This model is fitted in one pass and looks its answers up in what it counted: there are no layers and no "
            "operators to follow.",
            expected="A network, such as --model transformer, lstm or gru.",
        )
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Not strict: its tracer of Python's bytecode refuses much of what users' modules do, and the graph is the
            # same. The empty table of decompositions only makes the graph functional, and leaves operators whole (a
            # convolution stays one).
            program = torch.export.export(model, (inputs,), dict(more or {}), strict=False).run_decompositions({})
    except Exception as problem:  # torch.export raises whatever the model's own Python code does
        raise ModelError(
            f"This model cannot be turned into a graph of operators: {' '.join(str(problem).split())[:300]}",
            expected="A module whose path through its layers does not depend on the values it sees.",
        ) from problem
    finally:
        model.train(was_training)
    return Recording(program, model, inputs, dict(more or {}))


def replay(
    recording: Recording, *, with_gradients: bool = False, parameters: Mapping[str, Tensor] | None = None
) -> Replay:
    """Run a recording operator by operator, and keep every value.

    Args:
        recording: of `record`.
        with_gradients: whether values remember how they were computed, for a way back.
        parameters: by name, other values than the model's.
    """
    program = recording.program
    values: dict[Any, Any] = {}
    read: dict[str, Tensor] = {}
    kept = {spec.arg.name: spec for spec in program.graph_signature.input_specs}
    calls: dict[Any, Call] = {}
    found: list[tuple[Any, Call, int | None]] = []
    result: Any = None
    with torch.set_grad_enabled(with_gradients):
        for node in program.graph.nodes:
            if node.op == "placeholder":
                spec = kept[node.name]
                values[node] = _stored(recording, spec)
                if isinstance(values[node], nn.Parameter):
                    # A leaf of its own: the model's gradients, and its `requires_grad`, are left alone.
                    own = values[node] if parameters is None else parameters[spec.target]
                    values[node] = read[spec.target] = own.detach().requires_grad_(with_gradients)
            elif node.op == "output":
                # Before the answer stand the buffers that the program would change.
                result = values[node.args[0][-1]]
            # Of an operator with several outputs each is a step of its own, by the call that they share.
            elif node.target is operator.getitem:
                source, element = node.args
                # Only of calls: what a placeholder or a size is taken apart into is no step.
                values[node] = values[source][element]
                if source in calls:
                    found.append((source, calls[source], element))
            else:
                args = torch.fx.node.map_arg(node.args, values.__getitem__)
                kwargs = torch.fx.node.map_arg(node.kwargs, values.__getitem__)
                name = node.target._schema.name.split("::")[1]
                # With gradients some operators lay their output out otherwise in memory, and a view may need a copy.
                run = torch.reshape if name in VIEWS else node.target
                values[node] = output = run(*args, **kwargs)
                calls[node] = Call(name, node.target, args, dict(kwargs), output)
                if isinstance(output, Tensor):
                    found.append((node, calls[node], None))
    # Names depend on the graph alone, and a recording is replayed many times.
    if not recording.labels:
        is_number = {name: values[node].is_floating_point() for node, name in _filled_in(program, kept)}
        masked = any(getattr(part, "masked", False) is True for part in recording.model.modules())
        carrying = carrying_nodes(program.graph.nodes, kept, is_number, masked=masked)
        recording.labels.extend(_labels(found, recording.model, carrying))
    steps = (
        Step(label.name, label.module, label.operator, call, element, is_bookkeeping=label.is_bookkeeping)
        for label, (_, call, element) in zip(recording.labels, found, strict=True)
    )
    return Replay(tuple(steps), result, read)


def _stored(recording: Recording, spec: Any) -> Any:
    program = recording.program
    if spec.target is None:
        return recording.more.get(spec.arg.name, recording.inputs)
    if spec.target in program.state_dict:
        return program.state_dict[spec.target]
    return program.constants[spec.target]


def _filled_in(program: Any, kept: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Yield the placeholders that the user fills, with their names."""
    for node in program.graph.nodes:
        if node.op == "placeholder" and kept[node.name].target is None:
            yield node, node.name


def _labels(found: list[tuple[Any, Call, int | None]], model: nn.Module, carrying: Collection[Any]) -> list[Label]:
    """Give every call a name: a layer's path where the layer does nothing else, else path and operator."""
    paths = [_path(node) for node, _, _ in found]
    calls_of: dict[str, set[int]] = {}
    for (_, call, _), path in zip(found, paths, strict=True):
        calls_of.setdefault(path, set()).add(id(call))
    modules = dict(model.named_modules())
    taken: Counter[str] = Counter()
    labels = []
    for (node, call, element), path in zip(found, paths, strict=True):
        words = _WORDS.get(call.operator, call.operator)
        has_parts = path in modules and any(True for _ in modules[path].children())
        # A layer that is called twice has two rows of one name, which the counter below tells apart.
        is_layer = bool(path) and len(calls_of[path]) == 1 and not has_parts
        name = path if is_layer else f"{path}/{words}" if path else words
        # The first output is the result; further ones are states or statistics.
        name += "" if not element else f"[{element}]"
        taken[name] += 1
        values = call.output if element is None else call.output[element]
        is_aside = is_bookkeeping(call, values, is_carrying=node in carrying, is_layer=is_layer)
        labels.append(Label(name if taken[name] == 1 else f"{name}-{taken[name]}", path, words, is_aside))
    return labels


def _path(node: Any) -> str:
    stack = node.meta.get("nn_module_stack") or {}
    return str(list(stack.values())[-1][0]) if stack else ""
