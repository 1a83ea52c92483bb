"""Is tuning worth it here? The winner and the default recipe, trained from the same fresh seeds, example by example."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

from pellucid.tuning.records import Repeat, Verdict
from pellucid.words import counted

LEVEL = 0.95
FEWEST_OTHERS = 10
"""Recipes tried beside the default one, before it is said that none does better; tpe and gp draw as many at random."""


def mean_of_crossed(gains: NDArray[np.float64]) -> tuple[float, float | None, float | None]:
    """Return the mean of a table of differences with its 95 % interval over other seeds and other examples alike.

    Both the seeds of the trainings and the examples they are scored on are samples: the variance of the mean is the sum
    of what the seeds, the examples and the rest contribute (two crossed random effects), with Satterthwaite's degrees
    of freedom. Sources: S. R. Searle et al. (1992), "Variance components"; F. E. Satterthwaite (1946), Biometrics
    Bulletin 2, 110-114; for readers and cases in the place of seeds and examples, B. D. Gallas (2006), Academic
    Radiology 13, 353-362.

    Args:
        gains: [S, N] of S seeds and N examples; with N = 1, one score a seed, the interval is over seeds alone.

    Returns:
        (mean, low, high); None, None where there are too few seeds, or all differences are equal.
    """
    num_seeds, num_examples = gains.shape
    mean = float(gains.mean())
    if num_seeds < 2:
        return mean, None, None
    of_seeds, of_examples = gains.mean(axis=1), gains.mean(axis=0)
    from_seeds = float(of_seeds.var(ddof=1)) / num_seeds
    terms = [(from_seeds, num_seeds - 1)]
    total = from_seeds
    if num_examples > 1:
        from_examples = float(of_examples.var(ddof=1)) / num_examples
        rest = gains - of_seeds[:, None] - of_examples[None, :] + mean
        freedom = (num_seeds - 1) * (num_examples - 1)
        from_rest = float((rest**2).sum()) / freedom / (num_seeds * num_examples)
        terms += [(from_examples, num_examples - 1), (from_rest, freedom)]
        # What is left of seeds and examples each holds the rest once, so that it is counted twice.
        total = max(from_seeds, from_examples, from_seeds + from_examples - from_rest)
    if total <= 0:
        return mean, None, None
    freedom_of_all = total**2 / sum(value**2 / free for value, free in terms)
    reach = float(scipy.special.stdtrit(max(1.0, freedom_of_all), (1 + LEVEL) / 2)) * math.sqrt(total)
    return mean, mean - reach, mean + reach


def judge(
    repeats: Sequence[Repeat],
    gains: NDArray[np.float64] | None,
    *,
    metric: str,
    higher_is_better: bool,
    searched_score: float,
    others: int,
    is_all: bool = False,
) -> Verdict:
    """Return whether the winner is better than the default recipe, in plain words.

    Args:
        repeats: the trainings of both, from the same seeds; of the default alone where it won itself.
        gains: [S, N] winner - default per seed and example, with the sign turned so that more is better; None: the
            default recipe won itself.
        metric: by which they are scored.
        higher_is_better: its direction.
        searched_score: the winner's in the search.
        others: how many recipes were tried beside the default one.
        is_all: whether there are no more of them in the space.
    """
    is_default = gains is None
    default = np.array([one.score for one in repeats if one.role == "default"])
    winner = default if is_default else np.array([one.score for one in repeats if one.role == "winner"])
    sign = 1 if higher_is_better else -1
    mean, low, high = (0.0, None, None) if gains is None else mean_of_crossed(gains)
    worth_it = False if is_default and (is_all or others >= FEWEST_OTHERS) else None
    if low is not None and high is not None and not low <= 0 <= high:
        worth_it = low > 0
    optimism = sign * (searched_score - float(winner.mean()))
    show = _in_points if _is_share(metric) else _plain
    return Verdict(
        repeats=tuple(repeats),
        winner_mean=float(winner.mean()),
        winner_spread=_spread(winner),
        default_mean=float(default.mean()),
        default_spread=_spread(default),
        difference=mean,
        low=low,
        high=high,
        worth_it=worth_it,
        optimism=optimism,
        summary=_of_default(worth_it, others)
        if is_default
        else _summary(worth_it, metric, len(default), show(mean), _range(low, high, show)),
    )


def _of_default(worth_it: bool | None, others: int) -> str:
    if worth_it is None:
        tried = counted(others, "other recipe was tried", "other recipes were tried")
        return f"Too early to say whether tuning is worth it here: {tried}, and none did better than the default."
    return f"Tuning was not worth it here: of {counted(others, 'other recipe')} none did better than the default."


def _summary(worth_it: bool | None, metric: str, seeds: int, gain: str, interval: str) -> str:
    name = metric.replace("_", " ")
    plural = "seed" if seeds == 1 else "seeds"
    trained = f"both trained from {seeds} fresh {plural}"
    over = f"{name} {gain}{interval}, {trained} and scored on the validation examples that chose it"
    if worth_it:
        return f"Tuning is worth it here: the winner is better than the default recipe, {over}."
    if worth_it is False:
        return f"Tuning was not worth it here: the winner is worse than the default recipe, {over}."
    return f"Tuning cannot be shown to be worth it here: the winner is not clearly better than the default, {over}."


def _range(low: float | None, high: float | None, show: object) -> str:
    if low is None or high is None or not callable(show):
        return ", without an interval (too few seeds, or no difference at all)"
    return f" ({show(low).removesuffix(' points')} to {show(high)})"


def _spread(scores: NDArray[np.float64]) -> float:
    return float(scores.std(ddof=1)) if len(scores) > 1 else 0.0


def _is_share(metric: str) -> bool:
    return metric.endswith("accuracy")


def _in_points(value: float) -> str:
    return f"{100 * value:+.2f} points"


def _plain(value: float) -> str:
    return f"{value:+.4g}"
