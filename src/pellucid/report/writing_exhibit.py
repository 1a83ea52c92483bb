"""A model that writes texts in its report: its mistakes side by side, and where it looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from pellucid.data import TextInputs
from pellucid.evaluation import kept_evaluations
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.preprocessing import TextPreprocessing
from pellucid.report.charts.attention_map import attention_map
from pellucid.report.wording import percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import visible

if TYPE_CHECKING:
    from torch import Tensor

LONGEST_DRAWN = 40
"""Tokens of a text and of its answer, of which the attention is drawn."""
_MISTAKES_SHOWN = 12
_LOOKED_THROUGH = 50


@runtime_checkable
class Attending(Protocol):
    """A network that tells where it looked."""

    attention: str

    def attend(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N, U] tokens of the answers, and [N, U, T] how much each looked at each token that was read."""


class WritingExhibits:
    """The row of texts."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a model that writes, trained and measured."""
        return [*mistakes(opened), *attention(opened)]


def mistakes(opened: OpenedRun) -> list[Exhibit]:
    """Return texts, their right answers and what was written instead; none where nothing was measured."""
    evaluations = [one for one in kept_evaluations(opened.folder) if one.split == "val"]
    if not evaluations or not evaluations[-1].mistakes:
        return []
    inputs = TextInputs.of(opened.dataset.inputs)
    rows = tuple(
        (visible(inputs.text(one.index)), visible(one.target), visible(one.predicted), percent(one.probability, 1))
        for one in evaluations[-1].mistakes[:_MISTAKES_SHOWN]
    )
    table = ExhibitTable(header=("text", "right", "written", "probability"), rows=rows, numeric=False)
    return [
        Exhibit(
            name="text-mistakes",
            title="Mistakes side by side",
            paragraphs=("The wrong answers that the model was surest of, on the validation split.",),
            tables=(table,),
        )
    ]


def attention(opened: OpenedRun) -> list[Exhibit]:
    """Return where the network looked while it answered one text; nothing of a network that cannot tell."""
    import torch

    network = opened.predictor.model
    if not isinstance(network, Attending) or network.attention == "none":
        return []
    given = TextPreprocessing.of(opened.record.preprocessing)
    split: SplitName = "val" if len(opened.dataset.splits["val"]) else "train"
    inputs = TextInputs.of(opened.dataset.inputs)
    texts = [inputs.text(int(place)) for place in opened.dataset.splits[split][:_LOOKED_THROUGH]]
    fitting = [text for text in texts if len(given.ids(text)) <= LONGEST_DRAWN] or texts[:1]
    shown = max(fitting, key=len)
    tokens = given.split(shown)[:LONGEST_DRAWN]
    encoded = given.encode([shown])[:, : max(1, len(given.ids(shown)))]
    prepared = torch.from_numpy(encoded.astype(np.int64)).to(opened.predictor.device)
    with torch.no_grad():
        _, looked = network.attend(prepared)
    (written,) = opened.predictor.predict([shown])
    wrote = written.said(number=str, share=str)[0]
    answer = [*wrote, "end"][:LONGEST_DRAWN]
    weights = looked[0, : len(answer), : len(tokens)].float().numpy(force=True)
    answered = visible(wrote)
    label = (
        f"For each letter of {answered!r}, from the top down, where in {visible(shown)!r} the network looked: the "
        "stronger the colour, the more"
    )
    return [
        Exhibit(
            name="text-attention",
            title="Where it looked",
            paragraphs=(
                f"It read “{visible(shown)}” (across) and wrote “{answered}” (down). Each row is one "
                "letter that was written: the stronger the colour of a cell, the more the network looked at the letter "
                "above it.",
            ),
            figures=(
                Figure.from_svg(str(attention_map(tokens, answer, weights, label=label)), alt=label, role="main"),
            ),
        )
    ]
