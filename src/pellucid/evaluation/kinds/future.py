"""Forecasts: the absolute error in the series' own unit leads; bands are judged by how much they cover."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.forecasting.blocks import block_interval, block_spread
from pellucid.evaluation.forecasting.errors import SMAPE_WORDS, pinball, smape
from pellucid.evaluation.forecasting.left_over import find_left_over, say_left_over
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.records import ForecastShown, LargeError, Metric, OutputRow, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import BANDS, LEVELS, FutureTarget, Target
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.tasks import Answer, FutureAnswer

FORECASTS_SHOWN = 6
_WORST_LISTED = 24


class FutureScoring(Scoring):
    """Scores forecasts from a rolling origin."""

    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean absolute error over all origins and steps."""
        return "mae"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score medians and bands, in all and by step ahead."""
        from pellucid.tasks import FutureAnswer

        started = time.perf_counter()
        given, target = FutureAnswer.of(answer), FutureTarget.of(truth.target)
        right = truth.targets.astype(np.float64)
        metrics = self.metrics(given.median, truth)
        for level in (80, 95):
            inside = _inside(given, right, level).mean(axis=1)
            metrics[f"coverage_{level}"] = _metric(float(inside.mean()), inside, truth)
        loss = pinball(given.quantiles.astype(np.float64), right, LEVELS)
        metrics["pinball"] = Metric(value=loss)
        notes = [
            f"Rolling origin: forecasts from {len(right):,} places, one step apart, each "
            f"{counted(target.horizon, 'step')} ahead; the weights stay as they are.",
        ]
        if "mase" in metrics:
            notes.append(f"MASE: in units of the seasonal naive error within training, season {target.season}.")
        else:
            notes.append(
                "MASE is not defined: within training the seasonal naive forecast is never wrong, or too short."
            )
        undefined = int((truth.more["scale"] <= 0).sum()) if "scale" in truth.more else 0
        if "mase" in metrics and undefined:
            notes.append(f"MASE leaves out {undefined:,} origins, of series for which it is not defined.")
        notes.append(f"sMAPE: {SMAPE_WORDS}.")
        if metrics["mae"].low is None:
            notes.append("Intervals by moving blocks need more origins than these: neighbours in time err alike.")
        left_over = find_left_over(_first_errors(given, right, truth), season=target.season)
        if left_over is not None:
            notes.insert(0, say_left_over(left_over))
        return Evaluation(
            split=about.split,
            n=len(right),
            task=about.task,
            metrics=metrics,
            headline="mae",
            outputs=tuple(_row(name, step, given, right, truth) for step, name in enumerate(target.answers)),
            large_errors=_largest(given, right, truth, about),
            forecasts=_shown(given, right, truth, about),
            left_over=left_over,
            notes=tuple(notes),
            seconds=time.perf_counter() - started,
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return mae and rmse in the unit, mase where it is defined, and smape."""
        given, right = answered.astype(np.float64), truth.targets.astype(np.float64)
        sizes, squares = np.abs(given - right), np.square(given - right)
        each = sizes.mean(axis=1)
        metrics = {
            "mae": _metric(float(each.mean()), each, truth),
            "rmse": _metric(float(np.sqrt(squares.mean())), squares.mean(axis=1), truth, root=True),
        }
        scale = truth.more.get("scale")
        if scale is not None and bool((scale > 0).any()):
            defined = scale > 0
            metrics["mase"] = Metric(value=float((each[defined] / scale[defined]).mean()))
        metrics["smape"] = Metric(value=smape(given, right))
        return metrics

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by the mean absolute error; the interval of the difference is by moving blocks."""
        right = truth.targets.astype(np.float64)
        own, others = (np.abs(given.astype(np.float64) - right).mean(axis=1) for given in (first, second))
        gains = others - own
        difference = _metric(float(gains.mean()), gains, truth, signed=True)
        shown = (
            difference.low is not None and difference.high is not None and (difference.low > 0 or difference.high < 0)
        )
        verdict: Literal["a", "b", "none"] = "none" if not shown else "b" if difference.value < 0 else "a"
        lead = {"a": f"{names[0]} is better", "b": f"{names[1]} is better", "none": "no difference is shown"}[verdict]
        means = f"mean absolute error {others.mean():.4g} against {own.mean():.4g}"
        if difference.low is None:
            said = "too few origins to say"
        else:
            said = (
                f"difference {difference.value:+.3g} ({difference.low:+.3g} to {difference.high:+.3g}, moving blocks)"
            )
        return PairedComparison(
            a=names[0],
            b=names[1],
            metric="mae",
            n=len(right),
            a_value=float(own.mean()),
            b_value=float(others.mean()),
            difference=difference,
            p_value=_chance(gains, truth),
            test="moving blocks",
            verdict=verdict,
            summary=f"{lead}: {means} from {len(right):,} origins, {said}.",
        )


def _metric(
    value: float, errors: NDArray[np.float64], truth: Truth, *, root: bool = False, signed: bool = False
) -> Metric:
    """Return a mean over origins with its interval by moving blocks; of several series the blocks are of time."""
    horizon = FutureTarget.of(truth.target).horizon
    errors = _by_moment(errors, truth)
    ends = block_interval(errors, horizon=horizon, seed=truth.seed, root=root, signed=signed)
    if ends is None:
        return Metric(value=value, note=f"too few to say: {len(errors):,} origins in a row")
    return Metric(value=value, low=ends[0], high=ends[1], method="moving-blocks")


def _chance(gains: NDArray[np.float64], truth: Truth) -> float | None:
    """Return how probable such a difference is if there were none; None where there are too few origins to say."""
    horizon = FutureTarget.of(truth.target).horizon
    spread = block_spread(_by_moment(gains, truth), horizon=horizon, seed=truth.seed)
    return None if spread is None else spread.chance(float(gains.mean()))


def _by_moment(errors: NDArray[np.float64], truth: Truth) -> NDArray[np.float64]:
    """Return errors in the order of time: series of one time have the same weather, so theirs are averaged first."""
    moments = truth.more.get("moment")
    if moments is None:
        return errors
    _, places = np.unique(moments, return_inverse=True)
    return np.asarray(np.bincount(places, errors) / np.bincount(places))


def _inside(given: FutureAnswer, right: NDArray[np.float64], level: int) -> NDArray[np.float64]:
    low, high = given.band(level)
    return ((right >= low) & (right <= high)).astype(np.float64)


def _first_errors(given: FutureAnswer, right: NDArray[np.float64], truth: Truth) -> list[NDArray[np.float64]]:
    """Return of each series the errors one step ahead in the order of time, NaN where there is a gap.

    Of what is positive by its kind they are errors of the logarithm, which do not grow with the level.
    """
    median, came = given.median[:, 0].astype(np.float64), right[:, 0]
    if given.positive:
        tiny = float(np.finfo(np.float32).tiny)
        median, came = np.log(np.maximum(median, tiny)), np.log(np.maximum(came, tiny))
    moments, records = (truth.more.get(name) for name in ("moment", "record"))
    if moments is None or records is None:
        return [came - median]
    found = []
    for record in np.unique(records):
        own = records == record
        places = moments[own] - moments[own].min()
        errors = np.full(int(places.max()) + 1, np.nan)
        errors[places] = (came - median)[own]
        found.append(errors)
    return found


def _row(name: str, step: int, given: FutureAnswer, right: NDArray[np.float64], truth: Truth) -> OutputRow:
    errors = np.abs(given.median[:, step].astype(np.float64) - right[:, step])
    metrics = {
        "mae": _metric(float(errors.mean()), errors, truth),
        "rmse": Metric(value=float(np.sqrt(np.square(errors).mean()))),
        "coverage_80": Metric(value=float(_inside(given, right, 80)[:, step].mean())),
    }
    return OutputRow(name=name, metrics=metrics)


def _largest(given: FutureAnswer, right: NDArray[np.float64], truth: Truth, about: About) -> tuple[LargeError, ...]:
    """Return the largest errors, each of other steps: neighbouring origins meet one event again and again."""
    errors = given.median.astype(np.float64) - right
    steps = np.abs(errors).argmax(axis=1)
    left = np.abs(errors)[np.arange(len(errors)), steps]
    moments = truth.more.get("moment", np.arange(len(right)))
    records = truth.more.get("record", np.zeros(len(right), np.int64))
    found: list[LargeError] = []
    while len(found) < _WORST_LISTED and len(left) and left[row := int(left.argmax())] >= 0:
        step = int(steps[row])
        found.append(
            LargeError(
                index=int(about.indices[row]),
                name=f"{about.names[row]} (+{step + 1})",
                target=float(right[row, step]),
                predicted=float(given.median[row, step]),
                error=float(errors[row, step]),
            )
        )
        left[(records == records[row]) & (np.abs(moments - moments[row]) < right.shape[1])] = -1
    return tuple(found)


def _shown(given: FutureAnswer, right: NDArray[np.float64], truth: Truth, about: About) -> tuple[ForecastShown, ...]:
    """Return forecasts from origins spread evenly, the worst and the best among them."""
    sizes = np.abs(given.median.astype(np.float64) - right).mean(axis=1)
    indices = set(np.linspace(0, len(right) - 1, min(FORECASTS_SHOWN, len(right))).round().astype(int).tolist())
    worst = int(sizes.argmax())
    if worst not in indices:
        indices = {*sorted(indices)[1:], worst} if len(indices) >= FORECASTS_SHOWN else {*indices, worst}
    series = truth.more.get("history")
    found = []
    for index in sorted(indices):
        bands = {str(level): tuple(tuple(map(float, side[index])) for side in given.band(level)) for level in BANDS}
        found.append(
            ForecastShown(
                index=int(about.indices[index]),
                name=about.names[index],
                seen=() if series is None else tuple(map(float, series[index])),
                truth=tuple(map(float, right[index])),
                median=tuple(map(float, given.median[index])),
                bands={level: (sides[0], sides[1]) for level, sides in bands.items()},
                mae=float(sizes[index]),
                is_worst=index == worst,
            )
        )
    return tuple(found)
