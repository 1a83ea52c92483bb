"""`textcnn`: filters over three, four and five tokens, the strongest answer of each (Kim 2014), and a weight a token.

A filter finds a turn of phrase wherever it stands; two of them side by side are not told from two far apart. A few
thousand texts teach filters less than naive Bayes learns by counting them; the weights of the tokens begin where it
ends (as in Wang & Manning 2012, "Baselines and Bigrams", whose linear method counts its features by such ratios).
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.starting import Started
from pellucid.models.textcnn_options import TextCNNOptions
from pellucid.models.token_parts import Vectors, largest_of, present, vocabulary_of

KERNELS = (3, 4, 5)
"""Tokens that a filter sees."""


SHARE_OF_RATIO = 0.5
"""Of naive Bayes' log ratios with which the weights of tokens begin: taken whole, its answers are surer than right."""


class TextCNN(Started):
    """Convolutions over the vectors of tokens; the largest of each filter over the text; and a weight for each token.

    Args:
        vocabulary: numbers of tokens.
        outputs: K.
        width: of the vectors.
        filters: of each width of kernel.
        activation: of what the filters find.
        dropout: of the vectors (half of it) and of what the filters found, in training.
        token_weights: whether tokens have weights beside the filters.
    """

    def __init__(
        self,
        vocabulary: int,
        outputs: int,
        *,
        width: int,
        filters: int,
        activation: Activation,
        dropout: float,
        token_weights: bool,
    ) -> None:
        super().__init__()
        self.embed = Vectors(vocabulary, width)
        self.drop_vectors = nn.Dropout(dropout / 2)
        # One place more than a filter of four has on one side: what lies behind the text's end is 0 either way.
        self.convs = nn.ModuleList(nn.Conv1d(width, filters, kernel, padding=kernel // 2) for kernel in KERNELS)
        self.act = make_activation(activation)
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(filters * len(KERNELS), outputs)
        self.weights = Vectors(vocabulary, outputs, spread=0.0) if token_weights else None
        initialise_for(self, activation)

    def start(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Set the weight of each token to half of naive Bayes' log ratio, how much it speaks for an output.

        With n(t) of how often token t stands in texts that belong to an output, m(t) in the others, and V tokens, that
        is log((n(t) + 1) / (n + V)) - log((m(t) + 1) / (m + V)).
        """
        if self.weights is None:
            return
        inside = torch.ones_like(self.weights.weight)
        outside = torch.ones_like(inside)
        for tokens, members in examples:
            for counts, belonging in ((inside, members), (outside, 1 - members)):
                counts.index_add_(0, tokens.flatten(), belonging.repeat_interleave(tokens.shape[1], 0))
        ratios = torch.log(inside[1:] / inside[1:].sum(0)) - torch.log(outside[1:] / outside[1:].sum(0))
        with torch.no_grad():
            self.weights.weight[1:] = SHARE_OF_RATIO * ratios

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, K] of [N, T] numbers of tokens."""
        there = present(tokens)
        vectors = (self.drop_vectors(self.embed(tokens)) * there).transpose(1, 2)
        length = tokens.shape[1]
        # A filter of even width gives one place more than there are tokens: that before the first is left out.
        found = [self.act(conv(vectors)[:, :, -length:]).transpose(1, 2) for conv in self.convs]
        strongest = torch.cat([largest_of(values, there) for values in found], 1)
        outputs: Tensor = self.fc(self.drop(strongest))
        return outputs if self.weights is None else outputs + (self.weights(tokens) * there).sum(1)


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
        token_weights=TextCNNOptions.of(options).token_weights,
    )
