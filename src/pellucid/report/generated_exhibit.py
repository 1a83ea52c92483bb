"""A network that draws pictures, in its report: some of them, a film strip, and the nearest real ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.prediction import OpenedRun
from pellucid.preprocessing import prepare_inputs
from pellucid.report.denoising_exhibit import denoising_exhibits
from pellucid.report.headline import run_place
from pellucid.report.picture_sheets import sheet_of
from pellucid.runs import Exhibit
from pellucid.words import counted

SHOWN, IN_ROW = 64, 16
NEIGHBOURS = 12
STRIP = 14
"""Epochs of a film strip, at most."""
Bytes = NDArray[np.uint8]


class GeneratedExhibits:
    """The row of pictures that are drawn."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a run that is trained."""
        return [*drawn_exhibits(opened), *denoising_exhibits(opened), *film_exhibits(opened)]


def drawn_exhibits(opened: OpenedRun) -> list[Exhibit]:
    """Return pictures that are drawn with seed 0, and the training pictures nearest to some of them."""
    from pellucid.evaluation import nearest_of, training_parts
    from pellucid.prediction import DRAWING, as_canvas

    kind = opened.trained.dataset.target.kind
    levels = DRAWING[kind](opened.predictor).draw(SHOWN, seed=0).levels
    drawn: Bytes = np.stack([as_canvas(one) for one in levels])
    some, train = drawn[:NEIGHBOURS], opened.dataset.splits["train"]
    distances, places = nearest_of(some, training_parts(opened))
    known: Bytes = prepare_inputs(opened.dataset, opened.trained.preprocessing, train[places])
    told = ", ".join(f"{distance:.3g}" for distance in distances)
    place = run_place(opened.trained, opened.folder.path / "report.html")
    return [
        Exhibit(
            name="drawn",
            title="Pictures that it draws",
            paragraphs=(
                f"{SHOWN} pictures of random numbers (seed 0), one after another as they come: none is picked out.",
            ),
            figures=(
                sheet_of(
                    [list(drawn[start : start + IN_ROW]) for start in range(0, SHOWN, IN_ROW)],
                    alt=f"{SHOWN} drawn pictures in rows",
                    caption="",
                ),
            ),
            command=f"pellucid sample {place} -n {SHOWN} --seed 0",
        ),
        Exhibit(
            name="drawn-nearest",
            title="Drawn pictures and the nearest real ones",
            paragraphs=(
                f"Above, the first {NEIGHBOURS} drawn pictures; below each, the training picture nearest to it. A "
                "network that copies shows the same twice.",
            ),
            figures=(
                sheet_of(
                    [list(some), list(known)],
                    alt="Drawn pictures, and below each the nearest training picture",
                    caption=f"Distances (root of the sum of squared differences of levels from 0 to 1): {told}.",
                ),
            ),
        ),
    ]


def film_exhibits(opened: OpenedRun) -> list[Exhibit]:
    """Return what became of the same random numbers from epoch to epoch; [] where no pictures were kept."""
    from pellucid.training import film_of

    film = film_of(opened.folder.checkpoints)
    if not film:
        return []
    epochs = list(film)
    kept = np.unique(np.linspace(0, len(epochs) - 1, min(STRIP, len(epochs))).round().astype(np.int64))
    shown = [epochs[place] for place in kept]
    return [
        Exhibit(
            name="drawn-film",
            title="The same random numbers over the epochs",
            paragraphs=(
                f"Each column is what becomes of the same numbers; from the top: after "
                f"{counted(len(shown), 'epoch')} ({', '.join(map(str, shown))}; 0 is before the first step).",
            ),
            figures=(
                sheet_of(
                    [list(film[epoch]) for epoch in shown],
                    alt=f"Pictures of the same random numbers after epochs {', '.join(map(str, shown))}",
                    caption="",
                ),
            ),
        )
    ]
