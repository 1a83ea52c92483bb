"""Masks in a report: picture, truth, answer and errors side by side, and how each class fares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import Evaluation, kept_evaluations
from pellucid.kinds import NOT_LABELLED, MaskTarget
from pellucid.prediction import OpenedRun
from pellucid.preprocessing import ImagePreprocessing, prepare_inputs
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import enlarged
from pellucid.report.wording import percent
from pellucid.runs import Exhibit, ExhibitTable, Figure

LONGEST, SHORTEST = 320, 128
"""Pixels of the longer side of what is shown, at most; and at least: smaller pictures are enlarged pixel by pixel."""
_GREY, _WRONG = 110, (213, 94, 0)
_UNKNOWN = (128, 128, 128)

Pixels = NDArray[np.uint8]


class MaskExhibits:
    """The row of classes of pixels."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return how each class fares, and the best picture, one in the middle and the worst; none before a measure."""
        evaluations = [one for one in kept_evaluations(opened.folder) if one.split == "val"]
        if not evaluations or not evaluations[-1].masks:
            return []
        return [_exhibit(opened, evaluations[-1])]


def _exhibit(opened: OpenedRun, evaluation: Evaluation) -> Exhibit:
    target, shown = MaskTarget.of(opened.dataset.target), evaluation.masks
    indices = np.array([one.index for one in shown], np.int64)
    answered: Pixels = opened.predictor.split_answer(opened.dataset, indices)[0].as_targets
    preprocessing = ImagePreprocessing.of(opened.record.preprocessing)
    pictures, right = prepare_inputs(opened.dataset, preprocessing, indices), opened.dataset.targets[indices]
    colours = np.array(target.colours, np.uint8)
    figures: list[Figure] = []
    for place, one in enumerate(shown):
        row = f"{one.rank.capitalize()}: {one.name}, Dice {one.dice:.3f}"
        known = right[place] != NOT_LABELLED
        rows, columns = _where(known)
        drawn = (
            (pictures[place], "the picture"),
            (np.where(known[..., None], colours[np.where(known, right[place], 0)], _UNKNOWN), "what is right"),
            (colours[answered[place]], "what is answered"),
            (_errors(pictures[place], answered[place], right[place]), "wrong pixels, orange"),
        )
        for pixels, words in drawn:
            cut = _small(np.asarray(pixels, np.uint8)[rows, columns])
            figure = picture_figure(cut, alt=f"{one.name}: {words}", caption=words, longest=LONGEST)
            figures.append(figure.model_copy(update={"row": row}))
    return Exhibit(
        name="masks",
        title="Pixel by pixel",
        paragraphs=(
            "The validation picture that is answered best, one in the middle, and the worst, by each one's own Dice. "
            "In the last column the picture is grey, and every labelled pixel that is answered wrongly is orange.",
        ),
        figures=tuple(figures),
        tables=(_table(evaluation, target), *_objects(evaluation)),
        notes=("What is not labelled is grey in the second column, and counts nowhere.",),
    )


def _table(evaluation: Evaluation, target: MaskTarget) -> ExhibitTable:
    """Return a row a class: its colour, its share, Dice and IoU with their intervals, and false alarms."""
    rows = []
    for one, colour in zip(evaluation.output_rows, target.colours, strict=True):
        told = one.metrics
        alarms = told.get("false_alarms")
        rows.append(
            (
                one.name,
                "#" + "".join(f"{level:02x}" for level in colour),
                percent(told["share"].value, 1),
                str(told["dice"]) if "dice" in told else "-",
                str(told["iou"]) if "iou" in told else "-",
                str(told["dice_per_picture"]) if "dice_per_picture" in told else "-",
                "-" if alarms is None else f"{percent(alarms.value)} {alarms.note}",
            )
        )
    header = (
        "class",
        "colour",
        "share",
        "Dice, pooled",
        "IoU, pooled",
        "Dice per picture that shows it",
        "false alarms",
    )
    return ExhibitTable(header=header, rows=tuple(rows), caption="Classes, on validation.")


def _objects(evaluation: Evaluation) -> list[ExhibitTable]:
    """Return a row for the small, the middling and the large objects of each class; none of older evaluations."""
    rows = tuple(
        (
            one.name,
            f"{one.smallest:,} to {one.largest:,}",
            f"{one.n:,}",
            str(one.dice),
            f"{one.missed:,}",
        )
        for one in evaluation.objects
    )
    header = ("class", "pixels of the object", "objects", "Dice, mean over objects", "not found at all")
    caption = (
        "Objects by size, on validation: connected pixels of a class, beside the answered ones that share a pixel with "
        "them."
    )
    return [ExhibitTable(header=header, rows=rows, caption=caption)] if rows else []


def _errors(picture: Pixels, answered: Pixels, right: Pixels) -> Pixels:
    """Return [H, W, 3]: the picture in faint grey, and wrong pixels in one colour."""
    faint = picture.astype(np.float64).mean(axis=2) * (255 - _GREY) / 255 + _GREY
    drawn = np.repeat(faint.astype(np.uint8)[..., None], 3, axis=2)
    drawn[(answered != right) & (right != NOT_LABELLED)] = _WRONG
    return drawn


def _where(known: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return rows and columns of what is labelled: around it lies nothing of the picture's, or nothing known."""
    found = []
    for axis in (1, 0):
        places = np.flatnonzero(known.any(axis=axis))
        found.append(slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(None))
    return found[0], found[1]


def _small(pixels: Pixels) -> Pixels:
    """Return every n-th pixel, or pixels n times, so that colours stay those of classes; one plane of what is grey."""
    step = -(-max(pixels.shape[:2]) // LONGEST)
    cut = enlarged(np.ascontiguousarray(pixels[::step, ::step]), at_least=SHORTEST)
    return cut[..., 0] if cut.shape[2] == 1 else cut
