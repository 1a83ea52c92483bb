"""The one check of tensors from files: name, shape, kind and finite numbers, before anything computes with them.

Native code trusts shapes: a fused optimizer walks a state as far as its parameter reaches. And a network of NaN
answers, as if nothing were wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor, nn

Kind = Literal["float", "int", "bool", "complex"]
_SHOWN = 4


@dataclass(frozen=True)
class Wanted:
    """What a tensor must be.

    Attributes:
        shape: its sizes; None where any will do.
        kind: of its numbers, whatever their precision.
        optional: whether it may be absent.
        least: what no number may be below; None for no such limit.
        whole: whether its numbers must be whole ones, though they are floats.
        like: a tensor whose infinities are meant, such as a mask of minus infinity: they may stand where it has them.
    """

    shape: tuple[int | None, ...]
    kind: Kind = "float"
    optional: bool = False
    least: float | None = None
    whole: bool = False
    like: Tensor | None = None

    @classmethod
    def as_in(cls, tensor: Tensor, *, optional: bool = False) -> Wanted:
        """Return what fits in the place of a tensor."""
        return cls(tuple(tensor.shape), kind_of(tensor), optional, like=tensor)


@runtime_checkable
class SaysWanted(Protocol):
    """A model that says itself what may stand in a checkpoint of it."""

    def wanted(self) -> dict[str, Wanted]:
        """Return what fits, by the names of the state dict."""


def wanted_of(model: nn.Module, prefix: str = "") -> dict[str, Wanted]:
    """Return what fits a model, by the names of its state dict behind a prefix; variances are not negative."""
    if isinstance(model, SaysWanted):
        return {f"{prefix}{name}": want for name, want in model.wanted().items()}
    wanted = {name: Wanted.as_in(tensor) for name, tensor in model.state_dict().items()}
    return {
        f"{prefix}{name}": replace(want, least=0.0) if name.endswith("running_var") else want
        for name, want in wanted.items()
    }


def kind_of(tensor: Tensor) -> Kind:
    """Return the kind of a tensor's numbers."""
    import torch

    if tensor.dtype is torch.bool:
        return "bool"
    if tensor.is_complex():
        return "complex"
    return "float" if tensor.is_floating_point() else "int"


def tensor_faults(tensors: Mapping[str, Tensor], wanted: Mapping[str, Wanted]) -> list[str]:
    """Return what is wrong with tensors, in words, e.g. "2 missing (fc.weight, fc.bias)"; nothing where all fit.

    Args:
        tensors: as they were read, by name.
        wanted: what they are for, by the same names.
    """
    missing = [name for name, want in wanted.items() if name not in tensors and not want.optional]
    unknown = [name for name in tensors if name not in wanted]
    shapes, kinds, numbers, ranges = [], [], [], []
    for name, tensor in tensors.items():
        want = wanted.get(name)
        if want is None:
            continue
        if not _suits(tuple(tensor.shape), want.shape):
            shapes.append(f"{name} is {_by(tensor.shape)}, not {_by(want.shape)}")
        elif kind_of(tensor) != want.kind:
            kinds.append(f"{name} is {_said(tensor)}")
        elif not _is_finite(tensor, want.like):
            numbers.append(name)
        elif _is_outside(tensor, want):
            ranges.append(name)
    return [
        *([f"{len(missing)} missing ({some(missing)})"] if missing else []),
        *([f"{len(unknown)} unknown ({some(unknown)})"] if unknown else []),
        *([f"{len(shapes)} of another shape ({some(shapes)})"] if shapes else []),
        *([f"{len(kinds)} of another kind of number ({some(kinds)})"] if kinds else []),
        *([f"{len(numbers)} with NaN or infinite numbers ({some(numbers)})"] if numbers else []),
        *([f"{len(ranges)} with numbers that cannot be ({some(ranges)})"] if ranges else []),
    ]


def _suits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(want in (None, size) for size, want in zip(shape, wanted, strict=True))


def some(names: Iterable[str]) -> str:
    """Return the first few of some names, with commas between them."""
    listed = [name[:200] for name in names]
    return ", ".join(listed[:_SHOWN]) + (", ..." if len(listed) > _SHOWN else "")


def _is_finite(tensor: Tensor, like: Tensor | None) -> bool:
    import torch

    if not tensor.is_floating_point() and not tensor.is_complex():
        return True
    # As it will be computed with: what a float64 holds may be infinite in float32. Of single bytes torch asks nothing.
    dtype = torch.float32 if like is None else like.dtype
    whole = tensor if tensor.is_complex() else tensor.to(dtype if dtype.itemsize > 1 else torch.float32)
    if bool(torch.isfinite(whole).all()):
        return True
    if like is None or like.is_meta or tuple(like.shape) != tuple(tensor.shape):
        return False
    meant = like.detach().to("cpu", whole.dtype)
    bad = ~torch.isfinite(whole)
    return bool((whole[bad] == meant[bad]).all())


def _is_outside(tensor: Tensor, want: Wanted) -> bool:
    if not tensor.numel():
        return False
    too_low = want.least is not None and bool((tensor < want.least).any())
    return too_low or (want.whole and bool((tensor != tensor.round()).any()))


def _said(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _by(shape: Iterable[int | None]) -> str:
    return " x ".join("?" if size is None else str(size) for size in shape) or "a single number"
