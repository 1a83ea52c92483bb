"""A linear model on a table as one would write it down: its weights in the units of the columns, all scaling undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pellucid.kinds import INPUTS, KindTable, Refused
from pellucid.prediction.predictor import Predictor
from pellucid.preprocessing import NumberColumn, TablePreprocessing
from pellucid.tasks import AnswerStep

MOST_TERMS, MOST_EQUATIONS = 12, 10
"""Terms and equations that are written out; of more, those that count most."""
_WITHOUT_NUMBERS = (nn.Flatten, nn.Dropout, nn.Identity)


@dataclass(frozen=True)
class Term:
    """A weight and what it is multiplied by.

    Attributes:
        weight: per unit of the column; of a word what it adds.
        column: e.g. "age", "[colour = red]", or "ln(1 + income / 520)" of a column on a logarithmic scale.
        size: how much it moves the result for one deviation of the column in training (of a word: for the word).
    """

    weight: float
    column: str
    size: float


@dataclass(frozen=True)
class Equation:
    """What the model computes for one number, class or label.

    Attributes:
        name: of the result, e.g. "price", "log-odds of yes".
        terms: one per feature, in their order.
        constant: what is added.
    """

    name: str
    terms: tuple[Term, ...]
    constant: float

    def __str__(self) -> str:
        """Return e.g. "price = 3 rooms - 0.25 age + 1"; of many terms those that count most."""
        shown = self.terms
        if len(shown) > MOST_TERMS:
            shown = tuple(sorted(shown, key=lambda term: -abs(term.size))[:MOST_TERMS])
        parts = [(term.weight, f"{abs(term.weight):.4g} {term.column}") for term in shown]
        parts.append((self.constant, f"{abs(self.constant):.4g}"))
        first, *rest = parts
        written = f"{'-' if first[0] < 0 else ''}{first[1]}"
        written += "".join(f" {'-' if value < 0 else '+'} {words}" for value, words in rest)
        left_out = len(self.terms) - len(shown)
        return f"{self.name} = {written}{f' + {left_out:,} smaller terms' if left_out else ''}"


@dataclass(frozen=True)
class Formula:
    """A linear model in the data's own units.

    Attributes:
        equations: one per number, class or label; one for two classes.
        notes: how the answer follows from them, and what else must be known, a sentence each.
    """

    equations: tuple[Equation, ...]
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The equations and the notes, a line each; of many equations the first."""
        left_out = len(self.equations) - MOST_EQUATIONS
        more = (f"and {left_out:,} more",) if left_out > 0 else ()
        return (*map(str, self.equations[:MOST_EQUATIONS]), *more, *self.notes)

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        equations = [
            {
                "name": one.name,
                "constant": one.constant,
                "terms": [{"column": term.column, "weight": term.weight, "size": term.size} for term in one.terms],
            }
            for one in self.equations
        ]
        return {"equations": equations, "notes": list(self.notes)}


def formula_of(predictor: Predictor) -> Formula | None:
    """Return what a run's model computes, in the data's own units; None where it is not linear, or reads pictures.

    The scaling of the inputs, the temperature, the correction for emphasised classes and the scaling of the target are
    folded into the weights, in float64.
    """
    kind = predictor.record.preprocessing.kind
    return FORMULAS[kind](predictor) if kind in FORMULAS else None


def _of_columns(predictor: Predictor) -> Formula | None:
    preprocessing, layer = TablePreprocessing.of(predictor.record.preprocessing), _only_layer(predictor.model)
    if layer is None:
        return None
    weights = layer.weight.detach().double().numpy(force=True)
    constants = np.zeros(len(weights)) if layer.bias is None else layer.bias.detach().double().numpy(force=True)
    if weights.shape[1] != len(preprocessing.feature_names) or not _is_all(predictor, weights, constants):
        return None
    steps = predictor.task.answer_steps(torch.zeros(1, predictor.task.output_width))
    weights, constants, left = _fold(steps, weights, constants)
    means, deviations, columns = _features(preprocessing)
    own = weights / deviations
    constants = constants - (own * means).sum(axis=1)
    equations = tuple(
        Equation(
            name,
            tuple(Term(float(w), column, float(size)) for w, column, size in zip(row, columns, sizes, strict=True)),
            float(constant),
        )
        for name, row, sizes, constant in zip(_names(predictor, left), own, weights, constants, strict=True)
    )
    corrections = tuple(step.note for step in steps if step.note)
    return Formula(equations, (*_how_the_answer_follows(left, is_step=_is_step(predictor)), *corrections))


def _is_step(predictor: Predictor) -> bool:
    """Tell whether the model learned by the perceptron's rule, which knows a step and no probability."""
    return predictor.record.recipe.objective.loss == "perceptron"


def _only_layer(model: nn.Module) -> nn.Linear | None:
    """Return the only layer of a network that has no other with numbers or a curve; None of any other network."""
    leaves = [part for part in model.modules() if not any(True for _ in part.children())]
    layers = [part for part in leaves if not isinstance(part, _WITHOUT_NUMBERS)]
    return layers[0] if len(layers) == 1 and isinstance(layers[0], nn.Linear) else None


@torch.no_grad()
def _is_all(predictor: Predictor, weights: NDArray[np.float64], constants: NDArray[np.float64]) -> bool:
    """Tell whether the layer is all that the network computes: a module of the user's own may do more besides."""
    rows = np.random.default_rng(0).normal(size=(8, weights.shape[1]))
    given = predictor.model(torch.from_numpy(rows.astype(np.float32)).to(predictor.device)).double().numpy(force=True)
    wanted = rows @ weights.T + constants
    scale = np.abs(rows) @ np.abs(weights).T + np.abs(constants)
    return given.shape == wanted.shape and bool((np.abs(given - wanted) <= 1e-5 * scale + 1e-30).all())


def _fold(
    steps: Sequence[AnswerStep], weights: NDArray[np.float64], constants: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[AnswerStep]]:
    """Fold the straight steps to the answer into weights [K, D] and constants [K]; also return the steps behind."""
    for place, step in enumerate(steps):
        if step.kind not in ("divide", "add", "scale"):
            return weights, constants, list(steps[place:])
        scale = np.array(step.scale) if step.scale else np.ones(len(weights))
        shift = np.array(step.shift) if step.shift else np.zeros(len(weights))
        # A step s y + t after y = W x + b is (s W) x + (s b + t): straight again.
        if step.kind == "divide":
            scale = 1 / scale
        weights, constants = weights * scale[:, None], constants * scale + shift
    return weights, constants, []


def _features(preprocessing: TablePreprocessing) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Return mean [D], deviation [D] and words of each feature."""
    means: list[float] = []
    deviations: list[float] = []
    columns: list[str] = []
    for column in preprocessing.columns:
        if isinstance(column, NumberColumn):
            means.append(column.mean)
            deviations.append(column.std)
            columns.append(f"ln(1 + {column.name} / {column.fill:.4g})" if column.log else column.name)
        else:
            means += [0.0] * len(column.categories)
            deviations += [1.0] * len(column.categories)
            columns += [f"[{column.name} = {category or 'empty'}]" for category in column.categories]
    return np.array(means), np.array(deviations), columns


def _names(predictor: Predictor, left: Sequence[AnswerStep]) -> tuple[str, ...]:
    """Return what the numbers are called on which the steps that are left over are done."""
    names = predictor.record.dataset.target.answers[-predictor.task.output_width :]
    if not left:
        return names
    is_score = left[0].kind == "softmax" or _is_step(predictor)
    called = "z" if left[-1].name == "into-bounds" else "score" if is_score else "log-odds"
    return tuple(f"{called} of {name}" for name in names)


def _how_the_answer_follows(left: Sequence[AnswerStep], *, is_step: bool) -> tuple[str, ...]:
    if not left:
        return ()
    if is_step and left[0].kind != "softmax":
        return (
            "The perceptron answers yes where the score is 0 or more, else no. What is shown as a probability is "
            "1 / (1 + exp(-score)), of which its rule knows nothing.",
        )
    if left[-1].name == "into-bounds":
        width, low = left[-1].scale[0], left[-1].shift[0]
        return (f"The answer is {low:g} + {width:g} / (1 + exp(-z)), so that it stays within its bounds.",)
    if left[0].kind == "softmax":
        return ("The probabilities are the softmax of the scores: exp(score) / sum of exp(scores).",)
    return ("The probability is 1 / (1 + exp(-log-odds)).",)


FORMULAS: KindTable[Callable[[Predictor], Formula | None]] = KindTable(
    "formula",
    INPUTS,
    {
        "table": _of_columns,
        "image": Refused("A formula is written in names of columns, and pictures have none."),
        "series": Refused("A formula is written in names of columns, and series have none."),
        "text": Refused("A formula is written in names of columns, and texts have none."),
    },
)
