"""A language model in its report: beside models that count, how it goes on, and where it is surprised."""

from __future__ import annotations

from pellucid.data import TextInputs
from pellucid.evaluation import Evaluation, kept_evaluations
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun, Sentence
from pellucid.preprocessing import TextPreprocessing
from pellucid.report.attention_exhibit import attention_exhibit
from pellucid.report.charts import Series, line_chart
from pellucid.report.charts.tokens import coloured_tokens
from pellucid.report.exhibit_names import exhibit_name
from pellucid.report.headline import run_place
from pellucid.report.wording import SPLIT_WORDS, decimal, percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted, visible_lines

TEMPERATURES = (0.0, 0.7, 1.0)
SAMPLED = 200
"""Tokens of each text that is shown."""
PASSAGE = 480
"""Characters of the passage that is coloured: the first of val."""
LOOKED_AT = 28
"""Tokens whose attention is drawn."""
_RIVALS_SHOWN = 1  # a second line of the same look could not be told from it


class LanguageExhibits:
    """The row of the next token."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a language model that is trained and measured."""
        evaluations = [one for one in kept_evaluations(opened.folder) if one.split == "val"]
        beside = [losses(opened, evaluations[-1])] if evaluations and evaluations[-1].baselines else []
        looked = attention(opened)
        return [*beside, samples(opened), surprises(opened), *([] if looked is None else [looked])]


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

    split, passage = _passage(opened, PASSAGE)
    sentence = LanguageModel(opened.predictor).sentence(passage)
    per_character = sentence.bits / max(1, sentence.characters)
    return Exhibit(
        name="next-surprises",
        title="Where it is surprised",
        paragraphs=(
            f"The beginning of the {SPLIT_WORDS[split]} text, {decimal(per_character)} bits per character: the "
            "stronger the colour, the less the model expected the token. The first letters of words are usually the "
            "hardest; once a word is begun, its end is easier to foresee.",
        ),
        figures=(coloured_by_surprise(sentence),),
        tables=(_most_surprising(sentence),),
    )


def attention(opened: OpenedRun) -> Exhibit | None:
    """Return where the network looked in the first tokens of val; None of one without attention."""
    from pellucid.models import attention_of

    given = TextPreprocessing.of(opened.record.preprocessing)
    _, passage = _passage(opened, LOOKED_AT if given.unit == "char" else PASSAGE)
    tokens = given.split(passage)[:LOOKED_AT]
    inputs = opened.predictor.to_tensor(given.ids(passage)[None, : len(tokens)])
    found = attention_of(opened.predictor.model, inputs)
    place = run_place(opened.record, opened.folder.path / "report.html")
    command = f"pellucid trace {place} 'a text' --out page.html"
    return attention_exhibit(found, tokens, name="next-attention", command=command) if found else None


def sentence_exhibit(sentence: Sentence, *, command: str = "") -> Exhibit:
    """Return a text with its tokens coloured by surprise, and its probability factor by factor."""
    rows = tuple(
        (
            visible_lines(repr(one.token)),
            f"{one.probability:.4g}",
            decimal(one.log),
            decimal(one.bits),
            str(one.rank),
            f"{visible_lines(repr(one.likeliest))} ({percent(one.likeliest_probability)})",
        )
        for one in sentence.factors
    )
    return Exhibit(
        name=exhibit_name("probability", sentence.text[:40]),
        title="The probability of a text, factor by factor",
        paragraphs=(
            f"P(S), the product of {counted(len(rows), 'factor')}, is e^{decimal(sentence.log, 4)}: "
            f"{decimal(sentence.bits / max(1, sentence.characters))} bits per character, perplexity "
            f"{decimal(sentence.perplexity)} per token. The first factor is the probability after "
            f"{visible_lines(repr(sentence.before))}.",
        ),
        figures=(coloured_by_surprise(sentence),),
        tables=(ExhibitTable(header=("token", "P", "ln P", "bits", "rank", "likeliest"), rows=rows),),
        notes=sentence.notes,
        command=command,
    )


def coloured_by_surprise(sentence: Sentence) -> Figure:
    """Return a text, each token coloured by how surprising it was."""
    label = "The text; the stronger the colour, the more surprising a token was"
    tokens, bits = [one.token for one in sentence.factors], [one.bits for one in sentence.factors]
    chart = coloured_tokens(tokens, bits, label=label)
    caption = "The stronger the colour, the more bits of surprise; pointing at a token tells them."
    return Figure.from_svg(str(chart), alt=label, caption=caption, role="main")


def _passage(opened: OpenedRun, characters: int) -> tuple[SplitName, str]:
    """Return the first characters of val, or of what was learned where nothing is held back."""
    dataset = opened.dataset
    split: SplitName = "val" if len(dataset.splits["val"]) else "train"
    inputs = TextInputs.of(dataset.inputs)
    start = int(dataset.targets[dataset.splits[split][:1]][0, 0])
    passage = TextInputs(inputs.characters, inputs.starts[:1] * 0 + start, inputs.lengths[:1] * 0 + characters)
    return split, passage.text(0)


def _most_surprising(sentence: Sentence) -> ExhibitTable:
    hardest = sorted(sentence.factors, key=lambda factor: -factor.bits)[:8]
    return ExhibitTable(
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
