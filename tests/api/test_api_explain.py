"""`run.explain` on every kind of run: classes, two classes of one logit, labels, numbers, tables; and any module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import pellucid
from pellucid.data import Dataset, dataset_from_arrays
from pellucid.errors import DataError, RecipeError

Make = Callable[..., Dataset]


@pytest.mark.slow
def test_classes_are_explained_with_a_map_on_the_picture_and_the_nearest_training_examples(
    make_pictures: Make, tmp_path: Path
) -> None:
    run = pellucid.train(make_pictures(160), model="cnn", epochs=4, runs_dir=tmp_path)
    made = run.explain(3, method=["grad-cam", "occlusion"])
    assert made.target == run.predict(run.dataset.inputs.pixels(3))[0].label  # type: ignore[attr-defined]
    assert made.picture is not None
    assert made.on_picture(made["grad-cam"]).shape == (8, 8)
    assert made["grad-cam"].layer == "act5"
    assert [near.distance for near in made.neighbours] == sorted(near.distance for near in made.neighbours)
    train = set(run.dataset.splits["train"].tolist())
    assert all(near.index in train and near.index != 3 for near in made.neighbours)
    other = next(name for name in run.predictor.classes if name != made.target)
    asked = run.explain(3, target=other, checks=False, neighbours=0)
    assert asked.target == other
    assert asked.answered < made.answered
    assert asked.neighbours == ()
    with pytest.raises(RecipeError, match=r"The run has no class 'rihgt'\. Did you mean 'right'"):
        run.explain(3, target="rihgt")
    with pytest.raises(DataError, match="has no example 160"):
        run.explain(160)


@pytest.mark.slow
def test_nearest_training_examples_are_those_of_the_last_features(make_pictures: Make, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(120), model="cnn", epochs=2, runs_dir=tmp_path)
    train = run.dataset.splits["train"]
    features = run.predictor.split_outputs(run.dataset, train).features
    assert features is not None
    index = int(run.dataset.splits["val"][0])
    own = run.predictor.split_outputs(run.dataset, np.array([index])).features
    assert own is not None
    cosine = features @ own[0] / np.linalg.norm(features, axis=1) / np.linalg.norm(own[0])
    near = run.explain(index, checks=False, neighbours=4).neighbours
    assert [one.index for one in near] == train[np.argsort(-cosine, kind="stable")[:4]].tolist()
    assert [one.distance for one in near] == pytest.approx(np.sort(1 - cosine)[:4].tolist(), abs=1e-5)
    assert near[0].target == run.dataset.target.classes[run.dataset.targets[near[0].index]]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_both_classes_of_a_single_logit_are_explained(make_pictures: Make, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(100, classes=["left", "right"]), model="cnn", epochs=3, runs_dir=tmp_path)
    assert run.predictor.task.output_width == 1
    left, right = (
        run.explain(0, target=name, method="integrated-gradients", checks=False) for name in ("left", "right")
    )
    assert left.answered + right.answered == pytest.approx(1, abs=1e-6)
    assert left.score == pytest.approx(-right.score)
    assert left.attributions[0].values == pytest.approx(-right.attributions[0].values, abs=1e-6)


@pytest.mark.slow
def test_labels_and_numbers_are_explained(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    pictures = chance.integers(0, 256, (120, 8, 8), dtype=np.uint8)
    labels = np.stack([pictures[:, :4].mean((1, 2)) > 127, pictures[:, 4:].mean((1, 2)) > 127], axis=1).astype(np.int64)
    several = pellucid.train(
        dataset_from_arrays(pictures, labels, name="halves", classes=["up", "down"]),
        model="cnn", epochs=2, runs_dir=tmp_path,
    )  # fmt: skip
    made = several.explain(0, target="down", checks=False)
    assert made.answered == pytest.approx((several.predict(pictures[0])[0].probabilities or {})["down"], abs=1e-6)
    brightness = 100 + pictures.mean((1, 2)).astype(np.float64)
    value = pellucid.train(
        dataset_from_arrays(pictures, brightness, name="brightness"), model="cnn", epochs=2, runs_dir=tmp_path
    )
    made = value.explain(5, method="integrated-gradients", checks=False)
    assert made.unit == "value"
    assert made.score == pytest.approx(value.predict(pictures[5])[0].value, rel=1e-5)
    total = float(made.attributions[0].cells.sum())
    assert made.attributions[0].figures["difference"] == pytest.approx(total, rel=0.05)


@pytest.mark.slow
def test_a_row_of_a_table_is_explained_column_by_column(tmp_path: Path) -> None:
    run = pellucid.train("iris", epochs=5, runs_dir=tmp_path)
    made = run.explain(60)
    assert made.attributions[0].method == "integrated-gradients"
    assert made.attributions[0].cells.shape == (4,)
    assert made.columns == run.record.preprocessing.feature_names  # type: ignore[attr-defined]
    assert made.picture is None
    assert made.neighbours[0].picture is None
    table = tmp_path / "new.csv"
    table.write_text("sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n6.0,2.9,4.5,1.5\n")
    asked = run.explain(table, checks=False)
    assert asked.name == f"{table} row 1"
    assert asked.answer == str(run.predict(table)[0]).removeprefix(f"{asked.name}: ")


def test_any_module_is_explained() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, stride=2), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(),
        torch.nn.Linear(8, 3),
    )  # fmt: skip
    made = pellucid.explain(net, torch.randn(3, 24, 24), names=("ant", "bee", "cat"), checks=False)
    assert made.target in ("ant", "bee", "cat")
    assert made.attributions[0].layer == "1"
    assert "Grad-CAM, layer 1" in str(made)
    assert made.to_dict()["attributions"][0]["cells"][0]
