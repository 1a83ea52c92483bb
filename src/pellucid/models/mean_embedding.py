"""`embedding`: the mean of the vectors of a text's tokens, and a dense layer (Iyyer et al. 2015; fastText, 2016).

Words that speak alike come to lie side by side. Order does not count.
"""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.token_parts import Vectors, mean_of, present, vocabulary_of


class MeanEmbedding(nn.Module):
    """Vectors of tokens, averaged.

    Args:
        vocabulary: numbers of tokens.
        outputs: K.
        width: of the vectors.
        hidden: widths of hidden layers; () for none.
        activation: after each of them.
        dropout: of the mean and of each hidden layer, in training.
    """

    def __init__(
        self,
        vocabulary: int,
        outputs: int,
        *,
        width: int,
        hidden: tuple[int, ...],
        activation: Activation,
        dropout: float,
    ) -> None:
        super().__init__()
        self.embed = Vectors(vocabulary, width)
        self.layers = nn.Sequential()
        before = width
        for number, units in enumerate(hidden, start=1):
            self.layers.add_module(f"drop{number}", nn.Dropout(dropout))
            self.layers.add_module(f"fc{number}", nn.Linear(before, units))
            self.layers.add_module(f"act{number}", make_activation(activation))
            before = units
        self.layers.add_module("drop", nn.Dropout(dropout))
        self.layers.add_module("fc", nn.Linear(before, outputs))
        initialise_for(self.layers, activation)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, K] of [N, T] numbers of tokens."""
        outputs: Tensor = self.layers(mean_of(self.embed(tokens), present(tokens)))
        return outputs


def build_embedding(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `MeanEmbedding`."""
    assert options.hidden is not None
    assert options.activation is not None
    assert options.embedding is not None
    return MeanEmbedding(
        vocabulary_of(form, "embedding"),
        outputs,
        width=options.embedding,
        hidden=options.hidden,
        activation=options.activation,
        dropout=options.dropout or 0.0,
    )
