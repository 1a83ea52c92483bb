"""Descents against steps computed on paper, least squares, and the theory of quadratic bowls."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from pellucid.descent import OPTIMIZERS, PROBLEMS, descend, problem_of
from pellucid.descent.paths import default_rate, walk
from pellucid.descent.problems import cars
from pellucid.errors import RecipeError


def test_the_first_steps_in_the_bowl_on_paper() -> None:
    # The gradient of (x^2 + 10 y^2) / 2 is (x, 10 y): a step multiplies x by 1 - lr and y by 1 - 10 lr.
    path = walk(problem_of("bowl"), "gd", 0.05, 3)
    assert path.points == pytest.approx(np.array([[4 * 0.95**t, 1.5 * 0.5**t] for t in range(4)]))
    assert path.losses[0] == (16 + 10 * 2.25) / 2


def test_momentum_on_paper() -> None:
    # v1 = g0, v2 = 0.9 v1 + g1; x moves by -lr v.
    path = walk(problem_of("bowl"), "momentum", 0.1, 2)
    x1 = 4 - 0.1 * 4
    x2 = x1 - 0.1 * (0.9 * 4 + x1)
    assert path.points[:, 0].tolist() == pytest.approx([4, x1, x2])


def test_adams_first_step_is_the_learning_rate_along_each_sign() -> None:
    path = walk(problem_of("valley"), "adam", 0.05, 1)
    # At (-1.2, 1): d/dx = -2 (1 - x) - 400 x (y - x^2) = -215.6, d/dy = 200 (y - x^2) = -88.
    assert path.points[1].tolist() == pytest.approx([-1.15, 1.05])


def test_a_line_through_the_cars_ends_at_least_squares() -> None:
    speeds, distances = cars()
    slope, intercept = np.linalg.lstsq(np.column_stack([speeds, np.ones(50)]), distances, rcond=None)[0]
    assert (slope, intercept) == pytest.approx((3.932409, -17.579095), abs=1e-6)  # as R prints it for `cars`
    assert problem_of("line").minimum == pytest.approx((slope, intercept))
    normalised = problem_of("line-normalised")
    path = walk(normalised, "gd", 0.25, 60)
    assert path.points[-1].tolist() == pytest.approx(normalised.minimum)
    assert path.losses[-1] == pytest.approx(((slope * speeds + intercept - distances) ** 2).mean())


def test_normalised_inputs_need_a_step_and_raw_ones_thousands() -> None:
    raw, normalised = problem_of("line"), problem_of("line-normalised")
    assert raw.curvatures[1] / raw.curvatures[0] > 1000
    assert normalised.curvatures.tolist() == pytest.approx([2, 2])
    assert walk(normalised, "gd", default_rate(normalised, "gd"), 5).arrived == 1
    assert walk(raw, "gd", default_rate(raw, "gd"), 300).arrived is None


@pytest.mark.parametrize(("factor", "diverges"), [(1.99, False), (2.05, True)])
def test_beyond_two_over_the_curvature_a_bowl_does_not_hold(factor: float, diverges: bool) -> None:
    problem = problem_of("bowl")
    path = walk(problem, "gd", factor / float(problem.curvatures[-1]), 400)
    assert path.diverged is diverges


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_minimum_is_one(name: str) -> None:
    problem = problem_of(name)
    for minimum in (problem.minimum, *problem.others):
        assert problem.curvatures_at(minimum)[0] > 0
        there = walk(replace(problem, start=minimum), "gd", default_rate(problem, "gd"), 1)
        assert np.abs(there.points[1] - there.points[0]).max() < 1e-6
    axes, losses = problem.surface(31)
    assert losses.shape == (31,) * len(problem.parameters) == tuple(len(axis) for axis in axes)


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_descent_has_every_optimizer_and_a_rate_that_diverges(name: str) -> None:
    descent = descend(problem_of(name), steps=80)
    assert [path.optimizer for path in descent.paths] == list(OPTIMIZERS)
    assert descent.rates[-1].diverged
    assert not descent.rates[0].diverged
    json.dumps(descent.to_dict(), allow_nan=False)


def test_in_the_valley_what_remembers_arrives_within_the_default_steps_and_plain_descent_does_not() -> None:
    descent = descend(problem_of("valley"), optimizers=("gd", "momentum", "adam"))
    arrived = {path.optimizer: path.arrived is not None for path in descent.paths}
    assert arrived == {"gd": False, "momentum": True, "adam": True}


def test_plain_descent_stays_in_the_higher_minimum_and_momentum_does_not() -> None:
    descent = descend(problem_of("curve"), optimizers=("gd", "momentum"), steps=200)
    ends = {path.optimizer: path.points[-1, 0] for path in descent.paths}
    problem = descent.problem
    assert ends["gd"] == pytest.approx(problem.others[0][0], abs=1e-3)
    assert ends["momentum"] == pytest.approx(problem.minimum[0], abs=1e-3)


def test_what_there_is_not_is_said() -> None:
    with pytest.raises(RecipeError, match=r"Unknown problem 'vally'\. Did you mean 'valley'"):
        problem_of("vally")
    with pytest.raises(RecipeError, match="Unknown optimizer 'adm'"):
        walk(problem_of("bowl"), "adm", 0.1, 1)
    with pytest.raises(RecipeError, match="A rate above 0"):
        walk(problem_of("bowl"), "gd", 0.0, 1)
