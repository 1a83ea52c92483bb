"""Temperature scaling, against a grid and against a known truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, special

from pellucid.errors import DataError
from pellucid.evaluation import fit_temperature
from pellucid.evaluation.temperature import temperature_loss


def sharpened(n: int, num_classes: int, temperature: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    logits = 2 * random.normal(size=(n, num_classes))
    targets = np.array([random.choice(num_classes, p=row) for row in special.softmax(logits, axis=1)])
    return temperature * logits, targets


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    logits, targets = sharpened(4000, 5, temperature)
    assert fit_temperature(logits, targets) == pytest.approx(temperature, rel=0.08)


def test_no_temperature_of_a_fine_grid_is_better() -> None:
    logits, targets = sharpened(300, 4, 2.0)
    found = fit_temperature(logits, targets)
    grid = np.exp(np.linspace(np.log(0.1), np.log(10), 4001))
    losses = [temperature_loss(logits, targets, float(temperature)) for temperature in grid]
    assert temperature_loss(logits, targets, found) <= min(losses) + 1e-6
    assert found == pytest.approx(grid[int(np.argmin(losses))], rel=2e-3)


def test_one_logit_for_two_classes_equals_two_logits() -> None:
    logits, targets = sharpened(500, 2, 2.0)
    assert fit_temperature(logits[:, 1] - logits[:, 0], targets) == pytest.approx(
        fit_temperature(logits, targets), rel=1e-4
    )
    assert fit_temperature((logits[:, 1] - logits[:, 0])[:, None], targets) == fit_temperature(
        logits[:, 1] - logits[:, 0], targets
    )


def test_few_examples_leave_the_temperature_at_one() -> None:
    logits, targets = sharpened(49, 3, 4.0)
    assert fit_temperature(logits, targets) == 1.0


def test_answers_that_are_all_right_do_not_sharpen_without_end() -> None:
    logits = np.tile([3.0, 0.0], (100, 1))
    assert 0.2 < fit_temperature(logits, np.zeros(100, dtype=int)) < 1


def test_wrong_input_is_refused() -> None:
    with pytest.raises(DataError, match="Lengths disagree"):
        fit_temperature(np.zeros((3, 2)), [0, 1])
    with pytest.raises(DataError, match="not finite"):
        fit_temperature([[np.nan, 0.0]], [0])
    with pytest.raises(DataError, match="Logits have shape"):
        fit_temperature(np.zeros((2, 2, 2)), [0, 1])


def test_scores_without_a_scale_are_brought_down_all_the_way() -> None:
    random = np.random.default_rng(5)
    truth = random.normal(size=(2000, 3))
    shares = np.exp(truth) / np.exp(truth).sum(axis=1, keepdims=True)
    targets = np.array([random.choice(3, p=row) for row in shares])
    assert fit_temperature(80 * truth, targets) == pytest.approx(80, rel=0.15)


def test_it_is_where_scipy_finds_the_least_loss() -> None:
    rng = np.random.default_rng(5)
    for size in (0.3, 4.0, 40.0):
        logits = rng.normal(size=(200, 3)) * size
        targets = np.where(rng.random(200) < 0.6, logits.argmax(axis=1), rng.integers(0, 3, 200))
        found = optimize.minimize_scalar(
            lambda log_t, logits=logits, targets=targets: temperature_loss(logits, targets, math.exp(log_t)),
            bounds=(math.log(0.1), math.log(1000.0)),
            method="bounded",
            options={"xatol": 1e-6},
        )
        assert math.log(fit_temperature(logits, targets)) == pytest.approx(found.x, abs=1e-4)
