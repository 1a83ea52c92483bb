"""Datasets made by a formula: their numbers by hand, their splits, and what they propose."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.data import Dataset, TableInputs, load_dataset
from pellucid.errors import DataError, RecipeError
from pellucid.models.catalogue import OWN
from pellucid.points import FIGURES, make_points
from pellucid.runs import Recipe

ALL_FIGURES = [name if classes == 2 else f"{name}-{classes}" for name in FIGURES for classes in (2, 3, 4)]
OF_TWO = {f"{name}-{classes}" for name in ("moons", "xor-cloud") for classes in (3, 4)}


def columns(dataset: Dataset) -> np.ndarray:
    return np.column_stack(list(TableInputs.of(dataset.inputs).columns.values()))


def counts(dataset: Dataset) -> dict[str, int]:
    return {split: len(places) for split, places in dataset.splits.items()}


def test_the_line_has_six_points_all_of_which_are_learned_from() -> None:
    line = load_dataset("line")
    np.testing.assert_array_equal(columns(line)[:, 0], [-1, 0, 1, 2, 3, 4])
    np.testing.assert_array_equal(line.targets, [-2, 1, 4, 7, 10, 13])
    assert counts(line) == {"train": 6, "val": 0, "test": 0}
    (said,) = (one for one in line.decisions if one.name == "splits")
    assert "is not measured" in said.reason
    assert "--val, --test" in said.reason
    assert (line.options["val"], line.options["test"]) == (0.0, 0.0)


@pytest.mark.parametrize(("gate", "truth"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])])
def test_gates_are_their_truth_tables(gate: str, truth: list[int]) -> None:
    made = load_dataset(gate)
    np.testing.assert_array_equal(columns(made), [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert [made.target.words(one) for one in made.targets[:]] == [str(one) for one in truth]
    assert counts(made) == {"train": 4, "val": 0, "test": 0}


def test_a_class_of_one_row_cannot_be_held_back() -> None:
    with pytest.raises(DataError, match=r"The class '1' has fewer than two examples.*--val 0 --test 0"):
        load_dataset("and", test=0.25)


def test_what_is_asked_for_wins_over_what_is_proposed() -> None:
    assert counts(load_dataset("line", test=0.2))["test"] == 1
    assert counts(load_dataset("moons", val=0.2, test=0.2)) == {"train": 300, "val": 100, "test": 100}
    with pytest.raises(RecipeError, match="leave nothing to train on"):
        load_dataset("moons", val=0.6)


@pytest.mark.parametrize("name", [name for name in ALL_FIGURES if name not in OF_TWO])
def test_figures_have_five_hundred_points_half_of_them_for_testing(name: str) -> None:
    made = load_dataset(name)
    classes = 2 if name in FIGURES else int(name[-1])
    assert len(made) == 500
    assert counts(made) == {"train": 200, "val": 50, "test": 250}
    assert len(made.target.answers) == classes
    assert sorted(made.target.answers) == list(made.target.answers)
    assert max(made.class_counts().values()) - min(made.class_counts().values()) <= 1


@pytest.mark.parametrize("name", FIGURES)
def test_noise_is_a_share_of_the_spread(name: str) -> None:
    still, classes = make_points(name, number=4000, noise=0.0)
    moved, again = make_points(name, number=4000, noise=0.1)
    np.testing.assert_array_equal(classes, again)
    spread = np.sqrt(((still - still.mean(axis=0)) ** 2).mean())
    assert (moved - still).std() / spread == pytest.approx(0.1, rel=0.05)


def test_circles_lie_inside_one_another_and_classes_keep_their_names() -> None:
    made = load_dataset("circles")
    radii = np.linalg.norm(columns(made), axis=1)
    named = np.array([made.target.words(one) for one in made.targets[:]])
    assert radii[named == "outer"].mean() == pytest.approx(1.0, abs=0.02)
    assert radii[named == "inner"].mean() == pytest.approx(0.4, abs=0.02)


def test_equal_signs_are_one_class_of_the_xor_cloud() -> None:
    made = load_dataset("xor-cloud")
    x, y = columns(made).T
    named = np.array([made.target.words(one) for one in made.targets[:]])
    assert ((x * y > 0) == (named == "equal signs")).mean() > 0.99


def test_more_arms_are_as_far_apart() -> None:
    for classes in (2, 3, 4):
        places, which = make_points("spiral", number=3000, classes=classes, noise=0.0)
        outer = np.linalg.norm(places, axis=1) > 0.6
        first, others = places[outer & (which == 0)], places[outer & (which != 0)]
        nearest = np.linalg.norm(first[:200, None] - others, axis=2).min(axis=1)
        assert np.median(nearest) == pytest.approx(0.36, abs=0.06)


def test_activity_is_one_column_of_speeds() -> None:
    made = load_dataset("activity")
    speeds = columns(made)[:, 0]
    assert made.target.answers == ("biking", "golfing", "running", "walking")
    means = [speeds[made.targets == place].mean() for place in range(4)]
    assert means[3] < means[2] < means[0]
    assert speeds.min() >= 0


def test_what_is_proposed_names_fields_of_the_recipe_and_known_models() -> None:
    for name in ("line", "and", "xor", "spiral", "activity"):
        for proposal in load_dataset(name).proposals:
            assert proposal.field in Recipe.choices()
            assert proposal.model is None or proposal.model in OWN
            Recipe().override(**{proposal.field: proposal.value})
