"""How drawn pictures come out of noise, in the report of a network that takes noise away a little at a time."""

from __future__ import annotations

from pellucid.prediction import OpenedRun
from pellucid.report.picture_sheets import sheet_of
from pellucid.runs import Exhibit

SHOWN, STAGES = 4, 8


def denoising_exhibits(opened: OpenedRun) -> list[Exhibit]:
    """Return the ways of some pictures out of noise; [] where they are drawn in one go."""
    from pellucid.prediction import as_canvas, stages_of

    stages = stages_of(opened.predictor, SHOWN, shown=STAGES)
    if not stages:
        return []
    steps = ", ".join(str(stage.step) for stage in stages)
    rows = []
    for place in range(SHOWN):
        rows += [[as_canvas(one.noisy[place]) for one in stages], [as_canvas(one.clean[place]) for one in stages]]
    return [
        Exhibit(
            name="drawn-denoising",
            title="From noise to a picture",
            paragraphs=(
                f"The first {SHOWN} drawings of seed 0, two rows each. Above: the picture with what is left of the "
                "noise. Below: what the network takes the picture for at this point, and goes a little towards. At "
                "first it sees noise alone, and guesses the mean of many pictures.",
            ),
            figures=(
                sheet_of(
                    rows,
                    alt=f"{SHOWN} pictures on their way from noise, in {len(stages)} stops",
                    caption=f"From left to right: with {steps} steps of noise left.",
                ),
            ),
        )
    ]
