"""A ladder from the trivial baseline to a fine-tuned network: its runs, its table, its one opening of test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pellucid import api
from pellucid.data import Dataset, dataset_from_arrays, load_dataset
from pellucid.errors import RecipeError
from pellucid.evaluation.meanings import metric_words
from pellucid.ladder import Ladder
from pellucid.report import write_page
from pellucid.store import StoredWeights

MakePictures = Callable[..., Dataset]
BACKBONE = "timm:test_resnet"
QUICK: dict[str, Any] = {"epochs": 1, "imgsz": 32}


@pytest.fixture(autouse=True)
def _small_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let forests have few trees: what they find is not looked at here."""
    monkeypatch.setattr("pellucid.ladder.methods.TREES", 10)
    monkeypatch.setattr("pellucid.evaluation.picture_baselines.TREES", 10)


@pytest.fixture
def weights(store_weights: Callable[..., StoredWeights]) -> None:
    """Put weights of a small backbone into a store of the test's own."""
    store_weights(BACKBONE)


@pytest.mark.usefixtures("weights")
def test_pictures_climb_to_a_fine_tuned_backbone(make_pictures: MakePictures, tmp_path: Path) -> None:
    made = api.ladder(make_pictures(), runs_dir=tmp_path / "runs", **QUICK)
    assert [rung.kind for rung in made.rungs] == [
        "trivial",
        *["classical"] * 3,
        "from scratch",
        "frozen backbone",
        "fine-tuned",
    ]
    scratch, frozen, tuned = (api.open_run(rung.run) for rung in made.rungs[-3:])
    assert scratch.record.weights is None
    assert frozen.record.weights == tuned.record.weights is not None
    assert frozen.record.recipe.freezing.freeze == "all"
    assert tuned.record.recipe.freezing.freeze != "all"
    assert len({run.record.dataset.split_fingerprint for run in (scratch, frozen, tuned)}) == 1
    assert all(rung.parameters and rung.num_bytes > 0 for rung in made.rungs[-3:])
    assert made.opening is None
    assert all(run.folder.num_openings("test") == 0 for run in (scratch, frozen, tuned))
    (exhibit,) = tuned.folder.read_exhibits()
    assert exhibit.title == "The ladder: corners"
    assert "frozen backbone" in tuned.folder.report.read_text(encoding="utf-8")
    page = write_page([made], tmp_path / "ladder.html").read_text(encoding="utf-8")
    assert "support vector machine" in page


@pytest.mark.usefixtures("no_weights")
def test_without_weights_it_ends_at_the_network_from_scratch_and_says_why(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    made = api.ladder(make_pictures(), runs_dir=tmp_path / "runs", open_test=True, **QUICK)
    assert made.rungs[-1].kind == "from scratch"
    assert any("There are no pretrained weights on this machine" in note for note in made.notes)
    assert made.opening is not None
    assert all(rung.test is not None for rung in made.rungs)
    run = api.open_run(made.rungs[-1].run)
    assert run.folder.num_openings("test") == 1
    opened = next(one for one in run.evaluations if one.split == "test")
    assert made.rungs[-1].test is not None
    assert opened.metrics["accuracy"] == made.rungs[-1].test.metric


def test_a_table_of_numbers_climbs_to_a_small_network(tmp_path: Path) -> None:
    made = api.ladder(load_dataset("diabetes"), runs_dir=tmp_path, epochs=2)
    assert [rung.name for rung in made.rungs][-2:] == ["gradient boosting", "from scratch"]
    assert Ladder.from_dict(json.loads(json.dumps(made.to_dict())), source="JSON") == made


def test_what_the_rungs_differ_in_cannot_be_chosen_for_all(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="--pretrained does not go with --ladder"):
        api.ladder("iris", runs_dir=tmp_path, pretrained=True)
    assert not list(tmp_path.iterdir())


def test_names_of_classes_are_shown_as_words(make_pictures: MakePictures, tmp_path: Path) -> None:
    """The majority class stands in a description: it is hostile input."""
    import numpy as np

    generator = np.random.default_rng(0)
    labels = np.arange(60) % 3 == 0
    pictures = generator.integers(0, 120, (60, 12, 12)) + 60 * labels[:, None, None]
    names = ["<script>alert(1)</script>", "b"]
    data = dataset_from_arrays(pictures.astype(np.uint8), [names[int(one)] for one in labels], name="shades")
    from pellucid.ladder import climb_classical, tabulate

    page = write_page([tabulate(data, climb_classical(data, ("val",)))], tmp_path / "page.html")
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(("kind", "metric"), [("labels", "f1_macro"), ("value", "mae")])
def test_labels_and_numbers_climb_from_pictures_to_a_fine_tuned_backbone(
    kind: str, metric: str, tmp_path: Path
) -> None:
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 255, (60, 16, 16, 3), np.uint8)
    bright = pictures.reshape(60, -1).mean(axis=1)
    several = np.stack([bright > 127, pictures[:, 0, 0, 0] > 99], axis=1).astype(int)
    dataset = dataset_from_arrays(pictures, bright if kind == "value" else several, name=kind)
    made = api.ladder(dataset, runs_dir=tmp_path / "runs", **QUICK)
    assert made.metric_name == metric
    assert [rung.kind for rung in made.rungs[-3:]] == ["from scratch", "frozen backbone", "fine-tuned"]
    for rung in made.rungs[-3:]:
        evaluation = next(one for one in api.open_run(rung.run).evaluations if one.split == "val")
        assert evaluation.metrics[metric].value == pytest.approx(rung.val.metric.value)
    page = write_page([made], tmp_path / "ladder.html").read_text(encoding="utf-8")
    assert f"{metric_words(metric).label}, val" in page
    assert f"{metric_words(metric).label}, val" in str(made)
