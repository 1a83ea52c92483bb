"""How wide a forecast's bands have to be, so that 80 % means 80: measured on the validation split.

Conformalised quantile regression (Y. Romano, E. Patterson and E. Candès 2019, NeurIPS), with distances measured in the
band's own width, so that one factor serves steps near and far: a value's score is how many times the distance from the
median to the border it lies away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import BANDS
from pellucid.runs import Answering

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import KnownFeatures, Predictor
    from pellucid.tasks import FutureAnswer

FEWEST_VALUES = 20
"""Validation values below which bands stay as the network gives them."""
_NARROWEST, _WIDEST = 0.25, 4.0
_FEW_WINDOWS = 5.0
"""Windows without overlap of which a factor that narrows counts half."""
_TELL_THE_OUTERMOST = 20.0
"""Windows without overlap from which on the outermost band is fitted by itself: one value in twenty lies outside."""


def fit_future(predictor: Predictor, dataset: Dataset) -> tuple[Answering, KnownFeatures | None]:
    """Fit a factor for each band, and how alike the errors of neighbouring steps are."""
    import torch

    from pellucid.tasks import FutureAnswer, echo_of

    indices = dataset.splits["val"]
    if not len(indices):
        return Answering(bands_note="as the network gives them: there are no validation examples"), None
    right = dataset.targets[indices].astype(np.float64)
    if right.size < FEWEST_VALUES:
        return Answering(bands_note=f"as the network gives them: {right.size} validation values are too few"), None
    raw = torch.from_numpy(predictor.split_outputs(dataset, indices).raw)
    plain = FutureAnswer.of(predictor.task.answer(raw))
    scores = {level: band_scores(plain, right, level) for level in BANDS}
    apart = len(indices) / right.shape[1]
    factors = band_factors(scores, windows=apart)
    note = (
        f"each band's width times a factor, so that it covers its share of {right.size:,} validation values, in "
        f"{apart:.1f} windows that do not overlap: the fewer, the wider"
    )
    if apart < _TELL_THE_OUTERMOST:
        note += "; the outermost is at least as much wider than the network gives it as the one within"
    echo = echo_of(plain.widened(factors), right)
    return Answering(bands=factors, bands_note=note, bands_windows=apart, echo=echo), None


def band_factors(scores: Mapping[int, NDArray[np.float64]], *, windows: float) -> tuple[float, ...]:
    """Return by what each of `BANDS` is multiplied.

    A few windows cannot tell what one value in twenty does: what they say at most, all bands would hold. There the
    outermost grows at least as the one within it does, and stays as much wider as the network learned.

    Args:
        scores: of the values, by the band's level; see `band_scores`.
        windows: how many of the windows do not overlap.
    """
    factors = [band_factor(scores[level], level / 100, windows=windows) for level in BANDS]
    if windows < _TELL_THE_OUTERMOST:
        factors[0] = max(factors[0], factors[1])
    return tuple(factors)


def band_scores(plain: FutureAnswer, right: NDArray[np.float64], level: int) -> NDArray[np.float64]:
    """Return [N x h] of each value how many times the distance from the median to its border it lies away.

    Args:
        plain: answers to N examples, as the network gives them.
        right: [N, h] what came.
        level: of the band, in percent.
    """
    low, high = (side.astype(np.float64) for side in plain.band(level))
    median, values = plain.median.astype(np.float64), right
    if plain.positive:
        tiny = float(np.finfo(np.float32).tiny)
        low, high, median, values = (np.log(np.maximum(one, tiny)) for one in (low, high, median, right))
    off = values - median
    reach = np.maximum(np.where(off >= 0, high - median, median - low), 1e-12)
    return np.asarray(np.abs(off) / reach).reshape(-1)


def band_factor(scores: NDArray[np.float64], share: float, *, windows: float) -> float:
    """Return by what a band is multiplied so that it covers a share of values like these.

    One quiet year does not say that all will be quiet: the share that must be covered is raised by half a standard
    error of what so few windows can tell, and of a factor that narrows the logarithm counts only in part.

    Args:
        scores: of the values, from 0 on.
        share: to be covered, in (0, 1).
        windows: how many of the windows do not overlap.
    """
    unsure = 0.5 * float(np.sqrt(share * (1 - share) / max(windows, 1.0)))
    wanted = min(1.0, share * (1 + 1 / len(scores)) + unsure)
    exact = float(np.clip(np.quantile(scores, wanted), _NARROWEST, _WIDEST))
    return exact if exact >= 1 else float(exact ** (windows / (windows + _FEW_WINDOWS)))
