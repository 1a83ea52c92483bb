"""How a trace ends, by kind of target."""

from __future__ import annotations

import torch
from torch import Tensor

from pellucid.errors import RunError
from pellucid.kinds import LEVELS
from pellucid.prediction import Predictor, own_letter, refuse_letter
from pellucid.tasks import AnswerStep, Diffusion, Forecast, NextToken, Reconstruct, Task
from pellucid.trace.kinds.base import Ending, Followed
from pellucid.trace.loss import Criterion
from pellucid.trace.quantile_loss import Pinball


class _Plain(Ending):
    """All of the network's numbers are the answer's."""

    def answered(self, task: Task) -> None:
        """Return None, for all."""


class OneClass(_Plain):
    """One class: the cross-entropy of K logits, or of the single one of two classes."""

    def criterion(self, task: Task) -> Criterion:
        """Return the cross-entropy.

        Raises:
            RunError: the classes are steps in an order.
        """
        if task.name == "ordered":
            raise RunError(
                "The loss of ordered classes is not shown number by number.",
                fix="Trace the way forward, or a run without --ordered.",
            )
        return "binary cross-entropy" if task.output_width == 1 else "cross-entropy"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: the likeliest class is answered."""
        return ()


class Labels(_Plain):
    """Labels: a binary cross-entropy each, and a threshold each."""

    def criterion(self, task: Task) -> Criterion:
        """Return the binary cross-entropy."""
        return "binary cross-entropy"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return [L] thresholds."""
        return tuple(predictor.thresholds.tolist())


class Numbers(_Plain):
    """One number, or several: their squared error."""

    def criterion(self, task: Task) -> Criterion:
        """Return the squared error."""
        return "squared error"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: a number is answered as it is."""
        return ()


class EachPixel(_Plain):
    """A class for each pixel: what is followed to its answer is the pixel in the middle."""

    def follow(self, predictor: Predictor, inputs: Tensor, letter: int | None) -> Followed:
        """Return the K logits of the pixel in the middle of the canvas, and their softmax.

        Raises:
            RecipeError: a letter was asked for.
        """
        refuse_letter(letter)
        names, (height, width) = predictor.record.dataset.target.answers, inputs.shape[2:]
        row, column = height // 2, width // 2

        def logits(outputs: Tensor) -> Tensor:
            return outputs.reshape(len(outputs), len(names), height, width)[:, :, row, column]

        def steps(outputs: Tensor) -> tuple[AnswerStep, ...]:
            return (AnswerStep("softmax", "softmax", torch.softmax(outputs.float(), 1), names=names),)

        return Followed({}, logits, steps, names, f"the pixel in the middle, row {row}, column {column}")

    def criterion(self, task: Task) -> Criterion:
        """Refuse.

        Raises:
            RunError: always.
        """
        raise RunError(
            "The loss of a mask, a mean over its pixels and Dice, is not shown number by number.",
            fix="Trace the way forward.",
        )

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: the likeliest class is answered."""
        return ()


class EachLevel(_Plain):
    """Another picture: what is followed are the levels of the pixel in the middle."""

    def follow(self, predictor: Predictor, inputs: Tensor, letter: int | None) -> Followed:
        """Return the C levels of the pixel in the middle of the canvas, and as numbers of 8 bits.

        Raises:
            RecipeError: a letter was asked for.
        """
        refuse_letter(letter)
        height, width = inputs.shape[2:]
        row, column, channels = height // 2, width // 2, predictor.task.output_width // (height * width)

        def levels(outputs: Tensor) -> Tensor:
            return outputs.reshape(len(outputs), channels, height, width)[:, :, row, column]

        names = ("level",) if channels == 1 else ("red", "green", "blue")
        note = "kept within 0 and 255, and rounded, where it is written"

        def steps(outputs: Tensor) -> tuple[AnswerStep, ...]:
            factors, zeros = (255.0,) * channels, (0.0,) * channels
            found = outputs.float() * 255
            return (AnswerStep("into-bounds", "scale", found, scale=factors, shift=zeros, note=note, names=names),)

        return Followed({}, levels, steps, names, f"the pixel in the middle, row {row}, column {column}")

    def criterion(self, task: Task) -> Criterion:
        """Refuse.

        Raises:
            RunError: always.
        """
        raise RunError(
            "The loss of a picture, a mean over its pixels, is not shown number by number.",
            fix="Trace the way forward.",
        )

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: levels are answered as they are."""
        return ()


class GivenBack(_Plain):
    """A picture that is given back: the mean of squared differences from what the network was given."""

    def criterion(self, task: Task) -> Criterion:
        """Return the squared error.

        Raises:
            RunError: the loss has a second term, of random numbers.
        """
        if isinstance(task, Reconstruct) and task.beta is not None:
            raise RunError(
                "The loss of a variational autoencoder hangs on random numbers, and is not shown number by number.",
                fix="Trace the way forward.",
            )
        return "squared error"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: levels are answered as they are."""
        return ()


class Future(_Plain):
    """A forecast: the pinball loss of its quantiles."""

    def criterion(self, task: Task) -> Criterion:
        """Return the pinball loss, in the unit in which the task measures it.

        Raises:
            RunError: the task is no forecast.
        """
        if not isinstance(task, Forecast):
            raise RunError(f"The loss of futures is that of forecasts, and the task '{task.name}' is none.")
        return Pinball(LEVELS, task.scaling.spread)

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: a forecast is answered as it is."""
        return ()


class Written(_Plain):
    """A text: one letter of it, the network being told what it wrote itself before that."""

    def follow(self, predictor: Predictor, inputs: Tensor, letter: int | None) -> Followed:
        """Return a letter of the network's own answer, the first where none is asked for.

        Raises:
            RecipeError: the answer has no such letter.
        """
        asked = own_letter(predictor, inputs, letter)
        width = asked.task.vocabulary
        return Followed(
            {"previous": asked.previous},
            lambda outputs: outputs[:, -width:],
            asked.task.letter_steps,
            asked.task.letters,
            asked.said,
        )

    def criterion(self, task: Task) -> Criterion:
        """Refuse.

        Raises:
            RunError: always.
        """
        raise RunError(
            "The loss of a text, a mean over its letters, is not shown number by number.", fix="Trace the way forward."
        )

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: the likeliest letter is written."""
        return ()


class Next(Ending):
    """The next token: the cross-entropy of the V logits after the last place."""

    def answered(self, task: Task) -> int:
        """Return V: of the numbers of all places those of the last one."""
        assert isinstance(task, NextToken)
        return task.vocabulary

    def criterion(self, task: Task) -> Criterion:
        """Return the cross-entropy."""
        return "cross-entropy"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: a token is answered with its probability."""
        return ()


class Told(_Plain):
    """A picture that is drawn, and what the discriminator takes it for; or a pixel of one that noise is taken from."""

    def follow(self, predictor: Predictor, inputs: Tensor, letter: int | None) -> Followed:
        """Return what is followed: the one logit, or v at the pixel in the middle, and the level that it stands for.

        Raises:
            RecipeError: a letter was asked for.
        """
        task = predictor.task
        if not isinstance(task, Diffusion):
            return super().follow(predictor, inputs, letter)
        refuse_letter(letter)
        row, column = inputs.shape[2] // 2, inputs.shape[3] // 2
        time = task.schedule.shares(torch.tensor([task.half_way], device=inputs.device))
        return Followed(
            {"time": time},
            lambda outputs: outputs.reshape(-1, *task.shape)[:, :1, row, column],
            lambda said: (task.level(said, inputs[:, :1, row, column], task.half_way),),
            ("level",),
            f"the pixel in the middle, row {row}, column {column}",
        )

    def criterion(self, task: Task) -> Criterion:
        """Return the binary cross-entropy of the one logit.

        Raises:
            RunError: the task is to take noise away.
        """
        if isinstance(task, Diffusion):
            raise RunError("The loss of taking noise away is not shown number by number.", fix="Trace the way forward.")
        return "binary cross-entropy"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: nothing is decided by it."""
        return ()
