"""Uneven classes: what is said and can be chosen, what the sampler shows, and that runs answer accordingly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pellucid import api
from pellucid.data import Dataset, dataset_from_arrays, load_dataset
from pellucid.errors import RecipeError
from pellucid.runs import Recipe
from pellucid.training.imbalance import refuse_class_choices, resolve_imbalance
from pellucid.training.plan import plan_run
from pellucid.training.randomness import balanced_order


def uneven_pictures(counts: tuple[int, ...] = (160, 20), *, hint: int = 35) -> Dataset:
    """Return 8 x 8 pictures of noise whose brightness hints at the class."""
    random = np.random.default_rng(3)
    labels = np.repeat(np.arange(len(counts)), counts)
    pictures = random.integers(0, 120, (len(labels), 8, 8)) + hint * labels[:, None, None]
    return dataset_from_arrays(pictures.astype(np.uint8), [f"c{label}" for label in labels], name="uneven", val=0.2)


def test_uneven_classes_are_learned_as_they_are_and_that_is_said() -> None:
    even, said = resolve_imbalance(Recipe(), [300, 100])
    assert (even.classes.class_weight, even.batches.sampler, even.objective.loss, said) == (
        "none",
        "none",
        "cross-entropy",
        (),
    )
    uneven, said = resolve_imbalance(Recipe(), [301, 100])
    assert (uneven.classes.class_weight, uneven.batches.sampler, uneven.objective.loss) == (
        "none",
        "none",
        "cross-entropy",
    )
    assert not uneven.counts_classes_alike
    assert (said[0].name, said[0].value) == ("sampler", "none")
    assert "3.0 times" in said[0].reason
    assert "--sampler balanced" in said[0].reason
    assert "plain and balanced accuracy are both told" in said[0].reason


@pytest.mark.parametrize("kind", ["image", "table", "text"])
def test_texts_are_weighed_unasked_and_nothing_else_is(kind: str, tmp_path: Path) -> None:
    data = uneven_pictures((40, 8))
    if kind != "image":
        cell = {"table": "{}.5", "text": "it is number {} of all the words"}[kind]
        lines = [f"{cell.format(row)},c{int(row >= 40)}" for row in range(48)]
        (tmp_path / "table.csv").write_text("\n".join(["what,target", *lines]), encoding="utf-8")
        data = load_dataset(tmp_path / "table.csv", target="target")
    record = plan_run(data, Recipe(epochs=1)).record
    assert record.preprocessing.kind == kind
    weight = "balanced" if kind == "text" else "none"
    assert (record.recipe.batches.sampler, record.recipe.classes.class_weight, record.recipe.objective.loss) == (
        "none",
        weight,
        "cross-entropy",
    )
    assert record.chosen_by == ("balanced_accuracy" if kind == "text" else "accuracy")
    said = [(one.name, one.value) for one in record.decisions if one.name in ("sampler", "class weight")]
    assert said == [("class weight", "balanced") if kind == "text" else ("sampler", "none")]


@pytest.mark.parametrize(
    "given", [{"sampler": "none"}, {"loss": "cross-entropy"}, {"loss": "logit-adjusted"}, {"loss": "focal"}]
)
def test_who_chose_a_remedy_gets_no_other(given: dict[str, str]) -> None:
    resolved, said = resolve_imbalance(Recipe().override(**given), [1000, 10])
    assert said == ()
    assert (resolved.classes.class_weight, resolved.batches.sampler) == ("none", "none")
    assert resolved.objective.gamma == (2.0 if given.get("loss") == "focal" else None)
    assert resolved.objective.loss == given.get("loss", "cross-entropy")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"gamma": 1.0}, "Add --loss focal"),
        ({"class_weight": "balanced", "sampler": "balanced"}, "count rare classes twice"),
        ({"class_weight": "balanced", "loss": "logit-adjusted"}, "count rare classes twice"),
    ],
)
def test_choices_that_exclude_each_other_are_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        resolve_imbalance(Recipe().override(**given), [10, 10])


def test_where_pictures_are_mixed_the_adjusted_loss_is_named_instead_of_the_sampler() -> None:
    resolved, said = resolve_imbalance(Recipe(), [400, 10], mixes=True)
    assert (resolved.batches.sampler, resolved.objective.loss) == ("none", "cross-entropy")
    assert "--loss logit-adjusted" in said[0].reason
    assert "--sampler" not in said[0].reason
    with pytest.raises(RecipeError, match="does not go with --mixup"):
        resolve_imbalance(Recipe(sampler="balanced"), [400, 10], mixes=True)


def test_a_number_as_target_has_no_class_weights() -> None:
    with pytest.raises(RecipeError, match="--class-weight is for one class of several"):
        refuse_class_choices(Recipe(class_weight="balanced"))


def test_a_balanced_epoch_shows_each_class_equally_often_and_each_example_before_any_again() -> None:
    strata = torch.tensor([0] * 90 + [1] * 7 + [2] * 3)
    order = balanced_order(strata, seed=1, epoch=4)
    places, repetitions = order % 100, order // 100
    assert len(order) == 100
    assert sorted(torch.bincount(strata[places]).tolist()) == [33, 33, 34]
    assert len(set(order.tolist())) == 100
    for kind, size in ((1, 7), (2, 3)):
        times = torch.bincount(places[strata[places] == kind], minlength=100)[strata == kind]
        assert int(times.max() - times.min()) <= 1
        assert int(repetitions[strata[places] == kind].max()) == -(-int(times.sum()) // size) - 1
    large = places[strata[places] == 0]
    assert len(set(large.tolist())) == len(large)


def test_a_balanced_order_hangs_on_seed_and_epoch_alone() -> None:
    strata = torch.tensor([0] * 20 + [1] * 4)
    assert torch.equal(balanced_order(strata, seed=1, epoch=1), balanced_order(strata, seed=1, epoch=1))
    assert not torch.equal(balanced_order(strata, seed=1, epoch=1), balanced_order(strata, seed=1, epoch=2))
    assert not torch.equal(balanced_order(strata, seed=1, epoch=1), balanced_order(strata, seed=2, epoch=1))


@pytest.mark.slow
@pytest.mark.parametrize("given", [{"class_weight": "balanced"}, {"sampler": "balanced"}, {"loss": "logit-adjusted"}])
def test_each_remedy_finds_more_of_the_rare_class_at_honest_probabilities(
    given: dict[str, str], tmp_path: Path
) -> None:
    data = uneven_pictures((500, 40), hint=6)
    common = {"model": "linear", "epochs": 12, "runs_dir": tmp_path}
    plain = api.train(data, loss="cross-entropy", **common).evaluations[-1]  # type: ignore[arg-type]
    run = api.train(data, **common, **given)  # type: ignore[arg-type]
    helped = run.evaluations[-1]
    assert helped.headline == plain.headline == "balanced_accuracy"
    assert plain.classes is not None
    assert helped.classes is not None
    assert helped.classes[1].recall.value > plain.classes[1].recall.value
    indices = data.splits["val"]
    answer = run.predictor.answer(run.predictor.split_outputs(data, indices))
    # Uncorrected they would say that half of the examples are of the rare class.
    assert answer.numbers[:, 1].mean() == pytest.approx((data.targets[indices] == 1).mean(), abs=0.06)
    assert run.record.best is not None
    assert run.record.best.metric == "balanced_accuracy"
    assert "likeliest if all were equally frequent" in run.folder.report.read_text()


@pytest.mark.slow
def test_baselines_of_uneven_classes_are_compared_by_balanced_accuracy(tmp_path: Path) -> None:
    evaluation = api.train(uneven_pictures(), model="linear", epochs=4, runs_dir=tmp_path).evaluations[-1]
    for baseline in evaluation.baselines:
        assert baseline.metric_name == "balanced_accuracy"
        assert baseline.versus is not None
        assert baseline.versus.metric == "balanced_accuracy"
        assert baseline.versus.a_value == pytest.approx(baseline.metric.value)
        assert baseline.versus.b_value == pytest.approx(evaluation.headline_metric.value)
        assert baseline.versus.plain is not None
        assert baseline.versus.plain.metric == "accuracy"
        balanced, plain = baseline.versus.summary.split("In plain accuracy")
        assert balanced.startswith("In balanced accuracy")
        assert "alone is right" in plain


@pytest.mark.slow
def test_a_balanced_training_that_was_interrupted_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    from pellucid.training import load_weights

    data = uneven_pictures((60, 10))
    choices = {"model": "cnn", "epochs": 3, "sampler": "balanced"}

    class Stop:
        def planned(self, record: object, folder: object) -> None: ...
        def decided(self, decision: object) -> None: ...
        def passed(self, progress: object) -> None: ...
        def stepped(self, position: object) -> None: ...
        def ended_epoch(self, row: object, *, num_epochs: int, is_best: bool) -> None:
            raise KeyboardInterrupt

    whole = api.train(data, runs_dir=tmp_path, name="whole", **choices)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        api.train(data, runs_dir=tmp_path, name="cut", progress=Stop(), **choices)  # type: ignore[arg-type]
    resumed = api.resume(tmp_path / "cut", data=data)
    first, second = (run.predictor.model for run in (whole, resumed))
    for run, model in ((whole, first), (resumed, second)):
        load_weights(run.folder.checkpoints / "last.safetensors", {"model": model})
    for key, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[key])


@pytest.mark.slow
def test_an_example_of_weight_zero_teaches_nothing(tmp_path: Path) -> None:
    """Half of the training pictures are labelled wrongly; with weight 0 they do no harm."""
    random = np.random.default_rng(0)
    truth = random.integers(0, 2, 200)
    pictures = (random.integers(0, 60, (200, 8, 8)) + 120 * truth[:, None, None]).astype(np.uint8)
    wrong = np.arange(200) % 2 == 0
    wrong[160:] = False
    labels = np.where(wrong, 1 - truth, truth)
    splits = {"train": np.arange(160), "val": np.arange(160, 180), "test": np.arange(180, 200)}
    common = {"name": "weighted", "classes": ["dark", "light"], "splits": splits}
    with_weights = dataset_from_arrays(pictures, labels, weights=1.0 - wrong, **common)  # type: ignore[arg-type]
    without = dataset_from_arrays(pictures, labels, **common)  # type: ignore[arg-type]
    assert with_weights.fingerprint != without.fingerprint
    scores = [
        api.train(data, model="linear", epochs=6, runs_dir=tmp_path).evaluations[-1].metrics["accuracy"].value
        for data in (with_weights, without)
    ]
    assert scores[0] == 1.0
    assert scores[1] < 0.9
