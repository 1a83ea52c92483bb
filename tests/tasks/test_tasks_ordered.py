"""Classes that are steps in an order: the loss by hand, the median that is answered, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Generator

from pellucid import api
from pellucid.errors import RecipeError
from pellucid.kinds import ClassTarget, ValueTarget
from pellucid.tasks import Ordered, build_task
from pellucid.tasks.losses import ordered_losses
from pellucid.tasks.ordered import median_steps

from .conftest import Constant, batch_of

SHARES = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.45, 0.1, 0.45]])


def test_the_loss_by_hand_is_dearer_the_farther_off() -> None:
    losses = ordered_losses(SHARES[:1].repeat(3, 1).log(), torch.tensor([0, 1, 2]))
    by_hand = [
        -(math.log(0.5) + math.log(0.8)) / 2,
        -(math.log(0.5) + math.log(0.8)) / 2,
        -(math.log(0.5) + math.log(0.2)) / 2,
    ]
    assert losses.tolist() == pytest.approx(by_hand)
    certain = ordered_losses(torch.tensor([[9.0, 0.0, 0.0, 0.0]]).repeat(4, 1), torch.arange(4))
    assert certain.tolist() == sorted(certain.tolist())


def test_the_loss_is_proper_true_probabilities_cost_least() -> None:
    truth = torch.tensor([0.2, 0.5, 0.3])
    logits = truth.log()[None].clone().requires_grad_()
    expected = (truth * ordered_losses(logits.repeat(3, 1), torch.arange(3))).sum()
    expected.backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-6


def test_the_median_step_is_answered_not_the_most_probable() -> None:
    assert median_steps(SHARES.log()).tolist() == [0, 2, 1]
    answer = Ordered(3).answer(SHARES.log())
    assert answer.labels.tolist() == [0, 2, 1]
    np.testing.assert_allclose(answer.probabilities, SHARES, rtol=1e-5)


def test_what_is_measured_is_scikit_learns() -> None:
    from sklearn.metrics import accuracy_score, mean_absolute_error

    random = torch.Generator().manual_seed(0)
    logits, targets = torch.randn(40, 5, generator=random), torch.randint(0, 5, (40,), generator=random)
    task, model = Ordered(5), {"model": Constant(logits)}
    steps = median_steps(logits)
    found = task.measure(model, batch_of(targets))
    assert float(found["accuracy"]) / 40 == pytest.approx(accuracy_score(targets, steps))
    assert float(found["rank_mae"]) / 40 == pytest.approx(mean_absolute_error(targets, steps))
    loss = task.loss(model, batch_of(targets), phase="all", generator=Generator())
    assert float(loss.value) == pytest.approx(float(found["loss"]) / 40)


def test_words_two_classes_and_numbers_have_no_order_to_learn() -> None:
    target = ClassTarget(classes=("3", "4", "5"))
    assert isinstance(build_task("ordered", target), Ordered)
    for other, message in (
        (ClassTarget(classes=("bad", "good", "middling")), "'bad' of 'label' is no whole number"),
        (ClassTarget(classes=("0", "1")), "two have no order"),
        (ValueTarget(name="price"), "'price' is none"),
    ):
        with pytest.raises(RecipeError, match=message):
            build_task("ordered", other)


def table(folder: Path, rows: int = 240) -> Path:
    """Write a table whose scores, 1 to 5, follow a column with noise."""
    random = np.random.default_rng(1)
    x = random.normal(size=rows)
    scores = np.clip(np.round(3 + 1.2 * x + 0.7 * random.normal(size=rows)), 1, 5).astype(int)
    place = folder / "scores.csv"
    lines = [f"{a:.4f},{b:.4f},{score}" for a, b, score in zip(x, random.normal(size=rows), scores, strict=True)]
    place.write_text("\n".join(["x,noise,score", *lines]))
    return place


@pytest.mark.slow
def test_a_run_of_ordered_classes_is_measured_in_steps_and_opens_again(tmp_path: Path) -> None:
    from sklearn.metrics import cohen_kappa_score, mean_absolute_error

    data = api.load_dataset(table(tmp_path), target="score")
    assert "--ordered" in data.findings[0].message
    assert "--task regression" in data.findings[0].message
    run = api.train(data, ordered=True, epochs=8, runs_dir=tmp_path / "runs")
    assert (run.record.task, run.record.recipe.objective.task) == ("ordered", "ordered")
    found = run.evaluate("test", reason="a test")
    assert found.headline == "rank_mae"
    answers = run.predictor.answer(run.predictor.split_outputs(data, data.splits["test"])).as_targets
    truth = data.targets[data.splits["test"]]
    kappa = cohen_kappa_score(truth, answers, weights="quadratic", labels=range(5))
    assert found.metrics["quadratic_kappa"].value == pytest.approx(kappa)
    assert found.metrics["rank_mae"].value == pytest.approx(mean_absolute_error(truth, answers))
    for baseline in found.baselines:
        assert baseline.metric_name == "rank_mae"
        assert baseline.versus is not None
        assert baseline.versus.a_value == pytest.approx(baseline.metric.value)
    opened = api.open_run(run.path)
    assert opened.predictor.task == run.predictor.task
    assert "steps off on average" in run.folder.report.read_text()


def test_remedies_for_uneven_classes_do_not_go_with_ordered_ones(tmp_path: Path) -> None:
    data = api.load_dataset(table(tmp_path), target="score")
    for given in ({"sampler": "balanced"}, {"loss": "focal"}, {"class_weight": "balanced"}):
        with pytest.raises(RecipeError, match="does not go with ordered classes"):
            api.train(data, ordered=True, runs_dir=tmp_path / "runs", **given)  # type: ignore[arg-type]
    with pytest.raises(RecipeError, match="contradict each other"):
        api.train(data, ordered=True, task="single-label", runs_dir=tmp_path / "runs")
