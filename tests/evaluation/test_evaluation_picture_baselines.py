"""Baselines of photos look at edges and colours: each finds what it looks at, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics.pairwise import cosine_distances

from pellucid.data import Dataset, ImageInputs, dataset_from_arrays
from pellucid.doing import Work, listening
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.picture_baselines import (
    centred_directions,
    features_of_canvases,
    picture_methods,
    suits_pictures,
)
from pellucid.evaluation.records import Baseline
from pellucid.kinds import Wishes
from pellucid.preprocessing import ImagePreprocessing, Preprocessing, fit_preprocessing

SIDE = 48


def stripes(count: int, *, upright: bool, colour: tuple[int, ...], seed: int) -> NDArray[np.uint8]:
    """Return [n, 48, 48, 3] of noisy stripes, upright or lying, in a colour."""
    random = np.random.default_rng(seed)
    along = np.sin(np.arange(SIDE) / 2)[:, None] + np.zeros(SIDE)
    waves = (along.T if upright else along)[None, :, :, None] * 60
    noise = random.normal(0, 8, (count, SIDE, SIDE, len(colour)))
    return np.clip(np.array(colour) + waves + noise, 0, 255).astype(np.uint8)


def dataset_of(kinds: dict[str, dict[str, Any]], count: int = 30) -> Dataset:
    pictures = np.concatenate([stripes(count, seed=seed, **kind) for seed, kind in enumerate(kinds.values())])
    return dataset_from_arrays(pictures, [name for name in kinds for _ in range(count)], name="stripes")


def preprocessing_of(dataset: Dataset) -> Preprocessing:
    return fit_preprocessing(dataset, Wishes(kinds=("image",), sizes=(SIDE,)))[0]


def baselines_of(
    dataset: Dataset, headline: str = "accuracy", model_answers: NDArray[Any] | None = None
) -> dict[str, Baseline]:
    answers = dataset.targets[dataset.splits["val"]] if model_answers is None else model_answers
    methods = picture_methods(dataset, preprocessing_of(dataset), "val", balanced=False)
    truth = Truth.of(dataset, "val", headline=headline)
    return {one.name: one for one in score_methods(methods, truth, model_answers=answers)}


GREY = (120, 120, 120)


def test_directions_are_seen_by_edges_and_not_by_colours() -> None:
    data = dataset_of({"upright": {"upright": True, "colour": GREY}, "lying": {"upright": False, "colour": GREY}})
    found = baselines_of(data)
    assert list(found) == [
        "majority class",
        "nearest neighbour on HOG and colours",
        "logistic regression on HOG and colours",
        "random forest on colours",
    ]
    assert found["logistic regression on HOG and colours"].metric.value == 1
    assert found["nearest neighbour on HOG and colours"].metric.value == 1
    assert found["random forest on colours"].metric.value < 0.9


def test_colours_are_seen_by_all() -> None:
    data = dataset_of(
        {"red": {"upright": True, "colour": (190, 60, 60)}, "blue": {"upright": True, "colour": (60, 60, 190)}}
    )
    found = baselines_of(data)
    assert [one.metric.value for one in found.values()][1:] == [1, 1, 1]


def test_the_forest_is_scikit_learns_on_the_shares_of_colours() -> None:
    kinds = {"upright": {"upright": True, "colour": GREY}, "lying": {"upright": False, "colour": (130, 120, 110)}}
    data = dataset_of(kinds)
    array = np.asarray(ImageInputs.of(data.inputs).array)
    train, val = (features_of_canvases(array[data.splits[split]]).colours for split in ("train", "val"))
    forest = RandomForestClassifier(100, random_state=0).fit(train, data.targets[data.splits["train"]])
    expected = (forest.predict(val) == data.targets[data.splits["val"]]).mean()
    assert baselines_of(data)["random forest on colours"].metric.value == pytest.approx(expected)


def test_grey_pictures_have_grey_levels() -> None:
    kinds: dict[str, dict[str, Any]] = {
        "upright": {"upright": True, "colour": (120,)},
        "lying": {"upright": False, "colour": (120,)},
    }
    pictures = np.concatenate([stripes(30, seed=seed, **kind) for seed, kind in enumerate(kinds.values())])[..., 0]
    data = dataset_from_arrays(pictures, [name for name in kinds for _ in range(30)], name="grey")
    found = baselines_of(data)
    assert found["logistic regression on HOG and grey levels"].metric.value == 1
    assert "random forest on grey levels" in found


def test_the_model_is_compared_on_the_same_pictures_and_the_work_is_told() -> None:
    data = dataset_of({"upright": {"upright": True, "colour": GREY}, "lying": {"upright": False, "colour": GREY}})
    told: list[Work] = []
    wrong = 1 - data.targets[data.splits["val"]]
    with listening(lambda work: told.append(work) if work is not None else None):
        found = baselines_of(data, model_answers=wrong)
    versus = found["logistic regression on HOG and colours"].versus
    assert versus is not None
    assert (versus.b_value, versus.verdict) == (0, "a")
    assert told[0].total == len(data.splits["train"]) + len(data.splits["val"])
    assert told[-1].what.startswith("scoring a simple method beside it: ")


def test_a_class_named_with_braces_is_only_a_name() -> None:
    kinds = {"{where}": {"upright": True, "colour": GREY}, "{b}": {"upright": False, "colour": GREY}}
    assert baselines_of(dataset_of(kinds))["majority class"].description.startswith("Always '{")


def test_numbers_have_a_mean_a_ridge_and_a_forest() -> None:
    reds = np.linspace(40, 200, 60)
    pictures = np.concatenate(
        [stripes(1, upright=True, colour=(int(red), 90, 90), seed=place) for place, red in enumerate(reds)]
    )
    data = dataset_from_arrays(pictures, reds, name="reds")
    found = baselines_of(data, headline="mae")
    assert [name.partition(" on ")[0] for name in found] == [
        "mean",
        "nearest neighbour",
        "ridge regression",
        "random forest",
    ]
    assert found["random forest on colours"].metric.value < 0.5 * found["mean"].metric.value


def test_several_labels_have_a_method_each() -> None:
    random = np.random.default_rng(4)
    labels = random.integers(0, 2, (80, 2)).astype(bool)
    pictures = np.concatenate(
        [
            stripes(1, upright=bool(upright), colour=(190, 60, 60) if red else (60, 60, 190), seed=place)
            for place, (upright, red) in enumerate(labels)
        ]
    )
    data = dataset_from_arrays(pictures, labels.astype(int), classes=["upright", "red"], name="labels")
    found = baselines_of(data, headline="f1_macro", model_answers=data.targets[data.splits["val"]] > 0)
    assert found["logistic regression on HOG and colours"].metric.value == 1
    assert found["every label"].metric.value < 1


def test_only_pictures_of_some_size_are_looked_at_so() -> None:
    def of(height: int, width: int) -> ImagePreprocessing:
        return ImagePreprocessing(
            height=height, width=width, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.2,) * 3
        )

    assert suits_pictures(of(224, 224))
    assert not suits_pictures(of(8, 8))
    assert not suits_pictures(of(20, 600)), "shrunk, nothing of its height is left"


def test_the_nearest_is_scikit_learns_by_the_cosine_of_what_differs_from_the_mean() -> None:
    random = np.random.default_rng(2)
    known, asked = (random.normal(size=(count, 7)).astype(np.float32) + 3 for count in (40, 15))
    mean = known.mean(axis=0)
    expected = cosine_distances(asked - mean, known - mean).argmin(axis=1)
    assert nearest_neighbours(*centred_directions(known, asked)).tolist() == expected.tolist()
    same, _ = centred_directions(np.ones((3, 4), np.float32), np.ones((1, 4), np.float32))
    assert not same.any()  # pictures without a difference have no direction
