"""Datasets that are made by a formula: the first steps of a course, the same ones for everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pellucid.data.proposals import Proposal, ProposedSplits
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.tables import TableInputs
from pellucid.kinds import ClassTarget, Column, TableInput, Target, ValueTarget
from pellucid.points import make_points
from pellucid.records import Decision

Floats = NDArray[np.float64]

POINTS, NOISE, SEED = 500, 0.1, 0
"""Of every figure of points: how many, and how far they are moved, as a share of the figure's spread."""
SPEEDS_EACH = 100
ALL = ProposedSplits(
    val=0.0, test=0.0, reason="so few examples are all learned from; how good answers to others are is not measured"
)
HALF = ProposedSplits(val=0.1, test=0.5, reason="points cost nothing, so half of them are for testing")


def table(
    name: str,
    columns: tuple[str, ...],
    numbers: Floats,
    target: Target,
    targets: NDArray[np.int64] | Floats,
) -> RawDataset:
    """Return a table of numbers.

    Args:
        name: of the dataset.
        columns: their names.
        numbers: [N, columns].
        target, targets: what is learned, [N].
    """
    return RawDataset(
        name=name,
        source=name,
        input=TableInput(columns=tuple(Column(name=column, kind="number") for column in columns)),
        target=target,
        inputs=TableInputs({column: numbers[:, place].copy() for place, column in enumerate(columns)}),
        targets=targets,
        content=[hashlib.sha256(row.astype("<f8").tobytes()).digest() for row in numbers],
    )


def _line() -> RawDataset:
    x = np.arange(-1.0, 5.0)
    raw = table("line", ("x",), x[:, None], ValueTarget(name="y"), 3 * x + 1)
    raw.decisions.append(_made("six points of y = 3x + 1"))
    raw.proposed_splits = ALL
    plainly = "plain gradient descent, whose every step can be followed by hand, finds a line"
    raw.proposals = (
        Proposal(field="model", value="linear", reason="a weight and a bias are all that a line has"),
        Proposal(
            field="weight_decay",
            value=0.0,
            reason="the points lie on a line exactly, so nothing is to be smoothed",
        ),
        Proposal(field="batch", value="full", reason="six points are one batch", model="linear"),
        Proposal(field="optimizer", value="sgd", reason=plainly, model="linear"),
        Proposal(field="momentum", value=0.0, reason=plainly, model="linear"),
        Proposal(field="schedule", value="constant", reason="steps get shorter by themselves", model="linear"),
        Proposal(field="lr", value=0.1, reason="each step takes away a fifth of the error", model="linear"),
        Proposal(field="epochs", value=100, reason="until weight and bias do not change any more", model="linear"),
    )
    return raw


_CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
_GATES: dict[str, Callable[[Floats, Floats], NDArray[np.bool_]]] = {
    "and": lambda a, b: (a == 1) & (b == 1),
    "or": lambda a, b: (a == 1) | (b == 1),
    "xor": lambda a, b: a != b,
}


def _gate(name: str) -> RawDataset:
    target = ClassTarget(name=f"a {name} b", classes=("0", "1"))
    raw = table(name, ("a", "b"), _CORNERS, target, _GATES[name](*_CORNERS.T).astype(np.int64))
    raw.decisions.append(_made(f"the four rows of a {name} b"))
    raw.proposed_splits = ALL
    one_unit = Proposal(field="model", value="perceptron", reason="one unit is enough: a straight line is the border")
    hidden = Proposal(field="model", value="mlp", reason="no straight line is the border, so a hidden layer is needed")
    exact = "four rows are right or wrong, so nothing is to be smoothed"
    raw.proposals = (
        hidden if name == "xor" else one_unit,
        Proposal(
            field="hidden",
            value=(4,),
            reason="two could do it, but about every other training with two gets stuck with a row wrong",
            model="mlp",
        ),
        Proposal(field="weight_decay", value=0.0, reason=exact, model="mlp"),
        Proposal(field="batch", value="full", reason="four rows are one batch", model="mlp"),
        Proposal(field="lr", value=0.1, reason="large enough that two units do not get stuck", model="mlp"),
        Proposal(field="epochs", value=200, reason="until the answers are sure", model="mlp"),
    )
    return raw


_HIDDEN: dict[str, tuple[int, ...]] = {
    "circles": (8,),
    "gaussians": (4,),
    "moons": (8,),
    "spiral": (16, 16),
    "xor-cloud": (4,),
}
_TWO_CLASSES: dict[str, tuple[str, ...]] = {
    "circles": ("outer", "inner"),
    "moons": ("upper", "lower"),
    "xor-cloud": ("equal signs", "different signs"),
}
_EPOCHS = {"spiral": 800}
"""Of figures whose borders wind so often that 200 epochs do not bend them far enough."""
_PARTS = {"circles": "circle", "gaussians": "cloud", "spiral": "arm"}
"""What a class is called of figures that have any number of them."""


def _points(figure: str, classes: int = 2) -> RawDataset:
    places, which = make_points(figure, number=POINTS, classes=classes, noise=NOISE, seed=SEED)
    names = _TWO_CLASSES.get(figure) if classes == 2 else None
    names = names or tuple(f"{_PARTS[figure]} {place + 1}" for place in range(classes))
    order = sorted(names)
    target = ClassTarget(name="class", classes=tuple(order))
    targets = np.array([order.index(name) for name in names], np.int64)[which]
    raw = table(figure if classes == 2 else f"{figure}-{classes}", ("x", "y"), places, target, targets)
    raw.decisions.append(_made(f"{POINTS} points, moved by chance by {NOISE:g} of the figure's spread"))
    raw.proposed_splits = HALF
    units = " and ".join(map(str, _HIDDEN[figure]))
    few = f"{units} units are enough for this figure, and few enough to be looked at"
    raw.proposals = (
        Proposal(field="hidden", value=_HIDDEN[figure], reason=few, model="mlp"),
        *_learned_long(_EPOCHS.get(figure, 200)),
    )
    return raw


def _learned_long(epochs: int) -> tuple[Proposal, ...]:
    """Return what a few units need to bend a border as it should be."""
    bent = "borders are to bend as far as the points ask for: there are many of them, and little noise"
    return (
        Proposal(field="weight_decay", value=0.0, reason=bent, model="mlp"),
        Proposal(field="lr", value=0.02, reason="few units take large steps well", model="mlp"),
        Proposal(field="epochs", value=epochs, reason="borders that wind need many steps", model="mlp"),
    )


def _activity() -> RawDataset:
    """Make speeds of people: three that a speed tells apart nearly always, and golf, which is a bit of everything."""
    chance = np.random.default_rng(SEED)
    stand, walk, cart = 0.3, 0.5, 0.2
    kind = chance.choice(3, SPEEDS_EACH, p=(stand, walk, cart))
    golfing = np.choose(
        kind,
        [
            np.abs(chance.normal(0, 0.5, SPEEDS_EACH)),
            chance.normal(4.5, 0.8, SPEEDS_EACH),
            chance.normal(18, 2, SPEEDS_EACH),
        ],
    )
    speeds = {
        "biking": chance.normal(20, 3, SPEEDS_EACH),
        "golfing": golfing,
        "running": chance.normal(10.5, 1.5, SPEEDS_EACH),
        "walking": chance.normal(5, 0.8, SPEEDS_EACH),
    }
    numbers = np.round(np.concatenate(list(speeds.values())), 1)[:, None]
    target = ClassTarget(name="activity", classes=tuple(speeds))
    raw = table("activity", ("speed (km/h)",), numbers, target, np.repeat(np.arange(4), SPEEDS_EACH))
    raw.decisions.append(_made("100 speeds of each of 4 activities, drawn by chance"))
    raw.proposals = (
        Proposal(field="hidden", value=(8,), reason="8 units are enough for the borders along one number", model="mlp"),
        *_learned_long(200),
    )
    return raw


def _made(what: str) -> Decision:
    return Decision(name="made", value=what, reason="it is made by a formula, and the same for everybody")


MADE: dict[str, Callable[[], RawDataset]] = {
    "line": _line,
    **{name: partial(_gate, name) for name in _GATES},
    **{name: partial(_points, name) for name in ("circles", "gaussians", "spiral", "moons", "xor-cloud")},
    **{
        f"{figure}-{classes}": partial(_points, figure, classes)
        for figure in ("circles", "gaussians", "spiral")
        for classes in (3, 4)
    },
    "activity": _activity,
}
"""From a name to its dataset."""
