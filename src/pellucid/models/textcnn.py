"""`textcnn`: filters over three, four and five tokens, and the strongest answer of each (Kim 2014).

A filter finds a turn of phrase wherever it stands; two of them side by side are not told from two far apart.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.token_parts import Vectors, largest_of, present, vocabulary_of

KERNELS = (3, 4, 5)
"""Tokens that a filter sees."""


class TextCNN(nn.Module):
    """Convolutions over the vectors of tokens; the largest of each filter over the text.

    Args:
        vocabulary: numbers of tokens.
        outputs: K.
        width: of the vectors.
        filters: of each width of kernel.
        activation: of what the filters find.
        dropout: of the vectors (half of it) and of what the filters found, in training.
    """

    def __init__(
        self, vocabulary: int, outputs: int, *, width: int, filters: int, activation: Activation, dropout: float
    ) -> None:
        super().__init__()
        self.embed = Vectors(vocabulary, width)
        self.drop_vectors = nn.Dropout(dropout / 2)
        # One place more than a filter of four has on one side: what lies behind the text's end is 0 either way.
        self.convs = nn.ModuleList(nn.Conv1d(width, filters, kernel, padding=kernel // 2) for kernel in KERNELS)
        self.act = make_activation(activation)
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(filters * len(KERNELS), outputs)
        initialise_for(self, activation)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, K] of [N, T] numbers of tokens."""
        there = present(tokens)
        vectors = (self.drop_vectors(self.embed(tokens)) * there).transpose(1, 2)
        length = tokens.shape[1]
        # A filter of even width gives one place more than there are tokens: that before the first is left out.
        found = [self.act(conv(vectors)[:, :, -length:]).transpose(1, 2) for conv in self.convs]
        strongest = torch.cat([largest_of(values, there) for values in found], 1)
        outputs: Tensor = self.fc(self.drop(strongest))
        return outputs


def build_textcnn(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `TextCNN`; the one number in `hidden` says how many filters of each width it has."""
    assert options.hidden is not None
    assert options.activation is not None
    assert options.embedding is not None
    return TextCNN(
        vocabulary_of(form, "textcnn"),
        outputs,
        width=options.embedding,
        filters=options.hidden[0] if options.hidden else 1,
        activation=options.activation,
        dropout=options.dropout or 0.0,
    )
