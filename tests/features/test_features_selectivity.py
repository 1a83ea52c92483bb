from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from pellucid import api
from pellucid.errors import RecipeError
from pellucid.features import measure_selectivity, rate_units
from pellucid.features.examples import choose_examples
from pellucid.features.responses import respond
from pellucid.features.selectivity import (
    choose_units,
    pair_areas,
    rank_correlations,
    rate_by_rank,
    split_in_halves,
    standardised_difference,
)


def test_a_hand_made_unit_serves_the_class_it_was_made_for() -> None:
    generator = np.random.default_rng(0)
    classes = np.repeat(np.arange(3), 40)
    noise = generator.normal(size=120)
    values = np.stack([np.zeros(120), noise, noise + 5 * (classes == 2), -1.0 * (classes == 1)], axis=1)
    rated = rate_units(
        values.astype(np.float32),
        classes[:, None] == np.arange(3),
        names=("a", "b", "c"),
        choosing=split_in_halves(classes, np.arange(120, dtype=np.uint64)),
    )
    assert rated[0].unit == 2
    assert rated[0].reacts_to == "c"
    assert rated[0].value == pytest.approx(1.0, abs=0.01)
    by_unit = {one.unit: one for one in rated}
    assert (by_unit[0].reacts_to, by_unit[0].value, by_unit[0].is_constant) == ("", None, True)
    assert not any(by_unit[unit].is_constant for unit in (1, 2, 3))
    assert by_unit[3].fires == 0.0


def test_areas_equal_scikit_learns_also_with_ties() -> None:
    generator = np.random.default_rng(1)
    values = np.round(generator.normal(size=(200, 6)), 1).astype(np.float32)
    classes = generator.integers(0, 4, 200)
    areas = pair_areas(values, classes[:, None] == np.arange(4))
    expected = [[roc_auc_score(classes == k, values[:, unit]) for k in range(4)] for unit in range(6)]
    np.testing.assert_allclose(areas, expected, atol=1e-12)


def test_the_half_that_chooses_is_not_the_half_that_measures() -> None:
    """Of units of pure noise, the best of many comparisons looks good where it was chosen, and only there."""
    generator = np.random.default_rng(2)
    values = generator.normal(size=(200, 300)).astype(np.float32)
    classes = generator.integers(0, 10, 200)
    rated = rate_units(
        values,
        classes[:, None] == np.arange(10),
        names=tuple("abcdefghij"),
        choosing=split_in_halves(classes, np.arange(200, dtype=np.uint64)),
    )
    assert np.mean([one.chosen_by for one in rated]) > 0.62
    assert np.mean([one.value for one in rated if one.value is not None]) == pytest.approx(0.5, abs=0.02)
    assert np.mean([one.is_sure(0.5) for one in rated]) < 0.1


def test_the_difference_is_cohens_d() -> None:
    generator = np.random.default_rng(3)
    values, inside = generator.normal(size=50), np.arange(50) < 20
    a, b = values[inside], values[~inside]
    t = stats.ttest_ind(a, b).statistic
    assert standardised_difference(values, inside) == pytest.approx(t * np.sqrt(1 / 20 + 1 / 30))


def test_rank_correlations_equal_scipys() -> None:
    generator = np.random.default_rng(4)
    values, targets = generator.normal(size=(80, 3)).astype(np.float32), generator.normal(size=(80, 2))
    expected = [[stats.spearmanr(values[:, u], targets[:, m]).statistic for m in range(2)] for u in range(3)]
    np.testing.assert_allclose(rank_correlations(values, targets), expected, atol=1e-12)
    follows = np.concatenate([values, -targets[:, :1].astype(np.float32)], axis=1)
    best = rate_by_rank(follows, targets, names=("x", "y"), choosing=np.arange(80) % 2 == 0)[0]
    assert (best.unit, best.reacts_to) == (3, "x")
    assert best.value == pytest.approx(-1.0)


def test_halves_hold_every_class_alike() -> None:
    classes = np.array([0] * 10 + [1] * 6)
    half = split_in_halves(classes, np.random.default_rng(5).integers(0, 99, 16).astype(np.uint64))
    assert half.sum() == 8
    assert (half & (classes == 1)).sum() == 3


@pytest.mark.slow
def test_responses_are_the_largest_values_of_the_maps(run: api.Run) -> None:
    examples = choose_examples(run.predictor, run.dataset, "val", limit=10)
    responses = respond(examples, "conv2")
    step = run.trace(int(examples.indices[3]))["conv2"].values
    np.testing.assert_allclose(responses.values[3], step.max(axis=(1, 2)), rtol=1e-5)
    assert responses.places is not None
    place = responses.at(int(responses.places[3, 5]))
    assert step[(5, *place)] == pytest.approx(responses.values[3, 5], rel=1e-5)


@pytest.mark.slow
def test_the_last_layers_units_are_the_classes(run: api.Run) -> None:
    examples = choose_examples(run.predictor, run.dataset, "val", limit=100)
    last = run.record.model.layers[-1].name
    rated = measure_selectivity(examples, last)
    assert {one.unit: one.reacts_to for one in rated.units} == dict(enumerate(run.predictor.classes))
    assert rated.pooling == ""


@pytest.mark.slow
def test_every_class_has_its_best_unit_before_any_has_two(run: api.Run) -> None:
    examples = choose_examples(run.predictor, run.dataset, "val", limit=100)
    rated = measure_selectivity(examples, "conv3")
    served = {one.reacts_to for one in rated.units}
    chosen = choose_units(rated, (), len(served))
    assert {one.reacts_to for one in chosen} == served
    with pytest.raises(RecipeError, match="has no unit 999"):
        choose_units(rated, (999,), 8)


@pytest.mark.slow
def test_an_unknown_layer_gets_the_nearest_name(run: api.Run) -> None:
    with pytest.raises(RecipeError, match=r"no layer 'conv_2'.*Did you mean 'conv2'"):
        run.features.selectivity("conv_2")


def test_of_few_examples_a_class_a_unit_has_no_class_though_it_changes() -> None:
    values = np.arange(12, dtype=np.float32)[:, None]
    classes = np.arange(12) % 4
    (one,) = rate_units(values, classes[:, None] == np.arange(4), names=tuple("abcd"), choosing=classes < 2)
    assert (one.reacts_to, one.value, one.is_constant) == ("", None, False)
