"""The loss as the last step of the network: its value, and its gradient at each output, with their terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pellucid.errors import RecipeError
from pellucid.trace.arithmetic import Arithmetic, Factor, Floats
from pellucid.trace.call import floats, one
from pellucid.trace.quantile_loss import Pinball

Named = Literal["cross-entropy", "binary cross-entropy", "squared error"]
Criterion = Named | Pinball
"""A loss by its name, or that of quantiles, which has levels and a unit."""
Targets = float | Sequence[Any] | NDArray[Any] | Tensor
FORMULAS: dict[Named, str] = {
    "cross-entropy": "-log softmax(logits)[target]",
    "binary cross-entropy": "-(y log p + (1 - y) log(1 - p)), p = sigmoid(logit)",
    "squared error": "(output - target)^2",
}


@dataclass(frozen=True)
class Loss:
    """The mean loss over a batch.

    Attributes:
        criterion: which loss.
        value: scalar, attached to its graph.
        outputs: [N, K], the model's.
        targets: [N] int64 class indices for cross-entropy, else [N, K] of the outputs' dtype.
    """

    criterion: Criterion
    value: Tensor
    outputs: Tensor
    targets: Tensor

    @property
    def description(self) -> str:
        """Name and formula."""
        mean = ", mean over the examples" if len(self.outputs) > 1 else ""
        if isinstance(self.criterion, Pinball):
            return f"{self.words}: {self.criterion.formula}"
        return f"{self.words}: {FORMULAS[self.criterion]}{mean}"

    @property
    def words(self) -> str:
        """Its name."""
        return self.criterion.words if isinstance(self.criterion, Pinball) else self.criterion

    def arithmetic(self) -> Arithmetic:
        """Return how the loss came about: from the logits of one example, or as the mean over several."""
        z, number = floats(self.outputs), len(self.outputs)
        if self.criterion == "cross-entropy" and number == 1:
            return self._cross_entropy(z[0], int(self.targets[0]))
        if self.criterion == "cross-entropy":
            chosen = floats(self.targets).astype(np.int64)
            tops = z.max(axis=1)
            losses = tops + np.log(np.exp(z - tops[:, None]).sum(axis=1)) - z[np.arange(number), chosen]
            labels = tuple(f"example {place}, target {target}" for place, target in enumerate(chosen.tolist()))
            each = (Factor("loss of each example", losses),)
            magnitude = float(np.abs(z).max() + np.abs(losses).mean())
            return self._made("mean of -log p[target]", losses / number, labels, each, magnitude)
        y = floats(self.targets)
        places = [(n, k) for n in range(number) for k in range(z.shape[1])]
        labels = tuple(f"{f'example {n}, ' if number > 1 else ''}output {k}" for n, k in places)
        if isinstance(self.criterion, Pinball):
            return self._pinball(self.criterion, z, y)
        if self.criterion == "squared error":
            factors = (Factor("output", z.ravel()), Factor("target", y.ravel()))
            return self._made("mean of (output - target)^2", (z - y).ravel() ** 2 / z.size, labels, factors)
        p = 1 / (1 + np.exp(-z))
        losses = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
        read = (Factor("logit", z.ravel()), Factor("p", p.ravel()), Factor("y", y.ravel()))
        magnitude = float(np.abs(z).mean() + np.abs(losses).mean())
        return self._made("mean of -(y log p + (1 - y) log(1 - p))", losses.ravel() / z.size, labels, read, magnitude)

    def _pinball(self, criterion: Pinball, z: Floats, y: Floats) -> Arithmetic:
        slopes = criterion.slopes(z, y)
        terms = (slopes * (y - z)).ravel() / criterion.unit / z.size
        # What is lost is lost where target and quantile are taken from one another.
        size = float((criterion.sizes(z, y) * (np.abs(y) + np.abs(z))).sum()) / criterion.unit / z.size
        several = len(z) > 1
        labels = tuple(
            f"{f'example {n}, ' if several else ''}{criterion.label(k)}"
            for n in range(len(z))
            for k in range(z.shape[1])
        )
        factors = (Factor("quantile", z.ravel()), Factor("target", y.ravel()), Factor("q or q - 1", slopes.ravel()))
        return self._made(criterion.formula, terms, labels, factors, size)

    def _pinball_gradient(self, criterion: Pinball, at: tuple[int, int], value: float) -> Arithmetic:
        level = criterion.levels[at[1] % len(criterion.levels)]
        outputs, targets = floats(self.outputs), floats(self.targets)
        lies_below = bool(targets[at] <= outputs[at])
        terms = np.array([-level, 1.0] if lies_below else [-level]) / criterion.unit / outputs.size
        by = f" / ({criterion.unit:.6g} x {outputs.size:,})"
        labels = (f"- q{by}", *((f"1{by}, for the target lies below",) if lies_below else ()))
        formula = f"how the loss grows with the quantile of {criterion.label(at[1])}"
        return _at_output(self.words, at, value, formula, terms, labels, float(np.abs(terms).sum()))

    def _cross_entropy(self, z: Floats, target: int) -> Arithmetic:
        top = float(z.max())
        exponentials = np.exp(z - top)
        p = exponentials / exponentials.sum()
        terms = np.array([-z[target], top, np.log(exponentials.sum())])
        labels = (f"- logit {target}, the target's", "largest logit", "log of the sum of exp(logit - largest)")
        factors = (
            Factor("logits", z),
            Factor("exponentials", exponentials),
            Factor("p", p),
            Factor("p of the target", np.array(p[target])),
        )
        return self._made("-log p[target] = log(sum of exp(logits)) - logit[target]", terms, labels, factors)

    def gradient_arithmetic(self, example: int, unit: int, value: float) -> Arithmetic:
        """Return how the loss's gradient at one output came about: p - y for cross-entropy.

        Args:
            example: in the batch.
            unit: of the output.
            value: what was computed.
        """
        z = floats(self.outputs[example])
        count = len(self.outputs) if self.criterion == "cross-entropy" else self.outputs.numel()
        mean = f" / {count}" if count > 1 else ""
        if isinstance(self.criterion, Pinball):
            return self._pinball_gradient(self.criterion, (example, unit), value)
        if self.criterion == "squared error":
            terms = 2 * np.array([z[unit], -floats(self.targets)[example, unit]]) / count
            labels, formula = (f"2 x output{mean}", f"- 2 x target{mean}"), f"2 x (output - target){mean}"
            return _at_output(self.words, (example, unit), value, formula, terms, labels, float(np.abs(terms).sum()))
        if self.criterion == "cross-entropy":
            exponentials = np.exp(z - z.max())
            p, y = float((exponentials / exponentials.sum())[unit]), float(self.targets[example] == unit)
        else:
            p, y = float(1 / (1 + np.exp(-z[unit]))), float(self.targets[example, unit])
        terms, labels = np.array([p, -y]) / count, (f"p{mean}", f"- y{mean}")
        # The exponential turns the absolute rounding of a logit into a relative one of p.
        magnitude = (p * (1 + float(np.abs(z).max())) + y) / count
        return _at_output(self.words, (example, unit), value, f"(p - y){mean}", terms, labels, magnitude)

    def _made(
        self,
        formula: str,
        terms: Floats,
        labels: tuple[str, ...],
        factors: tuple[Factor, ...],
        magnitude: float | None = None,
    ) -> Arithmetic:
        size = float(np.abs(terms).sum()) if magnitude is None else magnitude
        return Arithmetic("loss", self.words, (), self.value.item(), formula, terms, labels, factors, size)


def compute_loss(outputs: Tensor, targets: Targets, criterion: Criterion | None = None) -> Loss:
    """Return the mean loss of a batch.

    Args:
        outputs: [N, K], the model's.
        targets: a class index, a list [N] of them, or [N, K] numbers; of one example also without N.
        criterion: the loss; None for what fits: cross-entropy for whole numbers beside several outputs, binary
            cross-entropy for 0 and 1 beside one output and for whole numbers beside each output, squared error for all
            else.

    Raises:
        RecipeError: there is no such class or criterion, or the shapes do not fit.
    """
    if isinstance(criterion, str) and criterion not in get_args(Named):
        raise RecipeError(f"Unknown criterion '{criterion}'.", expected=f"One of: {', '.join(get_args(Named))}.")
    if outputs.ndim != 2:
        raise RecipeError(
            f"The model gives {list(outputs.shape[1:])} numbers per example, and no loss is known for that.",
            expected="A row of outputs per example.",
        )
    number, width = outputs.shape
    given = torch.as_tensor(np.asarray(targets) if not isinstance(targets, Tensor) else targets).detach()
    given = (
        given.reshape(1, -1)[:, 0]
        if given.ndim == 0
        else given[None]
        if number == 1 and given.numel() == width > 1
        else given
    )
    whole = not given.is_floating_point()
    chosen = criterion or _fitting(given, number, width, whole=whole)
    if chosen == "cross-entropy":
        classes = _classes(given, number, width, whole=whole)
        return Loss(chosen, functional.cross_entropy(outputs, classes), outputs, classes)
    if isinstance(chosen, Pinball):
        beside = chosen.spread_out(given, outputs)
        return Loss(chosen, chosen.value(outputs, beside), outputs, beside)
    if given.numel() != outputs.numel():
        raise RecipeError(
            f"The targets have the shape {list(given.shape)}.", expected=f"Numbers of the shape {[number, width]}."
        )
    wanted = given.reshape(number, width).to(outputs.dtype)
    if chosen == "squared error":
        return Loss(chosen, functional.mse_loss(outputs, wanted), outputs, wanted)
    return Loss(chosen, functional.binary_cross_entropy_with_logits(outputs, wanted), outputs, wanted)


def _fitting(given: Tensor, number: int, width: int, *, whole: bool) -> Named:
    if whole and width > 1 and given.numel() == number:
        return "cross-entropy"
    return "binary cross-entropy" if whole and bool(((given == 0) | (given == 1)).all()) else "squared error"


def _classes(given: Tensor, number: int, width: int, *, whole: bool) -> Tensor:
    if not whole or given.numel() != number:
        raise RecipeError(
            f"Cross-entropy needs a class per example, and got numbers of the shape {list(given.shape)}.",
            expected=f"{number} whole numbers from 0 to {width - 1}.",
        )
    classes = given.reshape(-1).long()
    wrong = classes[(classes < 0) | (classes >= width)]
    if len(wrong):
        raise RecipeError(f"There is no class {int(wrong[0])}.", expected=f"0 to {width - 1}.")
    return classes


def _at_output(
    criterion: str,
    at: tuple[int, int],
    value: float,
    formula: str,
    terms: Floats,
    labels: tuple[str, ...],
    magnitude: float,
) -> Arithmetic:
    factors = tuple(Factor(label, one(float(term))) for label, term in zip(labels, terms, strict=True))
    return Arithmetic("gradient at the output", criterion, at, value, formula, terms, labels, factors, magnitude)
