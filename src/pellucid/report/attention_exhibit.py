"""Where a network looked while it read a text: a map for each layer, a row for each token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pellucid.report.charts.attention_map import attention_map
from pellucid.report.wording import percent
from pellucid.runs import Exhibit, Figure
from pellucid.words import counted, visible

if TYPE_CHECKING:
    from pellucid.models import Attention

MOST_TOKENS = 40
"""Of a text whose attention is drawn."""
ATTENTION_NOTE = (
    "Attention says where values are taken from, not how much they change the answer: pellucid explain measures that. "
    "Small shares are drawn stronger than they are."
)


def attention_exhibit(found: Sequence[Attention], tokens: Sequence[str], *, name: str, command: str = "") -> Exhibit:
    """Return how much each token took from each other, as the mean of each layer's heads.

    Args:
        found: of the layers, at least one, for these tokens.
        tokens: T, as they are written.
        name: of the exhibit.
        command: what to type to see more of it.
    """
    heads = found[0].weights.shape[0]
    return Exhibit(
        name=name,
        title="Where it looks",
        paragraphs=(
            f"The text “{visible(''.join(tokens))}” is read from left to right. Each row is a token, and takes from "
            f"the tokens above the strong cells: the mean of the {counted(heads, 'head')} of each layer.",
        ),
        figures=attention_figures(found, tokens),
        notes=(ATTENTION_NOTE,),
        command=command,
    )


def attention_figures(found: Sequence[Attention], tokens: Sequence[str]) -> tuple[Figure, ...]:
    """Return a map for each layer that looks from each of the tokens at each; none where there are too many tokens."""
    figures = []
    for number, layer in enumerate(found, start=1):
        if not layer.weights.shape[1] == layer.weights.shape[2] == len(tokens) <= MOST_TOKENS:
            continue
        weights = layer.weights.mean(0).float().numpy(force=True)
        label = (
            f"Layer {number}, {layer.layer}: where each token of {visible(''.join(tokens))!r} looked, from the top "
            "down; the darker, the more"
        )
        drawn = attention_map(tokens, tokens, weights, label=label)
        caption = f"Layer {number}, {layer.layer}"
        if len(tokens) > 1:
            before = float(weights[1:].diagonal().mean())
            caption += f"; {percent(before)} of the weight is on the token just before"
        figures.append(Figure.from_svg(str(drawn), alt=label, caption=caption, role="main"))
    return tuple(figures)
