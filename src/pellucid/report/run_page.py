"""The report of a run: everything about it on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pellucid.errors import RunError
from pellucid.evaluation import Evaluation
from pellucid.report.architecture import build_architecture
from pellucid.report.curves import build_curves
from pellucid.report.embedding import Album, PictureSource, WordSource
from pellucid.report.exhibits import ShownExhibit, show_exhibit
from pellucid.report.headline import build_headline, example_noun, latest_by_split
from pellucid.report.health_exhibit import health_exhibit
from pellucid.report.provenance import build_choices, build_data, build_reproduction
from pellucid.report.rendering import write_template
from pellucid.report.scores import build_scores
from pellucid.runs import EpochRow, Exhibit, Health, RunRecord

FEWER_MISTAKES = 12
"""Mistakes shown for the splits after the first, so that the page stays small."""


def write_report(
    path: str | Path,
    *,
    record: RunRecord,
    history: Sequence[EpochRow],
    evaluations: Sequence[Evaluation],
    exhibits: Sequence[Exhibit] = (),
    health: Health | None = None,
    pictures: PictureSource | None = None,
    words: WordSource | None = None,
    weights: Mapping[str, Sequence[Sequence[float]]] | None = None,
    biases: Mapping[str, Sequence[float]] | None = None,
    formula: Sequence[str] = (),
) -> Path:
    """Write a run's report as one self-contained HTML page: nothing is loaded from elsewhere, no script is needed.

    Args:
        path: of the page; it is replaced at once, never half.
        record: of the run.
        history: one row per epoch, oldest first; may be empty.
        evaluations: all so far, the openings of a split in their order; may be empty.
        exhibits: what was looked at and kept.
        health: of the training; None where it was not looked at.
        pictures: gives an example's decoded pixels, (H, W) or (H, W, 3) uint8 or uint16, by its index in the dataset;
            None (or a None from it, or data that are gone): mistakes are listed without pictures.
        words: gives what can be read of an example by its index, or "": mistakes are shown with it.
        weights, biases: of the dense layers small enough to be drawn, by the layer's name.
        formula: of a linear model in the data's own units, a line each.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    album, noun = Album(pictures, words), example_noun(record)
    latest = latest_by_split(evaluations)
    scores = tuple(
        build_scores(evaluation, album, noun=noun, num_mistakes=FEWER_MISTAKES if place else 24)
        for place, evaluation in enumerate(latest.values())
    )
    curves = build_curves(record, history)
    contents = [("summary", "Summary")]
    contents += [("learning", "Learning")] if curves else []
    contents += [("health", "Health")] if health else []
    contents += [("evaluation", "Evaluation")] if scores else []
    contents += [("exhibits", "Looked at")] if exhibits else []
    contents += [("model", "Model"), ("decisions", "Decisions"), ("data", "Data"), ("reproduce", "Reproduce")]
    return write_template(
        path,
        "run.html.jinja",
        title=record.name,
        contents=contents,
        version=record.pellucid_version,
        headline=build_headline(record, evaluations, page=Path(path)),
        curves=curves,
        health=show_exhibit(health_exhibit(health)) if health else None,
        unhealthy=bool(health and health.findings),
        scores=scores,
        exhibits=[_shown(exhibit) for exhibit in exhibits],
        noun=noun,
        drawn=record.dataset.input.is_drawn,
        missing_pictures=album.problem,
        architecture=build_architecture(record, weights, biases),
        formula=formula,
        choices=build_choices(record),
        data=build_data(record),
        reproduction=build_reproduction(record),
    )


def _shown(exhibit: Exhibit) -> ShownExhibit:
    """Return an exhibit ready for the page; one whose drawing is refused says so, and the report goes on."""
    try:
        return show_exhibit(exhibit)
    except RunError as problem:
        return show_exhibit(exhibit.model_copy(update={"figures": (), "paragraphs": (str(problem),)}))
