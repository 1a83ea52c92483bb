"""What a network that gives pictures back makes of them on the way: their codes, and what comes of a code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.models import Autoencoder
from pellucid.prediction.predictor import Predictor
from pellucid.tasks import IDLE, Disturbs, PictureAnswer, divergences

__all__ = ["IDLE", "Codes", "GivenBack", "codes_of", "decoded", "given_back"]


class Codes(NamedTuple):
    """The codes of N pictures.

    Attributes:
        means: [N, L] float32; of a variational encoder the means.
        kl: [L] the KL term of each number in nats, the mean over the pictures; None of a plain encoder.
    """

    means: NDArray[np.float32]
    kl: NDArray[np.float64] | None


class GivenBack(NamedTuple):
    """Pictures, what the network sees of them, and what it gives back; [N, C, H, W] float32 from 0 to 1.

    Attributes:
        clean: the pictures.
        seen: with the noise that they are measured with; None where there is none.
        back: what is given back.
    """

    clean: NDArray[np.float32]
    seen: NDArray[np.float32] | None
    back: NDArray[np.float32]


@torch.no_grad()
def codes_of(predictor: Predictor, dataset: Dataset, indices: NDArray[np.int64]) -> Codes | None:
    """Return the codes of pictures without noise; None of a network that has none.

    Args:
        predictor: of the run.
        dataset: what was trained on.
        indices: [N] of the pictures in it.
    """
    model = predictor.model
    if not isinstance(model, Autoencoder):
        return None
    code = model.encoder(predictor.batch(dataset, indices).inputs).float()
    means, logs = code[:, : model.latent], code[:, model.latent :]
    kl = divergences(means.double(), logs.double()).mean(0).numpy(force=True) if model.is_variational else None
    return Codes(means.numpy(force=True), kl)


@torch.no_grad()
def decoded(predictor: Predictor, codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [n, C, H, W] levels that come of [n, L] codes.

    Raises:
        TypeError: the run's network has no codes.
    """
    model = predictor.model
    if not isinstance(model, Autoencoder):
        raise TypeError(f"{type(model).__name__} has no codes.")
    levels = model.decoder(torch.from_numpy(codes).to(predictor.device)).float()
    found: NDArray[np.float32] = levels.reshape(-1, *predictor.record.model.form.shape).numpy(force=True)
    return found


def given_back(predictor: Predictor, dataset: Dataset, indices: NDArray[np.int64]) -> GivenBack:
    """Return pictures as they are measured.

    Args:
        predictor: of the run.
        dataset: what was trained on.
        indices: [N] of the pictures in it.
    """
    batch, task = predictor.batch(dataset, indices), predictor.task
    clean: NDArray[np.float32] = batch.inputs.numpy(force=True)
    seen = task.given(batch.inputs, batch.draws).numpy(force=True) if isinstance(task, Disturbs) else clean
    answer = PictureAnswer.of(predictor.answer(predictor.split_outputs(dataset, indices)))
    return GivenBack(clean, None if np.array_equal(seen, clean) else seen, answer.levels)
