"""Examples that say nothing, in the form a network takes: for trying it out, and for following what it does."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.kinds import Form


def example_of(form: Form, count: int = 1, *, like: Tensor | None = None) -> Tensor:
    """Return examples of zeros.

    Args:
        form: of one example.
        count: N, how many.
        like: a parameter of the network: the examples lie on its device, and are of its type where the form is of
            floats. None for the form's own type, on the CPU.

    Returns:
        [N, *form.shape]; what the form has beside it gives `more_of`.
    """
    dtype: torch.dtype = getattr(torch, form.dtype)
    if like is not None and dtype.is_floating_point:
        dtype = like.dtype
    return torch.zeros(count, *form.shape, dtype=dtype, device=None if like is None else like.device)


def noise_of(form: Form, count: int = 1, *, like: Tensor | None = None) -> Tensor:
    """Return examples of noise, always the same: for comparing two ways to compute one thing.

    Args:
        form, count, like: as for `example_of`.

    Returns:
        [N, *form.shape]: standard normal floats, or numbers below the vocabulary.
    """
    empty = example_of(form, count, like=like)
    draws = torch.Generator().manual_seed(0)
    if empty.is_floating_point():
        return torch.randn(count, *form.shape, generator=draws).to(empty.device, empty.dtype)
    return torch.randint(form.vocabulary or 1, (count, *form.shape), generator=draws).to(empty.device)


def more_of(form: Form, count: int = 1, *, like: Tensor | None = None) -> dict[str, Tensor]:
    """Return the further tensors of `count` examples by their names, zeros all of them; see `example_of`."""
    return {name: example_of(other, count, like=like) for name, other in form.more.items()}


def read_by(module: nn.Module, form: Form) -> Form:
    """Return the form of what a whole network reads: its own `reads`, random numbers say, or that of an example."""
    own = getattr(module, "reads", None)
    return own if isinstance(own, Form) else form
