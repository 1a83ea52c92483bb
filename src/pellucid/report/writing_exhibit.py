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

    from pellucid.models import Look, Side

LONGEST_DRAWN = 40
"""Tokens of a text and of its answer, of which the attention is drawn."""
_MISTAKES_SHOWN = 12
_LOOKED_THROUGH = 50


@runtime_checkable
class Attending(Protocol):
    """A network that tells where it looked."""

    def attend(self, tokens: Tensor) -> tuple[Tensor, list[Look]]:
        """Return [N, U] tokens of the answers to [N, T] tokens, and where it looked, one layer after another."""


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
    if not isinstance(network, Attending):
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
        _, looks = network.attend(prepared)
    if not looks:
        return []
    (written,) = opened.predictor.predict([shown])
    wrote = written.said(number=str, share=str)[0]
    answer = [*wrote, "end"]
    rows: dict[Side, list[str]] = {"read": tokens, "written": answer[:LONGEST_DRAWN]}
    # Before the first letter stands the beginning, before every other the one written last.
    columns: dict[Side, list[str]] = {"read": tokens, "written": ["begin", *answer[:-1]][:LONGEST_DRAWN]}
    # What the answer took from the text comes first, whichever layer it was.
    looks = sorted(looks, key=lambda look: (look.rows, look.columns) != ("written", "read"))
    figures = [_drawn(look, rows, columns, None) for look in looks]
    headed = [(look, head) for look in looks for head in range(look.weights.shape[1]) if look.weights.shape[1] > 1]
    figures += [_drawn(look, rows, columns, head) for look, head in headed]
    paragraphs = [
        f"It read “{visible(shown)}” (across) and wrote “{visible(wrote)}” (down). Each row is one letter that was "
        "written: the darker a cell, the more the network looked at the letter above it."
    ]
    if headed:
        paragraphs.append(
            "Every block looks at the text and back at the letters before its own. The first drawings are means over "
            "the heads of a block; each head by itself follows."
        )
    return [
        Exhibit(name="text-attention", title="Where it looked", paragraphs=tuple(paragraphs), figures=tuple(figures))
    ]


def _drawn(look: Look, rows: dict[Side, list[str]], columns: dict[Side, list[str]], head: int | None) -> Figure:
    """Draw who looked where in one layer: one head, or the mean of all."""
    weights = look.weights[0].mean(0) if head is None else look.weights[0, head]
    # An answer as long as answers may be has no end.
    down, across = rows[look.rows][: weights.shape[0]], columns[look.columns][: weights.shape[1]]
    where = ", ".join(filter(None, (look.name, "" if head is None else f"head {head + 1}")))
    told = f"{where}: " if where else ""
    label = (
        f"{told}for each letter that was {look.rows}, from the top down, where in what was {look.columns} the network "
        "looked: the darker, the more"
    )
    cut = weights[: len(down), : len(across)].float().numpy(force=True)
    drawing = str(attention_map(across, down, cut, label=label))
    return Figure.from_svg(drawing, alt=label, caption=where, role="main" if head is None else "tile")
