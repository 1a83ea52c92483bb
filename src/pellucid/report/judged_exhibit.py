"""What a judge says of drawn pictures, as something to look at."""

from __future__ import annotations

from pellucid.evaluation import Judged, Metric
from pellucid.report.wording import SPLIT_WORDS, percent
from pellucid.runs import Exhibit, ExhibitTable

_MOST_CLASSES = 16
_CALLED = {"drawn": "drawn", "held-out": "held-out pictures", "noise": "noise"}


def judged_exhibit(judged: Judged, *, command: str = "") -> Exhibit:
    """Return a table of three sets, and one of classes."""
    drawn, held = judged.drawn, judged.of("held-out")
    classes = tuple(
        (name, *(_share(one.shares[place]) for one in judged.sets)) for place, name in enumerate(judged.classes)
    )
    sets = tuple(
        (
            _CALLED[one.name],
            f"{one.n:,}",
            _share(one.accepted),
            _number(one.frechet),
            _number(one.kernel),
            _number(one.nearest),
        )
        for one in judged.sets
    )
    said = (
        f"The classifier '{judged.judge}' takes {percent(drawn.accepted.value, 1)} of {drawn.n:,} drawn pictures for "
        f"one of its classes with more than 90 %, and {percent(held.accepted.value, 1)} of the "
        f"{SPLIT_WORDS[judged.split]} pictures."
    )
    copies = (
        f"To the nearest training picture it is {_number(judged.copying)} times as far as from "
        "held-out pictures: well below 1 it would copy."
    )
    return Exhibit(
        name="judged",
        title="What a classifier says of drawn pictures",
        paragraphs=(said, copies, *judged.notes),
        tables=(
            ExhibitTable(
                header=(
                    "pictures",
                    "number",
                    "accepted",
                    "Fréchet distance",
                    "kernel distance",
                    "to the nearest of training",
                ),
                rows=sets,
                caption="Three sets, measured alike",
            ),
            ExhibitTable(
                header=("class", *(_CALLED[one.name] for one in judged.sets)),
                rows=classes,
                caption="What they are taken for",
                fold="All classes" if len(classes) > _MOST_CLASSES else "",
            ),
        ),
        notes=(
            f"Fréchet and kernel distance (squared): of {judged.compared:,} pictures of each set from "
            f"{judged.reference:,} of training, in the {judged.width:,} numbers that its last layer reads: "
            "another classifier gives other numbers. In brackets: 95 % intervals.",
            *dict.fromkeys(f"Fréchet distances are {one.frechet.note}." for one in judged.sets if one.frechet.note),
        ),
        command=command,
    )


def _share(metric: Metric) -> str:
    return percent(metric.value, 1)


def _number(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return f"{metric.value:.3g}"
    return f"{metric.value:.3g} ({metric.low:.3g} to {metric.high:.3g})"
