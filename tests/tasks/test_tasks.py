"""Losses and answers of the table's rows, against hand-made numbers and PyTorch's own losses."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pellucid.errors import RecipeError
from pellucid.kinds import ClassTarget, ValueTarget
from pellucid.tasks import Binary, Regression, SingleLabel, build_task, default_task

from .conftest import Constant, batch_of

GENERATOR = torch.Generator()


def test_cross_entropy_is_minus_the_log_of_the_right_class() -> None:
    logits = torch.log(torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))
    loss = SingleLabel(3).loss(
        {"model": Constant(logits)}, batch_of(torch.tensor([0, 1])), phase="all", generator=GENERATOR
    )
    assert float(loss.value) == pytest.approx((-math.log(0.7) - math.log(0.1)) / 2)
    assert int(loss.sums["accuracy"]) == 1


def test_label_smoothing_spreads_its_share_over_all_classes() -> None:
    logits = torch.log(torch.tensor([[0.7, 0.2, 0.1]]))
    loss = SingleLabel(3, label_smoothing=0.3).loss(
        {"model": Constant(logits)}, batch_of(torch.tensor([0])), phase="all", generator=GENERATOR
    )
    expected = -(0.8 * math.log(0.7) + 0.1 * math.log(0.2) + 0.1 * math.log(0.1))
    assert float(loss.value) == pytest.approx(expected)


def test_binary_has_one_logit_inside_and_two_probabilities_outside() -> None:
    task = Binary()
    answer = task.answer(torch.tensor([[0.0], [math.log(3)]]))
    np.testing.assert_allclose(answer.probabilities, [[0.5, 0.5], [0.25, 0.75]], rtol=1e-6)
    assert task.output_width == 1


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_binary_loss_equals_that_of_two_classes_with_logits_minus_and_plus_half(smoothing: float) -> None:
    logit, targets = torch.tensor([[1.3], [-0.4]]), torch.tensor([1, 1])
    two = torch.cat([torch.zeros_like(logit), logit], dim=1)
    one = Binary(label_smoothing=smoothing).loss(
        {"model": Constant(logit)}, batch_of(targets), phase="all", generator=GENERATOR
    )
    other = SingleLabel(2, label_smoothing=smoothing).loss(
        {"model": Constant(two)}, batch_of(targets), phase="all", generator=GENERATOR
    )
    assert float(one.value) == pytest.approx(float(other.value), rel=1e-6)
    assert int(one.sums["accuracy"]) == int(other.sums["accuracy"]) == 1


def test_measure_sums_without_smoothing() -> None:
    logits, targets = torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 0])
    sums = SingleLabel(2, label_smoothing=0.5).measure({"model": Constant(logits)}, batch_of(targets))
    assert float(sums["loss"]) == pytest.approx(
        float(torch.nn.functional.cross_entropy(logits, targets, reduction="sum"))
    )


def test_temperature_divides_the_logits_of_an_answer() -> None:
    logits = torch.tensor([[2.0, 0.0]])
    answer = SingleLabel(2, temperature=2.0).answer(logits)
    np.testing.assert_allclose(answer.probabilities, torch.softmax(logits / 2, 1).numpy(), rtol=1e-6)


def test_regression_learns_scaled_values_and_answers_in_the_unit_of_the_target() -> None:
    task = Regression(mean=(100.0,), std=(20.0,))
    outputs = torch.tensor([[0.5], [-1.0]])
    loss = task.loss(
        {"model": Constant(outputs)}, batch_of(torch.tensor([0.0, -1.0])), phase="all", generator=GENERATOR
    )
    assert float(loss.value) == pytest.approx(0.125)
    assert float(loss.sums["mae"]) == pytest.approx(10.0)
    answer = task.answer(outputs)
    np.testing.assert_allclose(answer.values, [110.0, 80.0])


def test_the_default_task_follows_from_the_target() -> None:
    assert default_task(ClassTarget(classes=("a", "b"))) == "binary"
    assert default_task(ClassTarget(classes=("a", "b", "c"))) == "single-label"
    assert default_task(ValueTarget(name="price")) == "regression"


@pytest.mark.parametrize(
    ("name", "target", "message"),
    [
        ("singel-label", ClassTarget(classes=("a", "b")), "Did you mean 'single-label'"),
        ("binary", ClassTarget(classes=("a", "b", "c")), "Use --task single-label"),
        ("single-label", ValueTarget(name="price"), "Use --task regression"),
    ],
)
def test_a_task_that_does_not_fit_its_target_is_refused(
    name: str, target: ClassTarget | ValueTarget, message: str
) -> None:
    with pytest.raises(RecipeError, match=message):
        build_task(name, target)
