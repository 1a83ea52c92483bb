"""Which operators read a tensor, with what gradient: from a parameter through all that only moves it, to its terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from pellucid.trace.call import Call, Explained, Position, number, one
from pellucid.trace.operators.movement import MOVEMENTS, landings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pellucid.trace.graph import Step


@dataclass(frozen=True)
class Use:
    """Where a tensor is read.

    Attributes:
        call: the operator's.
        argument: its name.
        index: the place in an argument that is a list of tensors; 0 for others.
        upstreams: the loss's gradient at what the operator gave, by element; None for the only one.
    """

    call: Call
    argument: str
    index: int
    upstreams: Mapping[int | None, Tensor]

    @property
    def upstream(self) -> Tensor:
        """The gradient at the operator's result."""
        return self.upstreams.get(None, self.upstreams.get(0, next(iter(self.upstreams.values()))))


class Uses:
    """All readers of all tensors of one run.

    Args:
        steps: of the run, every operator with its values.
        gradients: the loss's gradient by the id of a step's values; steps without one do not reach the loss.
        table: of explainers, by operator and argument.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        gradients: Mapping[int, Tensor],
        table: Mapping[tuple[str, str], Callable[[Use, Position], Explained]],
    ) -> None:
        self._table = table
        self._gradients = gradients
        self._readers: dict[int, list[Use]] = {}
        upstreams: dict[int, dict[int | None, Tensor]] = {}
        calls: dict[int, Call] = {}
        for step in steps:
            gradient = gradients.get(id(step.values))
            if gradient is not None:
                # By the object: steps with several outputs share their call.
                upstreams.setdefault(id(step.call), {})[step.element] = gradient
                calls[id(step.call)] = step.call
        for key, call in calls.items():
            for name, index, tensor in _tensors(call):
                self._readers.setdefault(id(tensor), []).append(Use(call, name, index, upstreams[key]))

    def explain(self, tensor: Tensor, at: Position) -> list[Explained] | None:
        """Return the terms of the gradient at one place of a tensor, a part per use.

        Returns:
            None where a use has no explainer; [] where the loss does not depend on the tensor.
        """
        parts: list[Explained] = []
        for use in self._readers.get(id(tensor), []):
            if (use.call.operator, use.argument) in self._table and _is_plain(use, tensor):
                parts.append(self._table[use.call.operator, use.argument](use, at))
            elif use.call.operator in MOVEMENTS and use.argument in ("self", "input", "tensors", "weight"):
                parts += self._follow(use, at)
            else:
                return None
        return parts

    def _follow(self, use: Use, at: Position) -> Iterator[Explained]:
        """Yield the parts of the places that a moved value went to."""
        for element, place in landings(use.call, use.index, at):
            # This part of a split leads nowhere that the loss knows of.
            if element not in use.upstreams:
                continue
            output = use.call.output if element is None else use.call.output[element]
            further = self.explain(output, place)
            # Followed on as long as it is only moved; where it is read by no operator it is an output, whose gradient
            # is the end.
            if further:
                yield from further
            else:
                value = number(use.upstreams[element][place])
                yield Explained(
                    "sum of the upstream gradients where it went", one(value), labels=(f"at {list(place)}",)
                )


def join(parts: Sequence[Explained]) -> Explained:
    """Return one explanation of several uses: their terms one after another."""
    if len(parts) == 1:
        return parts[0]
    formulas = list(dict.fromkeys(part.formula for part in parts))
    magnitudes = [part.magnitude if part.magnitude is not None else float(np.abs(part.terms).sum()) for part in parts]
    return Explained(
        "; ".join(formulas),
        np.concatenate([part.terms for part in parts]),
        labels=tuple(label for part in parts for label in _labels(part)),
        note=f"read at {len(parts)} places",
        magnitude=sum(magnitudes),
    )


def _is_plain(use: Use, tensor: Tensor) -> bool:
    """Tell whether a product reads a plain matrix: stacks of them are summed over in ways that no row here knows."""
    matrices = use.call.operator == "matmul"
    return not matrices or (tensor.ndim == 2 and all(arg.ndim >= 2 for arg in use.call.args[:2]))


def _labels(part: Explained) -> tuple[str, ...]:
    return part.labels or ("",) * len(part.terms)


def _tensors(call: Call) -> Iterator[tuple[str, int, Tensor]]:
    for declared in call.target._schema.arguments:
        value: Any = call.argument(declared.name)
        for index, one_of in enumerate(value if isinstance(value, list | tuple) else [value]):
            if isinstance(one_of, Tensor):
                yield declared.name, index, one_of
