"""Classical methods fitted and chosen within the training split, scored and compared on the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.data import Dataset, dataset_from_arrays, load_dataset
from pellucid.errors import RecipeError
from pellucid.evaluation import Opening, compare_paired
from pellucid.ladder import Climbed, Ladder, check_target, climb_classical, tabulate
from pellucid.ladder.methods import held_bytes
from pellucid.ladder.tabulating import holm


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load_dataset("iris", val=0.3, test=0.2)


@pytest.fixture(scope="module")
def climbed(data: Dataset) -> list[Climbed]:
    return climb_classical(data, ("val", "test"))


@pytest.fixture
def small_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let forests have few trees: they find as well what is plain to see."""
    monkeypatch.setattr("pellucid.ladder.methods.TREES", 15)


def test_a_table_is_climbed_from_the_majority_class_to_gradient_boosting(climbed: list[Climbed]) -> None:
    assert [one.name for one in climbed] == [
        "majority class",
        "nearest neighbours",
        "support vector machine",
        "random forest",
        "gradient boosting",
    ]
    assert all(one.num_bytes > 0 and one.seconds >= 0 for one in climbed)


def test_classical_methods_learn(data: Dataset, climbed: list[Climbed]) -> None:
    targets = data.targets[data.splits["val"]]
    assert all(np.mean(one.answers["val"] == targets) > 0.85 for one in climbed[1:])
    assert np.mean(climbed[0].answers["val"] == targets) < 0.5


def test_nothing_is_looked_at_but_the_training_split(data: Dataset, climbed: list[Climbed]) -> None:
    """With every target of val and test changed, all answers stay the same."""
    targets = data.targets[:].copy()
    others = np.concatenate([data.splits["val"], data.splits["test"]])
    targets[others] = (targets[others] + 1) % 3
    again = climb_classical(replace(data, targets=targets), ("val", "test"))
    for first, second in zip(climbed, again, strict=True):
        assert np.array_equal(first.answers["test"], second.answers["test"])
        assert first.description == second.description


def test_every_rung_is_compared_with_the_best_on_val(data: Dataset, climbed: list[Climbed]) -> None:
    made = tabulate(data, climbed)
    assert made.metric_name == "accuracy"
    best = max(made.rungs, key=lambda rung: rung.val.metric.value)
    assert made.best == best.name
    assert best.val.versus_best is None
    targets = data.targets[data.splits["val"]]
    by_name = {one.name: one.answers["val"] == targets for one in climbed}
    for rung in made.rungs:
        if rung.name == made.best:
            continue
        expected = compare_paired(by_name[rung.name], by_name[made.best], a=rung.name, b=made.best)
        assert rung.val.versus_best == expected
        assert rung.val.p_holm is not None
        assert expected.p_value is not None
        assert rung.val.p_holm >= expected.p_value
    assert made.rungs[0].val.p_holm is not None
    assert made.rungs[0].val.p_holm < 0.05
    assert all(rung.test is None for rung in made.rungs)
    assert "the test split stays sealed" in str(made)
    assert Ladder.from_dict(made.to_dict(), source="the test") == made


def test_the_rung_that_val_chose_is_the_one_that_test_compares_with(data: Dataset, climbed: list[Climbed]) -> None:
    made = tabulate(data, climbed, opening=Opening(reason="a test", number=1, when="2026-01-01T00:00:00+00:00"))
    assert all(rung.test is not None for rung in made.rungs)
    assert made.best_rung.test is not None
    assert made.best_rung.test.versus_best is None
    assert made.best == tabulate(data, climbed).best


def test_numbers_are_climbed_by_their_mean_absolute_error() -> None:
    data = load_dataset("diabetes")
    made = tabulate(data, climb_classical(data, ("val",)))
    assert (made.metric_name, made.higher_is_better) == ("mae", False)
    assert made.best == min(made.rungs, key=lambda rung: rung.val.metric.value).name
    assert made.rungs[0].name == "median"
    assert made.best != "median"


@pytest.mark.usefixtures("small_forests")
def test_pictures_are_climbed_without_gradient_boosting() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(60) % 2
    pictures = generator.integers(0, 120, (60, 12, 12)) + 60 * labels[:, None, None]
    data = dataset_from_arrays(pictures.astype(np.uint8), [["dark", "light"][one] for one in labels], name="shades")
    made = tabulate(data, climb_classical(data, ("val",)))
    assert [rung.name for rung in made.rungs] == [
        "majority class",
        "nearest neighbours",
        "support vector machine",
        "random forest",
    ]
    assert made.best_rung.val.metric.value == 1


@pytest.mark.usefixtures("small_forests")
def test_uneven_classes_are_measured_by_balanced_accuracy() -> None:
    generator = np.random.default_rng(0)
    labels = (np.arange(120) % 6 == 0).astype(int)
    pictures = generator.integers(0, 120, (120, 12, 12)) + 60 * labels[:, None, None]
    data = dataset_from_arrays(pictures.astype(np.uint8), [["dark", "light"][one] for one in labels], name="shades")
    made = tabulate(data, climb_classical(data, ("val",)))
    assert made.metric_name == "balanced_accuracy"
    assert made.rungs[0].val.metric.value == 0.5


def shades_of_several_labels() -> Dataset:
    """Pictures with a bright left or right half, both or none; a rare third label is the top row."""
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 90, (150, 16, 16))
    labels = generator.integers(0, 2, (150, 3))
    labels[:, 2] = np.arange(150) % 7 == 0
    pictures[:, :, :8] += 90 * labels[:, :1, None]
    pictures[:, :, 8:] += 90 * labels[:, 1:2, None]
    pictures[:, :4] += 70 * labels[:, 2:, None]
    return dataset_from_arrays(pictures.astype(np.uint8), labels, name="halves", val=0.3)


@pytest.mark.usefixtures("small_forests")
def test_several_labels_climb_by_macro_f1_as_scikit_learn_counts_it() -> None:
    from sklearn.metrics import f1_score

    data = shades_of_several_labels()
    check_target(data)
    climbed = climb_classical(data, ("val",))
    made = tabulate(data, climbed)
    assert [rung.name for rung in made.rungs] == [
        "every label",
        "nearest neighbours",
        "support vector machine",
        "random forest",
    ]
    assert made.metric_name == "f1_macro"
    assert made.higher_is_better
    truth = data.targets[data.splits["val"]]
    for rung, one in zip(made.rungs, climbed, strict=True):
        expected = f1_score(truth, one.answers["val"], average="macro", zero_division=0)
        assert rung.val.metric.value == pytest.approx(expected)
    count = len(data.splits["train"])
    least_of_a_fold = count - -(-count // 3)  # of which a principal component fewer can be told apart
    said = f"{least_of_a_fold - 1} principal components"
    assert all(said in one.description for one in climbed[1:])
    assert made.best_rung.val.metric.value > made.rungs[0].val.metric.value + 0.2
    versus = made.rungs[0].val.versus_best
    assert versus is not None
    samples = f1_score(truth, climbed[0].answers["val"], average="samples", zero_division=1)
    assert versus.a_value == pytest.approx(samples)
    assert any("f1_samples" in note for note in made.notes)


@pytest.mark.usefixtures("small_forests")
def test_a_label_that_every_training_example_lacks_is_answered_so() -> None:
    data = shades_of_several_labels()
    targets = data.targets[:].copy()
    targets[data.splits["train"], 2] = 0
    climbed = climb_classical(replace(data, targets=targets), ("val",))
    assert not any(one.answers["val"][:, 2].any() for one in climbed[1:])


def test_several_numbers_at_once_are_refused() -> None:
    numbers = np.random.default_rng(0).normal(size=(30, 2))
    data = dataset_from_arrays(np.zeros((30, 8, 8), np.uint8), numbers, name="numbers")
    with pytest.raises(RecipeError, match="several numbers"):
        check_target(data)


def test_p_values_are_corrected_as_holm_did() -> None:
    """The example of R's p.adjust: method holm."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_the_size_of_a_fitted_method_is_that_of_its_numbers() -> None:
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.tree import DecisionTreeClassifier

    rows, targets = np.random.default_rng(0).normal(size=(50, 8)), np.arange(50) % 2
    neighbours = KNeighborsClassifier(algorithm="brute").fit(rows, targets)
    assert rows.nbytes <= held_bytes(neighbours) <= rows.nbytes + 1000
    tree = DecisionTreeClassifier(random_state=0).fit(rows, targets)
    state = tree.tree_.__getstate__()
    assert held_bytes(tree) >= state["nodes"].nbytes + state["values"].nbytes
