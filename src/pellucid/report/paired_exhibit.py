"""Pictures that others become, in a report: what was handed over, what is right, what is answered, and the error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.preprocessing import ImagePreprocessing, prepare_inputs
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import enlarged
from pellucid.report.wording import SPLIT_WORDS
from pellucid.runs import Exhibit, Figure

LONGEST, SHORTEST = 320, 128
"""Pixels of the longer side of what is shown, at most; and at least: smaller pictures are enlarged pixel by pixel."""
_STRONGER = 4
"""How many times as large errors are drawn."""

Pixels = NDArray[np.uint8]


class PairedExhibits:
    """The row of pictures that others become."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return the best picture, one in the middle and the worst, by their mean absolute errors."""
        from pellucid.prediction import PairedPrediction, measured_each

        split: SplitName = "val" if len(opened.dataset.splits["val"]) else "train"
        indices, predictor = opened.dataset.splits[split], opened.predictor
        errors = measured_each(predictor, opened.dataset, indices)["loss"]
        order = np.argsort(errors, kind="stable")
        chosen = dict.fromkeys((0, len(order) // 2, len(order) - 1))
        ranks = ("Best", "Median", "Worst") if len(chosen) > 2 else ("Best", "Worst")
        preprocessing = ImagePreprocessing.of(opened.record.preprocessing)
        figures: list[Figure] = []
        for rank, row in zip(ranks, chosen, strict=False):
            place = indices[order[row] : order[row] + 1]
            (answered,) = predictor.judge(predictor.split_outputs(opened.dataset, place))
            levels = PairedPrediction.of(answered).levels
            given = prepare_inputs(opened.dataset, preprocessing, place)[0]
            right = opened.dataset.targets[place][0]
            name = opened.dataset.example_name(int(place[0]))
            words = f"{rank}: {name}, mean absolute error {errors[order[row]]:.4f}"
            figures += _row(given, right, levels, name=name, row=words)
        return [
            Exhibit(
                name="pairs",
                title="Pictures and what they become",
                paragraphs=(
                    f"The picture of the {SPLIT_WORDS[split]} split that is answered best, one in the middle, and the "
                    f"worst. In the last column the brighter, the further from what is right: a difference of "
                    f"{1 / _STRONGER:g} or more of the whole range is white.",
                ),
                figures=tuple(figures),
            )
        ]


def _row(
    given: Pixels, right: NDArray[np.float16], levels: NDArray[np.float32], *, name: str, row: str
) -> list[Figure]:
    """Return four pictures of equal size, cut to what is known."""
    known = np.isfinite(right[0])
    rows, columns = (np.flatnonzero(known.any(axis=axis)) for axis in (1, 0))
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)) if len(rows) else (slice(None),) * 2
    wanted, answered = np.moveaxis(np.nan_to_num(right.astype(np.float64)), 0, 2) / 255, np.moveaxis(levels, 0, 2)
    error = np.abs(wanted - answered).mean(axis=2, keepdims=True) * _STRONGER
    drawn = (
        (given, "the picture"),
        (_as_bytes(wanted), "what it is to become"),
        (_as_bytes(answered), "what is answered"),
        (_as_bytes(error), "how far off"),
    )
    figures = []
    for pixels, words in drawn:
        figure = picture_figure(_small(pixels[part]), alt=f"{name}: {words}", caption=words, longest=LONGEST)
        figures.append(figure.model_copy(update={"row": row}))
    return figures


def _as_bytes(levels: NDArray[np.floating]) -> Pixels:
    found: Pixels = np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)
    return found


def _small(pixels: Pixels) -> Pixels:
    """Return every n-th pixel, or pixels n times; one plane of a grey picture."""
    step = -(-max(pixels.shape[:2]) // LONGEST)
    cut = enlarged(np.ascontiguousarray(pixels[::step, ::step]), at_least=SHORTEST)
    return cut[..., 0] if cut.shape[2] == 1 else cut
