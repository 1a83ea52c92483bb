"""What a search tries next: Optuna's samplers and pruners, asked so that the answer depends on nothing hidden.

A sampler is made anew for every trial, from the search's seed and the trial's number. So nothing of it needs saving, a
search that was stopped goes on as it would have, and processes with the same seed never draw the same numbers.
Imported only where Optuna is installed.
"""

from __future__ import annotations

import itertools
import random
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, GPSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from pellucid.errors import RecipeError
from pellucid.training import seed_for
from pellucid.tuning.records import Method, Pruning, SearchRecord
from pellucid.tuning.space import Parameter, Scalar, SearchSpace

RANDOM_FIRST = 10
"""Trials that are drawn at random before tpe and gp learn from them (Optuna's own choice)."""
ATTEMPTS = 32
MOST_GRID = 100_000
FIRST_LOOK, HALVES = 0.2, 2
"""The share of the epochs at which halving looks first, and how many trials there are for one that goes on.

On the curves of 30 random recipes of lenet5 (3,000 digits, one-cycle and cosine rates), pruned in 40 orders, this
saved 55 % of the epochs and always found the best recipe; looks at 1/9 and 1/3 for the best third saved 69 %, and found
it in 3 orders of 10: a rate that is still rising hides what a recipe is worth."""
THIRDS = 3
"""The same of hyperband, which has trials that it looks at late as well."""
MEDIAN_BEFORE = 5
"""Trials that are trained to their end before the median prunes."""


class NumberedSampler(BaseSampler):
    """Proposes a trial as a function of the seed, its number and what is known of the others.

    Args:
        record: of the search.
    """

    def __init__(self, record: SearchRecord) -> None:
        self.record = record
        self.distributions = distributions_of(record.space)
        self.default = default_choices(record)
        self.all_trials: Callable[[], list[FrozenTrial]] = list
        self._combinations: list[dict[str, Scalar]] | None = None

    @property
    def combinations(self) -> list[dict[str, Scalar]] | None:
        """Every different proposal, in the order of a grid; None where there are endlessly many."""
        is_finite = all(one.choices is not None or one.step is not None for one in self._parameters.values())
        if self._combinations is None and (self.record.method == "grid" or is_finite):
            self._combinations = grid_of(self.record)
        return self._combinations

    @property
    def _parameters(self) -> Mapping[str, Parameter]:
        return self.record.space.parameters

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Return every parameter: a trial is proposed as a whole."""
        return self.distributions

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return a proposal that no other trial has, with the parameters that are searched beside each other."""
        others = [other.params for other in self.all_trials() if other.number != trial.number]
        if self.record.method == "grid":
            grid = self.combinations or []
            return dict(grid[trial.number % len(grid)])
        if trial.number == 0 and self.default is not None:
            return dict(self.default)
        proposal: dict[str, Any] = {}
        for attempt in range(ATTEMPTS):
            proposal = self._draw(study, trial, seed_for(self.record.seed, "trial", trial.number, attempt) % 2**32)
            if proposal not in others:
                return proposal
        untried = [one for one in self.combinations or [] if one not in others]
        if untried:
            return dict(random.Random(seed_for(self.record.seed, "untried", trial.number)).choice(untried))
        return proposal

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Draw one parameter at random: only for a trial that was killed while it was being proposed."""
        sampler = RandomSampler(seed=seed_for(self.record.seed, "left", trial.number) % 2**32)
        return sampler.sample_independent(study, trial, param_name, param_distribution)

    def _draw(self, study: optuna.Study, trial: FrozenTrial, seed: int) -> dict[str, Any]:
        inner = _sampler(self.record.method, seed)
        related = inner.infer_relative_search_space(study, trial)
        drawn = inner.sample_relative(study, trial, related)
        chosen: dict[str, Any] = {}
        otherwise = self.record.default.model_dump()
        for name, distribution in self.distributions.items():
            if self.record.space.is_active(name, chosen, otherwise):
                value = drawn.get(name)
                if name not in drawn:
                    value = inner.sample_independent(study, trial, name, distribution)
                chosen[name] = value
        return chosen


def _sampler(method: Method, seed: int) -> BaseSampler:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        if method == "gp":
            return GPSampler(seed=seed, n_startup_trials=RANDOM_FIRST, warn_independent_sampling=False)
        if method == "tpe":
            return TPESampler(
                seed=seed,
                n_startup_trials=RANDOM_FIRST,
                multivariate=True,
                group=True,
                constant_liar=True,
                warn_independent_sampling=False,
            )
        return RandomSampler(seed=seed)


def build_pruner(pruning: Pruning, num_epochs: int) -> BasePruner:
    """Return what ends trials early.

    Args:
        pruning: its name.
        num_epochs: of a whole trial.
    """
    first = max(1, round(FIRST_LOOK * num_epochs))
    match pruning:
        case "halving":
            return SuccessiveHalvingPruner(min_resource=first, reduction_factor=HALVES)
        case "hyperband":
            early = max(1, round(num_epochs / THIRDS**2))
            return HyperbandPruner(min_resource=early, max_resource=max(early, num_epochs), reduction_factor=THIRDS)
        case "median":
            return MedianPruner(n_startup_trials=MEDIAN_BEFORE, n_warmup_steps=first)
        case "none":
            return NopPruner()


def distributions_of(space: SearchSpace) -> dict[str, BaseDistribution]:
    """Return Optuna's form of a space."""
    return {name: _distribution(one, whole=space.is_whole(name)) for name, one in space.parameters.items()}


def _distribution(parameter: Parameter, *, whole: bool) -> BaseDistribution:
    if parameter.choices is not None:
        return CategoricalDistribution(parameter.choices)
    assert parameter.range is not None
    low, high = parameter.range
    if whole:
        return IntDistribution(int(low), int(high), log=parameter.log, step=int(parameter.step or 1))
    return FloatDistribution(low, high, log=parameter.in_logarithm, step=parameter.step)


def suggest(trial: optuna.Trial, name: str, distribution: BaseDistribution) -> Scalar:
    """Write one parameter of a trial into the journal, or read it back where it stands there already."""
    value: Scalar
    if isinstance(distribution, CategoricalDistribution):
        value = trial.suggest_categorical(name, distribution.choices)
    elif isinstance(distribution, IntDistribution):
        value = trial.suggest_int(
            name, distribution.low, distribution.high, log=distribution.log, step=distribution.step
        )
    else:
        assert isinstance(distribution, FloatDistribution)
        value = trial.suggest_float(
            name, distribution.low, distribution.high, log=distribution.log, step=distribution.step
        )
    return value


def grid_of(record: SearchRecord) -> list[dict[str, Scalar]]:
    """Return every combination once, shuffled by the search's seed.

    Raises:
        RecipeError: there are too many.
    """
    space, otherwise = record.space, record.default.model_dump()
    axes = [one.grid(whole=space.is_whole(name)) for name, one in space.parameters.items()]
    count = 1
    for axis in axes:
        count *= len(axis)
    if count > MOST_GRID:
        raise RecipeError(
            f"The grid has {count:,} combinations.",
            expected=f"At most {MOST_GRID:,}.",
            fix="Search fewer choices with --space, or use --method random.",
        )
    found: dict[tuple[tuple[str, Scalar], ...], None] = {}
    for values in itertools.product(*axes):
        chosen: dict[str, Scalar] = {}
        for name, value in zip(space.parameters, values, strict=True):
            if space.is_active(name, chosen, otherwise):
                chosen[name] = value
        found[tuple(chosen.items())] = None
    combinations = [dict(items) for items in found]
    random.Random(seed_for(record.seed, "grid")).shuffle(combinations)
    return combinations


def default_choices(record: SearchRecord) -> dict[str, Scalar] | None:
    """Return the default recipe as a proposal; None where the space does not contain it."""
    otherwise = record.default.model_dump(mode="json")
    chosen: dict[str, Scalar] = {}
    for name, parameter in record.space.parameters.items():
        if not record.space.is_active(name, chosen, otherwise):
            continue
        value = _as_scalar(otherwise[name])
        if parameter.times is not None:
            value = 1.0
        if parameter.choices is not None:
            same = [one for one in parameter.choices if one is None or one == value]
            if not same:
                return None
            chosen[name] = same[-1] if value in parameter.choices else None
            continue
        assert parameter.range is not None
        low, high = parameter.range
        if not isinstance(value, int | float) or not low <= value <= high:
            return None
        if parameter.step and abs((value - low) / parameter.step - round((value - low) / parameter.step)) > 1e-9:
            return None
        chosen[name] = value
    return chosen


def _as_scalar(value: Any) -> Scalar:
    return ",".join(str(one) for one in value) if isinstance(value, list | tuple) else value
