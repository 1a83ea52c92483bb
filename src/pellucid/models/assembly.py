"""Several networks that learn together, as one module: encoder and decoder, generator and discriminator."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from pellucid.kinds import Form

WHOLE = "model"
"""What the only network of most tasks is called."""


class Assembly(nn.Module):
    """Base of modules whose children are networks of their own, each with its name in the run's checkpoints.

    Whoever asks for an answer calls the whole: a subclass's `forward` is the way to it. A task asks for the parts, by
    their names, and says in its phases which of them learn when.

    Attributes:
        reads: the form of what the whole reads where that is no example, such as random numbers; None for an example.
    """

    reads: Form | None = None


def parts_of(model: nn.Module) -> Mapping[str, nn.Module]:
    """Return the networks that a task learns, by name: an assembly's children, or the one whole as "model"."""
    return dict(model.named_children()) if isinstance(model, Assembly) else {WHOLE: model}
