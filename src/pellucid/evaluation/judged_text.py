"""What a judge says, as plain text for a terminal."""

from __future__ import annotations

from pellucid.evaluation.judged import Judged, JudgedSet
from pellucid.evaluation.records import Metric
from pellucid.printed import text_of
from pellucid.words import visible

_MOST_CLASSES = 20


@text_of.register(Judged)
def judged_text(judged: Judged) -> str:
    """Return a table of three sets, then what is to be minded."""
    lines = [f"'{judged.run}' judged by '{judged.judge}', {judged.drawn.n:,} drawn pictures, seed {judged.seed}"]
    if judged.opening is not None:
        lines.append(f"opening {judged.opening.number} of the sealed test split: {judged.opening.reason}")
    header = ("", "n", "accepted", "smallest class", "Fréchet", "kernel", "to training")
    rows = [header, *(_row(one, judged) for one in judged.sets)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines += [
        "",
        *("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows),
    ]
    lines += ["", f"Distance to the nearest training picture, over that of held-out ones: {_said(judged.copying)}"]
    drawn, held = judged.drawn.shares, judged.of("held-out").shares
    shares = [
        f"{name} {one.value:.1%} ({other.value:.1%})"
        for name, one, other in zip(judged.classes, drawn, held, strict=True)
    ][:_MOST_CLASSES]
    more = f", and {len(judged.classes) - _MOST_CLASSES} more" if len(judged.classes) > _MOST_CLASSES else ""
    lines += [f"Classes of drawn (held-out) pictures: {', '.join(shares)}{more}"]
    lines += [
        f"Accepted: some class has more than 90 %. Fréchet and kernel distance: of {judged.compared:,} pictures of "
        f"each set from {judged.reference:,} of training, in {judged.width} features of the judge. In brackets: 95 % "
        "intervals."
    ]
    lines += [f"Note: {note}" for note in dict.fromkeys([*judged.notes, *_distance_notes(judged)])]
    return "\n".join(map(visible, lines))


def _distance_notes(judged: Judged) -> list[str]:
    return [f"Fréchet distances are {one.frechet.note}." for one in judged.sets if one.frechet.note]


def _row(one: JudgedSet, judged: Judged) -> tuple[str, ...]:
    place = min(range(len(one.shares)), key=lambda index: one.shares[index].value)
    return (
        one.name,
        f"{one.n:,}",
        f"{one.accepted.value:.1%}",
        f"{one.shares[place].value:.1%} ({judged.classes[place]})",
        _said(one.frechet),
        _said(one.kernel),
        _said(one.nearest),
    )


def _said(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return f"{metric.value:.3g}"
    return f"{metric.value:.3g} ({metric.low:.3g} to {metric.high:.3g})"
