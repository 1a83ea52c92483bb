"""Which number is explained where every pixel is answered: a class's logit over the pixels that are answered so."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.attribution.kinds.base import AskedAbout, TargetExplained, place_of
from pellucid.attribution.score import Score
from pellucid.errors import RecipeError
from pellucid.prediction import Outputs, Predictor, refuse_letter
from pellucid.records import Decision
from pellucid.tasks import MaskAnswer, Segmentation, Task


class EachPixel(TargetExplained):
    """A class for each pixel: the mean of one class's logits over the pixels that are answered with it.

    So the whole region is asked about, as in Seg-Grad-CAM (K. Vinogradova et al. 2020), whose sum differs by a factor
    that is the same everywhere. Which pixels these are is decided once, by the answer to the whole picture.
    """

    called = "class"
    no_neighbours = "each pixel has an answer of its own, and a picture no features of a single one"

    def about(
        self, predictor: Predictor, inputs: Tensor, outputs: Outputs, *, wanted: str | None, letter: int | None
    ) -> AskedAbout:
        """Return the class that was asked for, else the one with most pixels beside the first, which is the background.

        Raises:
            RecipeError: there is no class of that name, or a letter was asked for.
        """
        refuse_letter(letter)
        names, answered = predictor.record.dataset.target.answers, MaskAnswer.of(predictor.answer(outputs)).masks[0]
        counts = np.bincount(answered.ravel(), minlength=len(names))
        reason = "as asked for"
        if wanted is None:
            index = int(counts[1:].argmax()) + 1 if counts[1:].any() else 0
            reason = "the class of most pixels" + f" beside {names[0]}" * bool(index) + " (--class, target=)"
        else:
            index = place_of(wanted, names, called=self.called)
        region = answered == index
        where = f"the {counts[index]:,} pixels that are answered so"
        if not region.any():
            region, where = np.ones_like(region), "all pixels, for none is answered so"
        said = Decision(name="explained", value=f"{names[index]}, over {where}", reason=reason)
        return AskedAbout(predictor.model, _score(predictor.task, index, names[index], region), (said,))

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the mean of a class's logits over all pixels."""
        segmentation = _segmentation(task)
        return _score(task, index, name, np.ones((segmentation.height, segmentation.width), np.bool_))


def _segmentation(task: Task) -> Segmentation:
    """Return a task as what it has to be.

    Raises:
        RecipeError: it is another one.
    """
    if not isinstance(task, Segmentation):
        raise RecipeError(f"Explanations of pixels are of segmentations, and the task '{task.name}' is none.")
    return task


def _score(task: Task, index: int, name: str, region: NDArray[np.bool_]) -> Score:
    """Return the mean logit of a class over [H, W] a region, and as what is answered its mean probability there."""
    classes, inside = _segmentation(task).num_classes, torch.from_numpy(region.ravel())

    def each(outputs: Tensor) -> Tensor:
        return outputs.reshape(len(outputs), classes, -1)[:, :, inside.to(outputs.device)]

    return Score(
        name,
        index,
        of=lambda outputs: each(outputs)[:, index].mean(1),
        answered=lambda outputs: torch.softmax(each(outputs), 1)[:, index].mean(1),
    )
