"""Targets that are numbers, in units of their own spread: measured on the training split alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pellucid.data import Dataset
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import TARGETS, Anchor, FutureTarget, KindTable, Refused, code_points
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.prepare import open_inputs
from pellucid.preprocessing.series import SeriesPreprocessing
from pellucid.preprocessing.table import Finite, Positive, Scale, centre_and_spread
from pellucid.preprocessing.tokenising import BEGIN, SPECIAL, UNKNOWN
from pellucid.records import Decision, Record
from pellucid.words import counted

_SMALLEST_SPREAD, _LARGEST_TARGET = 1e-36, 1e36
"""Targets beyond these could be learned, scaled, but not answered: float32 goes from 1e-38 to 3e38."""


class TargetScaling(Record):
    """A numeric target in units of its own spread: learned as (y - mean) / std, answered as y; as it is for 0 and 1."""

    mean: Finite
    std: Positive

    @classmethod
    def fit(cls, targets: NDArray[Any]) -> TargetScaling:
        """Measure on the training split's targets, [N] numbers; a constant target gets std 1."""
        mean, std = centre_and_spread(np.asarray(targets, np.float64))
        return cls(mean=mean, std=std)

    def scale(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return (values - mean) / std as float32; computed in float64, for targets like 1,000,000.1."""
        return ((np.asarray(values, np.float64) - self.mean) / self.std).astype(np.float32)

    def decisions(self) -> tuple[Decision, ...]:
        """Return what there is to say of it: nothing."""
        return ()

    def units(self) -> dict[str, Any]:
        """Return what a task has to know beside mean and deviation: nothing."""
        return {}


class FutureScaling(TargetScaling):
    """What continues a series: in the units of its channel, and what its network counts from."""

    log: bool = False
    """Whether logarithms are learned."""
    anchor: Anchor = "none"
    """The window's last value, the value a season before, as it is or moved, or nothing (the mean of training)."""
    spread: Positive = 1.0
    """The root of the mean square of what the anchor misses in training, in the scaled units."""
    channel: Annotated[int, Field(ge=0)] = 0
    """Of the inputs, that is continued."""
    misses: dict[Anchor, Finite] = Field(default_factory=dict)
    """Of each anchor that could be chosen: how far it is off in training, but for a constant, in scaled units."""

    def scale(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Return values of any shape, scaled; of a series that is learned as its logarithm that one's."""
        given = np.asarray(values, np.float64)
        return super().scale(np.log(given) if self.log else given)

    def decisions(self) -> tuple[Decision, ...]:
        """Return what the network counts from, and why."""
        told = ", ".join(f"{_ANCHORS[name]} {value:.3g}" for name, value in self.misses.items())
        reason = f"but for a constant it misses least in training (in deviations of the series: {told}) (--anchor)"
        chosen = reason if len(self.misses) > 1 else "as asked for"
        return (Decision(name="anchor", value=_ANCHORS[self.anchor], reason=chosen),)

    def units(self) -> dict[str, Any]:
        """Return what a task has to know beside mean and deviation, by the names that it has there."""
        return {"log": self.log, "anchor": self.anchor, "spread": self.spread, "channel": self.channel}


class AnswerTokens(TargetScaling):
    """Answers that are texts, as numbers of their characters: 0 is padding, 1 unknown, 2 the end."""

    mean: Finite = 0.0
    std: Positive = 1.0
    alphabet: Annotated[str, Field(min_length=1)]
    """The characters from number 3 on, by code point; those of the training split."""

    def scale(self, values: NDArray[Any]) -> NDArray[np.int32]:
        """Return [N, U + 1] numbers of characters of [N, U] code points, each answer with its end."""
        points = np.asarray(values, np.int32)
        known = code_points(self.alphabet)
        places = np.searchsorted(known, points).clip(max=len(known) - 1)
        numbers = np.where(known[places] == points, places + len(SPECIAL), UNKNOWN)
        tokens = np.zeros((len(points), points.shape[1] + 1), np.int32)
        tokens[:, :-1] = np.where(points == 0, 0, numbers)
        tokens[np.arange(len(points)), (points != 0).sum(axis=1)] = BEGIN
        return tokens

    def decisions(self) -> tuple[Decision, ...]:
        """Return of how many characters answers are written."""
        reason = "those of the training answers; an answer with any other cannot be written"
        return (Decision(name="alphabet", value=counted(len(self.alphabet), "character"), reason=reason),)

    def units(self) -> dict[str, Any]:
        """Return the characters."""
        return {"alphabet": self.alphabet}


_ANCHORS: dict[Anchor, str] = {
    "last": "the last value",
    "season": "the value a season before",
    "moved-season": "the value a season before, moved as far as the last one lies above its own",
    "moved-seasons": "the mean of one and two seasons before, each moved as far as the last value lies above its own",
    "none": "the mean",
}
Scalings: TypeAlias = TargetScaling | FutureScaling | AnswerTokens | tuple[TargetScaling, ...]


def fit_target_scaling(
    dataset: Dataset,
    *,
    scale: Scale | None = None,
    preprocessing: Preprocessing | None = None,
    anchor: Anchor | None = None,
) -> Scalings:
    """Measure the targets' mean and deviation on the training split, for a regression; of each of several targets.

    Args:
        dataset: of numbers.
        scale: "none" leaves the targets as they are.
        preprocessing: fitted, of the inputs: what continues a series has its units.
        anchor: what a forecast counts from; None for what alone misses least in training.

    Raises:
        DataError: the targets are too small or too large for answers in float32.
        RecipeError: the target's kind is not scaled; or the window does not reach back to what is to be counted from.
    """
    return _FITTED[dataset.target.kind](_Asked(dataset, scale, preprocessing, anchor))


@dataclass(frozen=True)
class _Asked:
    dataset: Dataset
    scale: Scale | None
    preprocessing: Preprocessing | None
    anchor: Anchor | None


def _each_number(asked: _Asked) -> tuple[TargetScaling, ...]:
    dataset = asked.dataset
    numbers = dataset.target.numbers(dataset.targets[dataset.splits["train"]])
    for name, values in numbers:
        _check_range(name, values)
    plain = TargetScaling(mean=0.0, std=1.0)
    return tuple(plain if asked.scale == "none" else TargetScaling.fit(values) for _, values in numbers)


_NO_ANCHOR = "--anchor (anchor=) is about series that are forecast."


def _in_own_units(asked: _Asked) -> tuple[TargetScaling, ...]:
    if asked.anchor is not None:
        raise RecipeError(_NO_ANCHOR, fix="Leave it out.")
    return _each_number(asked)


def _of_future(asked: _Asked) -> FutureScaling:
    """Take over the units of the channel that is continued, and measure what each anchor misses."""
    dataset, target = asked.dataset, FutureTarget.of(asked.dataset.target)
    assert asked.preprocessing is not None
    preprocessing = SeriesPreprocessing.of(asked.preprocessing)
    channel = preprocessing.channels.index(target.name)
    plain = FutureScaling(
        mean=preprocessing.mean[channel],
        std=preprocessing.std[channel],
        log=preprocessing.takes_log(channel),
        channel=channel,
    )
    train = dataset.splits["train"]
    chosen = train[np.unique(np.linspace(0, len(train) - 1, min(len(train), _MOST_MEASURED)).astype(np.int64))]
    targets = dataset.targets[chosen]
    _check_range(target.name, targets)
    windows = open_inputs(dataset, preprocessing, chosen)[:][:, channel].astype(np.float64)
    futures, steps = plain.scale(targets).astype(np.float64), np.arange(target.horizon)
    counted: dict[Anchor, NDArray[np.float64]] = {"none": np.zeros_like(futures), "last": windows[:, -1:]}
    season, length = target.season, windows.shape[1]
    passed = steps // season + 1
    if 1 < season <= length:
        counted["season"] = windows[:, steps - season * passed]
    if 1 < season < length:
        counted["moved-season"] = counted["season"] + (windows[:, -1:] - windows[:, -1 - season, None]) * passed
    if season > 1 and 2 * season < length:
        grown = (windows[:, -1:] - windows[:, -1 - 2 * season, None]) * (passed + 1) / 2
        counted["moved-seasons"] = (counted["moved-season"] + windows[:, steps - season * (passed + 1)] + grown) / 2
    if asked.anchor is not None and asked.anchor not in counted:
        raise RecipeError(
            f"--anchor {asked.anchor} (anchor=): the season is {target.season:,} steps, and a window has "
            f"{windows.shape[1]:,}.",
            fix="Choose a longer --window, or --anchor last.",
        )
    misses = {name: _left(futures - given) for name, given in counted.items()}
    least: Anchor = min(misses, key=lambda name: misses[name])
    anchor: Anchor = least if asked.anchor is None else asked.anchor
    spread = float(np.sqrt(np.square(futures - counted[anchor]).mean()))
    said = {name: value for name, value in misses.items() if asked.anchor in (None, name)}
    return plain.model_copy(update={"anchor": anchor, "spread": spread if spread > 1e-6 else 1.0, "misses": dict(said)})


def _left(missed: NDArray[np.float64]) -> float:
    """Return how far [N, h] misses lie from their median, step by step, on the mean: a constant is soon learned."""
    return float(np.abs(missed - np.median(missed, axis=0)).mean())


def _of_texts(asked: _Asked) -> AnswerTokens:
    if asked.anchor is not None:
        raise RecipeError(_NO_ANCHOR, fix="Leave it out.")
    points = np.unique(asked.dataset.targets[asked.dataset.splits["train"]])
    return AnswerTokens(alphabet="".join(map(chr, points[points > 0].tolist())))


_MOST_MEASURED = 5_000
"""Training windows on which anchors are compared, evenly spread."""
_NOT_SCALED = Refused("Classes and labels are not scaled: they are no numbers.")
_FITTED: KindTable[Callable[[_Asked], Scalings]] = KindTable(
    "scaling of the target",
    TARGETS,
    {
        "class": _NOT_SCALED,
        "labels": _NOT_SCALED,
        "mask": _NOT_SCALED,
        "next": Refused("Tokens are not scaled: they are no numbers."),
        "generated": Refused("Pictures that are drawn are not scaled: they have levels from 0 to 1."),
        "paired": Refused("Pictures are not scaled: they have levels from 0 to 1."),
        "picture": Refused("Pictures that are given back are not scaled: they have levels from 0 to 1."),
        "text": _of_texts,
        "value": lambda asked: _in_own_units(asked)[0],
        "values": _in_own_units,
        "future": _of_future,
    },
)
"""How a record holds the scalings of a target's numbers, by the target's kind."""


def _check_range(name: str, targets: NDArray[Any]) -> None:
    """Raise DataError where [N] targets could be learned, but not answered: answers are float32."""
    largest = float(np.abs(targets).max())
    if largest > _LARGEST_TARGET or 0 < float(np.ptp(targets)) < _SMALLEST_SPREAD:
        raise DataError(
            f"The target '{name}' runs from {targets.min():.3g} to {targets.max():.3g}.",
            expected=f"Numbers up to {_LARGEST_TARGET:g} that spread over {_SMALLEST_SPREAD:g} or more: answers are "
            "float32, which holds no others.",
            fix="Give it in another unit, e.g. multiplied by a power of ten.",
        )
