"""`bow`: a bag of words. How often each token occurs, and a weight for each: order does not count.

Counts times weights is the sum of the weights of the tokens that are there, so no count is ever written down: the first
layer is a table with a row for each token. Without hidden layers the rows are the weights of the outputs themselves:
logistic regression, which says of each word which way it speaks.
"""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.token_parts import Vectors, present, vocabulary_of


class BagOfWords(nn.Module):
    """Weights of the tokens, added up.

    Args:
        vocabulary: numbers of tokens.
        outputs: K.
        hidden: widths of hidden layers; () for none.
        activation: after each of them.
        dropout: of each of them, in training.
    """

    def __init__(
        self, vocabulary: int, outputs: int, *, hidden: tuple[int, ...], activation: Activation, dropout: float
    ) -> None:
        super().__init__()
        first, *rest = (*hidden, outputs)
        self.weights = Vectors(vocabulary, first, spread=0.1 if hidden else 0.0)
        self.bias = nn.Parameter(self.weights.weight.new_zeros(first))
        self.layers = nn.Sequential()
        for number, (before, after) in enumerate(zip((first, *rest), rest, strict=False), start=1):
            self.layers.add_module(f"act{number}", make_activation(activation))
            if dropout:
                self.layers.add_module(f"drop{number}", nn.Dropout(dropout))
            self.layers.add_module(f"fc{number}", nn.Linear(before, after))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, K] of [N, T] numbers of tokens."""
        added = (self.weights(tokens) * present(tokens)).sum(1) + self.bias
        outputs: Tensor = self.layers(added)
        return outputs


def build_bow(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `BagOfWords`; `hidden` are the widths of its hidden layers."""
    assert options.hidden is not None
    assert options.activation is not None
    return BagOfWords(
        vocabulary_of(form, "bow"),
        outputs,
        hidden=options.hidden,
        activation=options.activation,
        dropout=options.dropout or 0.0,
    )
