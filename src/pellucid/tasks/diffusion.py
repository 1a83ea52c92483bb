"""A way to learn to draw pictures: noise is taken away from noisy ones, a little at a time."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn

from pellucid.errors import RecipeError
from pellucid.tasks.base import AnswerStep, Batch, Collapse, Loss, Monitor, Phase, Stop
from pellucid.tasks.losses import weighted
from pellucid.tasks.noise_schedule import NoiseSchedule
from pellucid.tasks.registry import find_task
from pellucid.tasks.spread import spread_of

if TYPE_CHECKING:
    from pellucid.tasks.answers import Answer
    from pellucid.tasks.draws import Draws

OF_TIMES, OF_NOISE, OF_DRAWING = 0, 1, 2
"""Streams of the addressed random numbers: of learning its times and its noise, of drawing the noise at the start."""
LOOKED_AT = 10
"""Strides in which pictures are drawn where only their variety is asked for: it costs a fraction of all."""


@dataclass(frozen=True)
class Diffusion:
    """A network says of noisy pictures which part is noise (J. Ho et al. 2020, algorithms 1 and 2).

    A batch's inputs are levels from 0 to 1, [N, C, H, W]; noise is added to them as levels from -1 to 1. What is asked
    for is v (`NoiseSchedule.velocity`), and the loss its mean squared error, each example at a step of its own that its
    address draws. Pictures are drawn in strides without new noise (J. Song et al. 2021): a picture hangs on the noise
    that it begins with alone.

    Attributes:
        shape: (C, H, W) of one picture.
        noise_steps: T, steps from a picture to noise.
        strides: of a drawing, at most T.
    """

    shape: tuple[int, ...]
    noise_steps: int = 200
    strides: int = 50
    name: str = "generate"
    loss_words: str = "mean squared error of v, a mixture of noise and picture"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)
    can_draw: bool = True

    @property
    def output_width(self) -> int:
        """C x H x W numbers of v."""
        return math.prod(self.shape)

    @cached_property
    def schedule(self) -> NoiseSchedule:
        """What each step leaves of a picture."""
        return NoiseSchedule(self.noise_steps)

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean over pictures."""
        value = weighted(self._errors(models, batch), batch.weights).mean()
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sum over pictures; each meets the same step and the same noise at every measure."""
        return {"loss": self._errors(models, batch).double().sum()}

    def collapse(self, models: Mapping[str, nn.Module], batch: Batch) -> Collapse:
        """Return how unlike one another drawn pictures are; they are drawn in few strides."""
        drawn = self._levels(self.way(models, self.noise(_draws_of(batch)), strides=LOOKED_AT))
        return Collapse(spread=spread_of(drawn, batch.inputs.float()))

    def drawn(self, models: Mapping[str, nn.Module], draws: Draws) -> Tensor:
        """Return [N, C, H, W] levels from 0 to 1, drawn of the addressed random numbers."""
        return self._levels(self.way(models, self.noise(draws)))

    def noise(self, draws: Draws) -> Tensor:
        """Return [N, C, H, W] standard normal numbers, of which pictures are drawn."""
        return draws.normal(*self.shape, stream=OF_DRAWING)

    def way(self, models: Mapping[str, nn.Module], noise: Tensor, *, strides: int | None = None) -> Iterator[Stop]:
        """Yield each stop on the way from noise to pictures, the start and the end among them.

        Args:
            models: in evaluation mode.
            noise: [N, C, H, W].
            strides: so many instead of the task's own; T at most.
        """
        stops = self.schedule.stops(min(strides or self.strides, self.noise_steps))
        noisy = noise
        for start, end in itertools.pairwise(stops):
            times = torch.full((len(noisy),), start, device=noisy.device)
            said = self._said(models, noisy, times)
            yield Stop(start, noisy, self.schedule.parts(noisy, said, times)[0])
            noisy = self.schedule.back(noisy, said, start, end)
        yield Stop(0, noisy, noisy)

    def in_strides(self, strides: int) -> Diffusion:
        """Return the same task, but drawing in so many strides.

        Raises:
            RecipeError: there are not so many steps.
        """
        if not 1 <= strides <= self.noise_steps:
            raise RecipeError(f"--strides is {strides:,}.", expected=f"1 to {self.noise_steps:,}, the steps of noise.")
        return replace(self, strides=strides)

    @property
    def half_way(self) -> int:
        """The step at which a drawing is half-way."""
        stops = self.schedule.stops(min(self.strides, self.noise_steps))
        return stops[(len(stops) - 1) // 2]

    def at_half(self, models: Mapping[str, nn.Module], noise: Tensor) -> Tensor:
        """Return [N, C, H, W] levels from -1 to 1 and beyond: pictures half-way out of noise."""
        return next(stop.noisy for stop in self.way(models, noise) if stop.step == self.half_way)

    def answer(self, outputs: Tensor) -> Answer:
        """Refuse.

        Raises:
            RecipeError: always: nothing that is handed over is answered.
        """
        raise RecipeError(find_task(self.name).no_answers)

    def level(self, said: Tensor, noisy: Tensor, step: int) -> AnswerStep:
        """Return the step from v to the level that a pixel is taken for, from 0 to 1 where nothing is to be cut off.

        Args:
            said: [1, 1] v.
            noisy: [1, 1] the noisy level, -1 to 1 and beyond.
            step: of the schedule.
        """
        kept = float(self.schedule.kept[step])
        scale = -math.sqrt(1 - kept) / 2
        shift = (math.sqrt(kept) * float(noisy) + 1) / 2
        note = f"What the pixel is taken for without its noise; step {step} keeps {kept:.4g} of the picture."
        return AnswerStep("level", "scale", said.double() * scale + shift, (scale,), (shift,), note, ("level",))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return nothing: what the network says of noise is what is asked for."""
        return ()

    def _errors(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return [N] mean squared errors of v, each picture at a step that its address draws."""
        draws, schedule = _draws_of(batch), self.schedule
        # Numbers are below 1, so that no step lies beyond T.
        times = 1 + (draws.uniform(stream=OF_TIMES) * self.noise_steps).long()
        noise, levels = draws.normal(*self.shape, stream=OF_NOISE), 2 * batch.inputs.float() - 1
        said = self._said(models, schedule.noised(levels, noise, times), times)
        return (said - schedule.velocity(levels, noise, times)).square().flatten(1).mean(1)

    def _said(self, models: Mapping[str, nn.Module], noisy: Tensor, times: Tensor) -> Tensor:
        """Return [N, C, H, W] float32, what the network says of noisy pictures."""
        said: Tensor = models["model"](noisy, time=self.schedule.shares(times))
        return said.float().reshape(noisy.shape)

    @staticmethod
    def _levels(way: Iterator[Stop]) -> Tensor:
        """Return [N, C, H, W] levels from 0 to 1 at the end of a way."""
        last = deque(way, maxlen=1)[0]
        return (last.clean.clamp(-1, 1) + 1) / 2


def _draws_of(batch: Batch) -> Draws:
    """Return the addresses of a batch's random numbers."""
    if batch.draws is None:
        raise ValueError("Noise is drawn by the addresses of examples, and the batch has none.")
    return batch.draws
