"""Forecasts: each step ahead with its bands."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pydantic import Field

from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, FutureAnswer

SHOWN_BANDS = (80, 95)
"""In percent, that every forecast has."""


class FuturePrediction(Prediction):
    """One step ahead is forecast; of a window that is asked about as a whole, its first."""

    own_columns: ClassVar[tuple[str, ...]] = ("series", "stamp", "step", "value", "fed_back")
    series: str | None = None
    """The series that goes on."""
    stamp: str | None = None
    """When the value is expected, as the file writes times."""
    step: int | None = None
    """How many steps ahead, from 1 on."""
    fed_back: bool = False
    """Whether the step lies beyond what is forecast at once, so that forecasts were taken for the past."""
    following: tuple[FuturePrediction, ...] = Field(default=(), exclude=True)
    """Of the first step of a window: all of its steps, this one first."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the value, and its bands."""
        bands = self.values or {}
        if "low80" not in bands:
            return number(self.value or 0.0), ""
        told = [
            f"{level} %: {number(bands[f'low{level}'])} to {number(bands[f'high{level}'])}" for level in SHOWN_BANDS
        ]
        return f"{number(self.value or 0.0)} ({'; '.join(told)})", ""

    def words(self) -> str:
        """Return the value with its bands, five digits of each."""
        told = self.said(number=lambda value: f"{value:.5g}", share=str)[0]
        return f"{told}, fed back" if self.fed_back else told

    def amounts(self) -> dict[str, float]:
        """Return the borders of the bands by their names."""
        return self.values or {}


class JudgeFuture:
    """Judges forecasts."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Widen the bands as the run has found them to need."""
        plain = FutureAnswer.of(answer)
        return plain if answering.bands is None else plain.widened(answering.bands)

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return of each window the next value, and in `following` all."""
        every = steps_of(FutureAnswer.of(answer))
        return [steps[0].model_copy(update={"following": tuple(steps)}) for steps in every]


def steps_of(answer: FutureAnswer) -> list[list[FuturePrediction]]:
    """Return of each of N windows its h steps, without names and stamps."""
    bands = {level: answer.band(level) for level in SHOWN_BANDS}
    found: list[list[FuturePrediction]] = []
    for example in range(len(answer)):
        steps: list[FuturePrediction] = []
        for step in range(answer.median.shape[1]):
            borders: dict[str, float] = {}
            for level, (low, high) in bands.items():
                borders |= {f"low{level}": float(low[example, step]), f"high{level}": float(high[example, step])}
            value = float(answer.median[example, step])
            steps.append(FuturePrediction(name="", decision="ok", value=value, values=borders, step=step + 1))
        found.append(steps)
    return found
