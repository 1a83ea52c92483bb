"""Activations by name, as modules."""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.models.entry import Activation


class Maxout(nn.Module):
    """The largest of `pieces` linear functions per unit (Goodfellow et al. 2013): [N, U * pieces] to [N, U].

    The pieces of one unit lie side by side: unit u reads inputs u * pieces up to (u + 1) * pieces - 1.
    """

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, U] from [N, U * pieces]."""
        return inputs.reshape(inputs.shape[0], -1, self.pieces).amax(dim=2)

    def extra_repr(self) -> str:
        """Return what `print` shows between the brackets."""
        return f"pieces={self.pieces}"


def make_activation(name: Activation, *, maxout_pieces: int = 2) -> nn.Module:
    """Return a fresh module for the activation; none of them works in place, so that every value can be looked at."""
    match name:
        case "sigmoid":
            return nn.Sigmoid()
        case "tanh":
            return nn.Tanh()
        case "relu":
            return nn.ReLU()
        case "leaky-relu":
            return nn.LeakyReLU(0.01)
        case "elu":
            return nn.ELU()
        case "maxout":
            return Maxout(maxout_pieces)
