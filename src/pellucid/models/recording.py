"""What a model does with one example, call by call: every operator with the layer it belongs to and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from pellucid.models.modes import evaluating

_OUTER = -1
"""The number of the network's input among the calls."""


@dataclass(frozen=True)
class Operation:
    """One call of an operator.

    Attributes:
        name: as torch calls it, without underscores: "conv2d", "add", "reshape"; "" for a layer that could not be
            looked into.
        module: the path of the innermost module it was called in; "" for the model itself.
        visit: which call of that module: equal for all operators of one call of a layer.
        args, kwargs: as it was called.
        inputs: the tensors it read that came from the network's input, in order.
        sources: for each of `inputs` the number of the operation that made it; -1 for the network's input.
        parameters: the names of the parameters that it read, also through operators on parameters alone.
        output: the first tensor it gave.
    """

    name: str
    module: str
    visit: int
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: tuple[Tensor, ...]
    sources: tuple[int, ...]
    parameters: tuple[str, ...]
    output: Tensor


@dataclass
class _Origin:
    """Where a tensor comes from: the operation that made it, if the input is in it, and the parameters in it."""

    operation: int | None
    parameters: tuple[str, ...] = ()


@dataclass(eq=False)
class _Recorder(TorchFunctionMode):
    """Writes down every call that makes a tensor, and which module it happened in."""

    names: dict[int, str]
    origins: dict[int, _Origin] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    stack: list[tuple[str, int]] = field(default_factory=lambda: [("", 0)])
    visits: int = 0
    alive: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        output = func(*args, **kwargs)
        # "add_" writes in place and "__add__" is Python's operator: for a reader both are "add".
        name = func.__name__.strip("_")
        # Values that are written into a tensor give back nothing, but it is another tensor from then on.
        self.note(name, args, kwargs, args[0] if name == "setitem" else output)
        return output

    def note(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        """Write down one call, unless it gave no tensor or the network's input was not in it."""
        # A call that gives back a parameter (a view of itself, a move that moved nothing) has made nothing.
        made = [tensor for tensor in tensors(output) if id(tensor) not in self.names]
        if not made:
            return
        read = [tensor for tensor in chain(tensors(args), tensors(kwargs)) if id(tensor) in self.origins]
        direct = [
            self.names[id(tensor)] for tensor in chain(tensors(args), tensors(kwargs)) if id(tensor) in self.names
        ]
        within = [name for tensor in read for name in self.origins[id(tensor)].parameters]
        parameters = tuple(dict.fromkeys([*direct, *within]))
        flowing = [(tensor, source) for tensor in read if (source := self.origins[id(tensor)].operation) is not None]
        # Ids are told apart only while the tensors live.
        self.alive += made
        # Parameters alone: worked out again whatever the input is, and so no step on its way.
        if not flowing:
            for tensor in made:
                self.origins[id(tensor)] = _Origin(None, parameters)
            return
        module, visit = self.stack[-1]
        self.operations.append(
            Operation(
                name=name.removeprefix("i") if name in ("iadd", "isub", "imul", "itruediv") else name,
                module=module,
                visit=visit,
                args=args,
                kwargs=kwargs,
                inputs=tuple(tensor for tensor, _ in flowing),
                sources=tuple(source for _, source in flowing),
                parameters=parameters,
                output=made[0],
            )
        )
        for tensor in made:
            self.origins[id(tensor)] = _Origin(len(self.operations) - 1)

    def enter(self, path: str) -> None:
        self.visits += 1
        self.stack.append((path, self.visits))

    def leave(self, path: str, inputs: Any, output: Any) -> None:
        if any(id(tensor) not in self.origins for tensor in tensors(output)):
            # A layer written in another language than Python's: its inside stays hidden.
            self.note("", tuple(tensors(inputs)), {}, output)
        self.stack.pop()


def record_operations(module: nn.Module, example: Tensor) -> list[Operation]:
    """Run a module on one example in evaluation mode, and return its operators in the order of their calls.

    Calls that the input takes no part in, such as on parameters alone, are left out; what they read counts as read by
    the call that uses their result. The module is left as it was.

    Args:
        module: any module of one tensor input.
        example: [1, ...], on the module's device; on the meta device tensors have shapes and no numbers: no memory is
            filled and nothing computed, but loading torch's rules for it takes a second.

    Raises:
        Exception: whatever the module raises.
    """
    recorder = _Recorder({id(parameter): name for name, parameter in module.named_parameters()})
    recorder.origins[id(example)] = _Origin(_OUTER)
    # What a module makes on the way must lie where its numbers are; elsewhere modules see to that themselves.
    here = torch.device("meta") if example.is_meta else nullcontext()
    with evaluating(module), torch.no_grad(), here, _hooked(module, recorder), recorder:
        module(example)
    return recorder.operations


@contextmanager
def _hooked(module: nn.Module, recorder: _Recorder) -> Iterator[None]:
    handles = []
    for path, part in module.named_modules():
        handles.append(part.register_forward_pre_hook(lambda part, inputs, path=path: recorder.enter(path)))
        handles.append(
            part.register_forward_hook(lambda part, inputs, output, path=path: recorder.leave(path, inputs, output))
        )
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors in an argument or a result, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from tensors(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from tensors(part)
