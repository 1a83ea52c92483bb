"""Pictures made to excite units as an exhibit."""

from __future__ import annotations

from pellucid.features import Visualisation
from pellucid.report.exhibit_names import exhibit_name
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import enlarged, picture_tile
from pellucid.report.selectivity_words import selectivity_words
from pellucid.report.wording import decimal
from pellucid.runs import Exhibit
from pellucid.words import counted


def visualisation_exhibit(found: Visualisation, *, command: str = "") -> Exhibit:
    """Return the pictures that excite units most, with how much more than any training picture."""
    figures = []
    for one in found.units:
        words = selectivity_words(one.selectivity, found.measure)
        silent = " The search found nothing that excites it." if one.value <= max(one.start, 0.0) else ""
        reached = f"Value {decimal(one.value)}, the highest in training {decimal(one.most_in_training)}"
        tile = picture_tile(one.picture)
        tile = tile if max(tile.shape[:2]) > 64 else enlarged(tile, at_least=1)
        figures.append(
            picture_figure(tile, alt=f"A picture that excites {words}", caption=f"{words}. {reached}.{silent}")
        )
    return Exhibit(
        name=exhibit_name("visualise", found.layer),
        title=f"Pictures that excite {found.layer}",
        paragraphs=(
            f"Found by {counted(found.steps, 'step')} of gradient ascent from noise, not in the data: each picture "
            f"drives the mean of its unit's map as high as the search could bring it.",
            "They exaggerate what a unit can react to. What it reacts to in real pictures is seen in its most exciting "
            "patches (pellucid features RUN patches).",
        ),
        figures=tuple(figures),
        notes=(
            "After Olah, Mordvintsev and Schubert, Feature Visualization, Distill 2017: the picture is a spectrum "
            f"scaled by one over the frequency, in the colours of the training pictures, shifted by up to "
            f"{found.jitter} pixels at each step. Seed {found.seed}; beside each the "
            f"largest mean among {found.n:,} training pictures.",
        ),
        command=command,
    )
