"""One letter of an answer that is a text: what stands before it, and what it is.

A text is written letter by letter, each after those before it. Whoever looks into how an answer came about follows one
letter, and the network is told what it wrote itself before it: so it comes to the same letter as when it wrote.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.errors import RecipeError
from pellucid.models import before_each
from pellucid.prediction.predictor import Predictor
from pellucid.tasks import TextToText

_END_WORDS = "the end"


@dataclass(frozen=True)
class AskedLetter:
    """One letter that a network writes.

    Attributes:
        task: of the run.
        previous: [1, u], what stands before each place up to the letter.
        number: of the letter that is written there, in the task's counting.
    """

    task: TextToText
    previous: Tensor
    number: int

    @property
    def place(self) -> int:
        """Of the letter in the answer, counted from 0."""
        return self.previous.shape[1] - 1

    @property
    def said(self) -> str:
        """Which letter it is, e.g. "'1' as letter 3 (counted from 0)"."""
        return self.said_of(self.number)

    def said_of(self, number: int) -> str:
        """Return a letter of the alphabet, at this place, in words."""
        return f"{self.named(number)} as letter {self.place} (counted from 0)"

    def named(self, number: int) -> str:
        """Return a letter of the alphabet in words, e.g. "'1'"."""
        return _END_WORDS if number == self.task.end else f"'{self.task.letters[number]}'"


def own_letter(predictor: Predictor, inputs: Tensor, letter: int | None) -> AskedLetter:
    """Return a letter of a network's own answer.

    Args:
        predictor: of a run whose answers are texts.
        inputs: [1, T] tokens.
        letter: its place in the answer, counted from 0; the end is a letter, too. None for the first.

    Raises:
        RecipeError: the answer has no such place, or the run's task is one that writes otherwise.
    """
    task = predictor.task
    if not isinstance(task, TextToText):
        raise RecipeError(f"Letters are of answers that are written, and the task '{task.name}' writes none.")
    with torch.no_grad():
        answer = predictor.model(inputs).reshape(1, task.length, task.vocabulary).argmax(2)
    ends = (answer[0] == task.end).nonzero()
    last = int(ends[0]) if len(ends) else task.length - 1
    place = letter or 0
    if not 0 <= place <= last:
        raise RecipeError(
            f"The answer has no letter {place}.",
            expected=f"0 to {last}, counted from 0; the last of them is its end." if len(ends) else f"0 to {last}.",
        )
    return AskedLetter(task, before_each(answer)[:, : place + 1], int(answer[0, place]))


def refuse_letter(letter: int | None) -> None:
    """Look whether a letter was asked for of an answer that is no text.

    Raises:
        RecipeError: it was.
    """
    if letter is not None:
        raise RecipeError(
            "--letter says which letter of a written answer is followed, and this run's answers are no texts.",
            fix="Leave out --letter.",
        )
