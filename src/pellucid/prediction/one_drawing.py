"""A picture that is drawn as the one answer that is looked into: from its random numbers to what it is taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.models import parts_of
from pellucid.prediction.asked import Asked
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.outputs import Outputs
from pellucid.prediction.predictor import Predictor
from pellucid.runs import RunRecord
from pellucid.tasks import VERDICTS, Adversarial, Diffusion, Draws

_FIX = "Name one by its number: pellucid trace RUN 0 follows the first that `pellucid sample RUN` draws."


class OneDrawing:
    """The row of pictures that are drawn: an example is the number of a drawing, with seed 0."""

    def ask(self, opened: OpenedRun, source: Any) -> Asked:
        """Return the random numbers of which a picture is drawn.

        Raises:
            RecipeError: it is asked for by no number, or the network looks at no drawing.
        """
        task = opened.predictor.task
        if not isinstance(task, Adversarial | Diffusion):
            raise RecipeError(f"'{opened.trained.name}' has no network that looks at what another one draws.")
        if not isinstance(source, int) or source < 0:
            raise RecipeError("A run that draws pictures is asked for one of its own.", fix=_FIX)
        noise, name = task.noise(Draws(0, 0, torch.tensor([source]))), f"drawing {source}"
        if isinstance(task, Diffusion):
            with torch.no_grad():
                noise = task.at_half(parts_of(opened.predictor.model), noise.to(opened.predictor.device))
            name += f", with {task.half_way} of {task.noise_steps} steps of noise left"
        numbers = noise.numpy(force=True)
        return Asked(name, None, numbers, noise=numbers)

    def asked(self, record: RunRecord, whole: Asked) -> Asked:
        """Return it as it is."""
        return whole

    def names(self, record: RunRecord) -> tuple[str, ...]:
        """Return what a discriminator takes pictures for."""
        return VERDICTS

    def words(self, predictor: Predictor, asked: Asked, outputs: Outputs) -> str:
        """Return what the discriminator takes the picture for, or what a network that takes noise away makes of it."""
        if isinstance(predictor.task, Diffusion):
            return f"v is {float(outputs.raw[0, 0]):.4g} at the pixel in the middle"
        share = float(torch.sigmoid(torch.from_numpy(outputs.raw))[0, 0])
        return f"drawn of {asked.prepared.shape[1]} random numbers; real to the discriminator with {share:.1%}"

    def right(self, opened: OpenedRun, index: int) -> str:
        """Return what it is."""
        return VERDICTS[0]

    def known(self, opened: OpenedRun, index: int) -> NDArray[Any]:
        """Refuse: both networks want something else of a drawing.

        Raises:
            RecipeError: always.
        """
        if isinstance(opened.predictor.task, Diffusion):
            raise RecipeError(
                "The loss of taking noise away hangs on steps and noise that are drawn, and is not shown number by "
                "number.",
                fix="Trace the way forward.",
            )
        raise RecipeError(
            "Both networks want something else of a drawing.",
            fix="--target real: the generator's loss; --target drawn: the discriminator's.",
        )

    def typed(self, record: RunRecord, text: str) -> NDArray[Any]:
        """Return 1 of "real", 0 of "drawn".

        Raises:
            RecipeError: it is neither.
        """
        if text not in VERDICTS:
            raise RecipeError(f"--target is '{text:.40}'.", expected=f"One of: {', '.join(VERDICTS)}.")
        return np.asarray(VERDICTS.index(text))
