"""The arithmetic of one number: the terms that made it, and how well they add up to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.printed import Printed

Floats = NDArray[np.float64]

EPSILON = float(np.finfo(np.float32).eps)
# A sum, a product and what a library may fuse or reorder round a few times each; four covers all networks that were
# measured (`benchmarks/trace_exactness.py`).
ROUNDINGS = 4.0
# Errors of sums that are split among threads grow with the root of their number, like a random walk.
MANY_TERMS = 1000


@dataclass(frozen=True)
class Factor:
    """Numbers that went into a value.

    Attributes:
        name: what they are, e.g. "input", "weight", "scores".
        values: float64; [C, kh, kw] for the patch and the kernel of a convolution, [T] beside T terms, or a single one.
    """

    name: str
    values: Floats

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"name": self.name, "values": self.values.tolist()}


Window = tuple[int, int, int, int]
"""(first row, first column, height, width); the first ones below 0 in the padding."""


@dataclass(frozen=True)
class Seen:
    """Where a value lies on the picture that the network was shown, and on the maps that its layer read.

    Attributes:
        picture: uint8 [H, W, C], as the network sees it; None where there is none.
        field: what of the picture the value depends on: its receptive field; None where it is not known.
        maps: [C, H, W], what the layer read, of the channels that the value reads; None of others than convolutions.
        window: what of these maps lies under the kernel; None likewise.
    """

    picture: NDArray[np.uint8] | None = None
    field: Window | None = None
    maps: NDArray[np.float32] | None = None
    window: Window | None = None


@dataclass(frozen=True)
class Arithmetic(Printed):
    """How one number came about.

    Attributes:
        step: which step of the network, e.g. "conv2".
        operator: what that step does, e.g. "conv2d".
        at: the position in the step's values, without the batch, e.g. (channel, row, column).
        value: what the model itself computed, in float32.
        formula: the rule in one line, e.g. "sum of input x weight, + bias".
        terms: float64 [T]: what was added up; their sum is `total`.
        labels: [T] words for the terms, or () where the factors say enough.
        factors: the numbers behind the terms.
        magnitude: sum of the terms' absolute values (for a function of one number: of its input and output), the scale
            of what rounding may do.
        note: what else is worth knowing, e.g. which cell of a window was the largest.
        seen: where the value lies on the picture and on the layer's input; None where neither is known.
    """

    step: str
    operator: str
    at: tuple[int, ...]
    value: float
    formula: str
    terms: Floats
    labels: tuple[str, ...]
    factors: tuple[Factor, ...]
    magnitude: float
    note: str = ""
    seen: Seen | None = None

    @property
    def total(self) -> float:
        """The terms' sum, exactly rounded (Shewchuk's algorithm)."""
        return math.fsum(self.terms)

    @property
    def error(self) -> float:
        """How far the total is from the model's own value."""
        return abs(self.total - self.value)

    @property
    def bound(self) -> float:
        """How far rounding may put them apart: 4 eps x magnitude, beyond 1000 terms x the root of (number / 1000)."""
        return ROUNDINGS * EPSILON * self.magnitude * max(1.0, math.sqrt(len(self.terms) / MANY_TERMS))

    @property
    def is_exact(self) -> bool:
        """Whether the terms make the value, but for rounding in float32."""
        return self.error <= self.bound or (math.isinf(self.value) and self.total == self.value)

    def factor(self, name: str) -> Floats:
        """Return the values of one factor.

        Raises:
            KeyError: there is none of this name.
        """
        for factor in self.factors:
            if factor.name == name:
                return factor.values
        raise KeyError(name)

    @property
    def under_kernel(self) -> tuple[Floats, Floats] | None:
        """What lay under the kernel of a convolution and the kernel, [C, kh, kw] each; None of what is none.

        Of a convolution over series the steps stand below one another: [C, k, 1].
        """
        named = {factor.name: factor.values for factor in self.factors}
        patch, kernel = named.get("input"), named.get("weight")
        if patch is None or kernel is None:
            return None
        if self.slides_over_steps:
            return patch[..., None], kernel[..., None]
        return (patch, kernel) if patch.ndim == 3 else None

    @property
    def slides_over_steps(self) -> bool:
        """Whether a kernel lies on the steps of a series, not on a picture."""
        return self.operator in ("conv1d", "conv_transpose1d")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "step": self.step,
            "operator": self.operator,
            "at": list(self.at),
            "value": self.value,
            "total": self.total,
            "error": self.error,
            "bound": self.bound,
            "is_exact": self.is_exact,
            "formula": self.formula,
            "terms": self.terms.tolist(),
            "labels": list(self.labels),
            "factors": [factor.to_dict() for factor in self.factors],
            "note": self.note,
            "receptive_field": None if self.seen is None or self.seen.field is None else list(self.seen.field),
        }
