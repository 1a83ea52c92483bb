"""A sanity check, deletion and insertion (Petsiuk et al. 2018): does what a map marks matter more than parts at random.

The input's parts are taken away in the order of the map, the most marked first, and the answer is looked at again
(deletion); and they are put into a blurred picture in that order (insertion). A good map makes the answer fall early
and rise early. The same is done in random orders of the same parts, so that chance has an interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pellucid.attribution.agreement import GRID
from pellucid.attribution.question import Question

RANDOM_ORDERS = 19
"""With 19, a map that is better than all of them is better than chance at a level of 1 in 20, exactly."""
FIRST, STEPS = (1, 2, 4), 6
"""Numbers of parts at which the answer is looked at: the first few, for the class may hang on a single part, and then
in even steps."""
FEWEST_PARTS = 6
"""With fewer parts there are too few orders to tell one from chance."""
LEVEL = 0.05
BLUR = 1 / 16
"""Standard deviation of the blur that insertion starts from, as a share of the longer side."""


@dataclass(frozen=True)
class DeletionCheck:
    """What becomes of the answer when parts are taken away, and put back, in the order of a map.

    Attributes:
        shares: [S] of the parts that are taken away or put in, from 0 to 1.
        deletion, insertion: [S] answers (probability, or value) in the map's order.
        random_deletion, random_insertion: [R, S] answers in random orders.
    """

    shares: NDArray[np.float64]
    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]
    random_deletion: NDArray[np.float64]
    random_insertion: NDArray[np.float64]

    @property
    def gain(self) -> float:
        """Area under the insertion curve less that under the deletion curve: the larger, the better the map."""
        return self._area(self.insertion) - self._area(self.deletion)

    @property
    def random_gains(self) -> NDArray[np.float64]:
        """[R] the same of the random orders."""
        pairs = zip(self.random_insertion, self.random_deletion, strict=True)
        return np.array([self._area(insertion) - self._area(deletion) for insertion, deletion in pairs])

    @property
    def p(self) -> float:
        """Probability that a random order does as well: (1 + those that do) / (1 + all), by counting."""
        return float((1 + (self.random_gains >= self.gain).sum()) / (1 + len(self.random_gains)))

    @property
    def passed(self) -> bool:
        """Whether the map is better than chance, at a level of 1 in 20."""
        return self.p <= LEVEL

    @property
    def warning(self) -> str:
        """A plain sentence where the check failed, else ""."""
        if self.passed:
            return ""
        as_good = int((self.random_gains >= self.gain).sum())
        return (
            "Don't trust this map: removing what it marks changed the answer no more than removing random parts "
            f"({as_good} of {len(self.random_gains)} random orders did as well)."
        )

    @property
    def verdict(self) -> str:
        """A few words where the check failed, else ""."""
        return "" if self.passed else "No better than random parts."

    def __str__(self) -> str:
        return self.warning or (
            "Removing what the map marks changed the answer more than removing random parts: none of "
            f"{len(self.random_gains)} random orders did as well."
        )

    def _area(self, curve: NDArray[np.float64]) -> float:
        return float(np.trapezoid(curve, self.shares))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        gains = self.random_gains
        return {
            "shares": self.shares.tolist(),
            "deletion": self.deletion.tolist(),
            "insertion": self.insertion.tolist(),
            "deletion_auc": self._area(self.deletion),
            "insertion_auc": self._area(self.insertion),
            "gain": self.gain,
            "random_orders": len(gains),
            "random_gain_low": float(gains.min()),
            "random_gain_high": float(gains.max()),
            "p": self.p,
            "passed": self.passed,
        }


def check_by_deletion(question: Question, cells: NDArray[np.float32]) -> DeletionCheck | None:
    """Take away and put back parts in the map's order and in random ones.

    Args:
        question: what the map answered.
        cells: the map, [rows, columns] or [D].

    Returns:
        None where the input has too few parts to tell.
    """
    parts = _parts(question.inputs, cells)
    num = int(parts.max()) + 1
    if num < FEWEST_PARTS:
        return None
    heat = _mean_of_parts(parts, cells, num)
    chance = np.random.default_rng(question.seed)
    orders = [np.argsort(-heat, kind="stable"), *(chance.permutation(num) for _ in range(RANDOM_ORDERS))]
    even = np.linspace(0, num, STEPS + 1).round().astype(np.int64)
    counts = np.unique(np.concatenate([even, np.array([count for count in FIRST if count < num], np.int64)]))
    places = torch.from_numpy(parts).to(question.inputs.device)
    start = blurred(question.inputs) if question.inputs.ndim == 4 else question.baseline
    deleted = _curves(question, places, orders, counts, under=question.inputs, over=question.baseline)
    inserted = _curves(question, places, orders, counts, under=start, over=question.inputs)
    return DeletionCheck(counts / num, deleted[0], inserted[0], deleted[1:], inserted[1:])


def blurred(inputs: Tensor) -> Tensor:
    """Return [1, C, H, W] after a Gaussian blur, mirrored at the edges."""
    height, width = inputs.shape[2:]
    sigma = max(1.0, BLUR * max(height, width))
    result = inputs
    for axis, side in ((2, height), (3, width)):
        radius = min(int(3 * sigma), side - 1)
        offsets = torch.arange(-radius, radius + 1, device=inputs.device, dtype=inputs.dtype)
        kernel = torch.exp(-(offsets**2) / (2 * sigma**2))
        kernel = (kernel / kernel.sum()).view(1, 1, -1, 1) if axis == 2 else (kernel / kernel.sum()).view(1, 1, 1, -1)
        padding = (0, 0, radius, radius) if axis == 2 else (radius, radius, 0, 0)
        padded = functional.pad(result, padding, mode="reflect")
        result = functional.conv2d(padded, kernel.expand(len(inputs[0]), 1, -1, -1), groups=len(inputs[0]))
    return result


def _curves(
    question: Question,
    parts: Tensor,
    orders: list[NDArray[np.int64]],
    counts: NDArray[np.int64],
    *,
    under: Tensor,
    over: Tensor,
) -> NDArray[np.float64]:
    """Return [orders, S] answers to `under` with the first parts of each order shown from `over`."""
    ends = question.scores(torch.cat([under, over]), answered=True).double().tolist()
    inner = counts[1:-1]
    masks = []
    for order in orders:
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        rank = torch.from_numpy(place).to(parts.device)[parts]
        masks += [rank < int(count) for count in inner]
    answers: list[float] = []
    for first in range(0, len(masks), question.copies):
        shown = torch.stack(masks[first : first + question.copies])
        shown = shown[:, None] if under.ndim == 4 else shown
        answers += question.scores(torch.where(shown, over, under), answered=True).double().tolist()
    middle = np.array(answers).reshape(len(orders), len(inner))
    return np.hstack([np.full((len(orders), 1), ends[0]), middle, np.full((len(orders), 1), ends[1])])


def _parts(inputs: Tensor, cells: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return [H, W], [C, T] or [D]: the number of each place's part; parts are the map's cells, 14 a side."""
    if inputs.ndim == 2:
        return np.arange(inputs.shape[1])
    (height, width) = inputs.shape[-2:]
    rows, columns = (min(GRID, size) for size in cells.shape)
    row = np.arange(height) * rows // height
    column = np.arange(width) * columns // width
    return np.asarray(row[:, None] * columns + column[None], np.int64)


def _mean_of_parts(parts: NDArray[np.int64], cells: NDArray[np.float32], num: int) -> NDArray[np.float64]:
    if parts.ndim == 1:
        return cells.astype(np.float64)
    whole = functional.interpolate(
        torch.from_numpy(np.ascontiguousarray(cells))[None, None], parts.shape, mode="bilinear", align_corners=False
    )[0, 0].double()
    sums = np.bincount(parts.reshape(-1), weights=whole.numpy().reshape(-1), minlength=num)
    mean: NDArray[np.float64] = sums / np.bincount(parts.reshape(-1), minlength=num)
    return mean
