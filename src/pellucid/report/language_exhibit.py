"""A language model in its report: beside models that count, how it goes on, and where it is surprised."""

from __future__ import annotations

from pellucid.data import TextInputs
from pellucid.evaluation import Evaluation, kept_evaluations
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.report.charts import Series, line_chart
from pellucid.report.charts.tokens import coloured_tokens
from pellucid.report.headline import run_place
from pellucid.report.wording import SPLIT_WORDS, decimal
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import visible_lines

TEMPERATURES = (0.0, 0.7, 1.0)
SAMPLED = 200
"""Tokens of each text that is shown."""
PASSAGE = 480
"""Characters of the passage that is coloured: the first of val."""
_RIVALS_SHOWN = 1  # a second line of the same look could not be told from it


class LanguageExhibits:
    """The row of the next token."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a language model that is trained and measured."""
        evaluations = [one for one in kept_evaluations(opened.folder) if one.split == "val"]
        beside = [losses(opened, evaluations[-1])] if evaluations and evaluations[-1].baselines else []
        return [*beside, samples(opened), surprises(opened)]


def losses(opened: OpenedRun, evaluation: Evaluation) -> Exhibit:
    """Return the loss over the epochs, the best of the models that count as lines through it."""
    history = opened.folder.history()
    epochs = [row["epoch"] for row in history]
    best = sorted(evaluation.baselines, key=lambda one: one.metric.value)[:_RIVALS_SHOWN]
    lines = [
        Series("train", [row.get("train_loss") for row in history], "train"),
        Series("val", [row.get("val_loss") for row in history], "val"),
        *(Series(one.name, [one.metric.value] * len(epochs), "rate") for one in best),
    ]
    own = evaluation.headline_metric.value
    label = (
        f"Loss in nats per token over the epochs; at the end val {decimal(own)}, beside "
        f"{' and '.join(f'{one.name} {decimal(one.metric.value)}' for one in best)}"
    )
    figures = (
        (Figure.from_svg(str(line_chart(lines, epochs=epochs, label=label)), alt=label, role="main"),)
        if len(epochs) > 1
        else ()
    )
    leader = best[0]
    verdict = (
        f"The {leader.name} is less surprised by the text: {decimal(leader.metric.value)} nats per token against "
        f"{decimal(own)} of this model."
        if leader.metric.value < own
        else f"The model is less surprised by the text than all that count: {decimal(own)} nats per token against "
        f"{decimal(leader.metric.value)} of the {leader.name}."
    )
    table = ExhibitTable(
        header=("model", "nats per token"),
        rows=(
            (opened.record.model.name, str(evaluation.headline_metric)),
            *((one.name, str(one.metric)) for one in evaluation.baselines),
        ),
    )
    return Exhibit(
        name="next-losses",
        title="Beside models that count",
        paragraphs=(verdict,),
        figures=figures,
        tables=(table,),
        notes=("On the validation split, at the very same tokens.",),
    )


def samples(opened: OpenedRun) -> Exhibit:
    """Return texts that the model goes on with, at three temperatures."""
    from pellucid.prediction import LanguageModel, Sampling

    model = LanguageModel(opened.predictor)
    rows = []
    for temperature in TEMPERATURES:
        (one,) = model.sample("", how=Sampling(temperature=temperature), length=SAMPLED, seed=0)
        rows.append((f"{temperature:g}", visible_lines(one.whole)))
    return Exhibit(
        name="next-samples",
        title="How it goes on",
        paragraphs=(
            "What the model writes when it is given nothing. At temperature 0 it always takes the likeliest token, and "
            "soon goes round in circles; at 1 it draws each token with the probability that it gives to it.",
        ),
        tables=(ExhibitTable(header=("temperature", "text"), rows=tuple(rows), numeric=False),),
        command=f"pellucid sample {run_place(opened.record, opened.folder.path / 'report.html')} --temperature 0.7",
    )


def surprises(opened: OpenedRun) -> Exhibit:
    """Return a passage of val, each token coloured by how surprising it was."""
    from pellucid.prediction import LanguageModel

    dataset = opened.dataset
    split: SplitName = "val" if len(dataset.splits["val"]) else "train"
    inputs = TextInputs.of(dataset.inputs)
    places = dataset.splits[split]
    start = int(dataset.targets[places[:1]][0, 0])
    passage = TextInputs(inputs.characters, inputs.starts[:1] * 0 + start, inputs.lengths[:1] * 0 + PASSAGE).text(0)
    sentence = LanguageModel(opened.predictor).sentence(passage)
    chart = coloured_tokens(
        [factor.token for factor in sentence.factors],
        [factor.bits for factor in sentence.factors],
        label="A passage of the text; the stronger the colour, the more surprising a token was",
    )
    hardest = sorted(sentence.factors, key=lambda factor: -factor.bits)[:8]
    table = ExhibitTable(
        header=("token", "bits", "expected instead"),
        rows=tuple(
            (
                visible_lines(repr(one.token)),
                decimal(one.bits),
                f"{visible_lines(repr(one.likeliest))} ({one.likeliest_probability:.0%})",
            )
            for one in hardest
        ),
        caption="The most surprising ones",
        fold="The most surprising tokens",
    )
    per_character = sentence.bits / max(1, sentence.characters)
    return Exhibit(
        name="next-surprises",
        title="Where it is surprised",
        paragraphs=(
            f"The beginning of the {SPLIT_WORDS[split]} text, {decimal(per_character)} bits per character: the "
            "stronger the colour, the less the model expected the token. The first letters of words are usually the "
            "hardest; once a word is begun, its end is easier to foresee.",
        ),
        figures=(Figure.from_svg(str(chart), alt="A passage coloured by surprise", role="main"),),
        tables=(table,),
    )
