"""Several labels, several numbers, bounded numbers: losses and answers by hand and against PyTorch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Generator
from torch.nn import functional

from pellucid.errors import RecipeError
from pellucid.kinds import ClassTarget, LabelsTarget, Target, ValuesTarget, ValueTarget
from pellucid.tasks import LabelsAnswer, MultiLabel, Regression, Scaling, build_task, default_task

from .conftest import Constant, batch_of

LABELS = LabelsTarget(classes=("a", "b", "c"))


def test_labels_are_learned_by_the_mean_of_their_binary_cross_entropies() -> None:
    logits = torch.randn(5, 3, generator=Generator().manual_seed(0))
    targets = torch.tensor([[1, 0, 0], [0, 0, 0], [1, 1, 1], [0, 1, 0], [0, 0, 1]])
    task = MultiLabel(3)
    loss = task.loss({"model": Constant(logits)}, batch_of(targets), phase="all", generator=Generator())
    assert float(loss.value) == pytest.approx(
        float(functional.binary_cross_entropy_with_logits(logits, targets.float())), rel=1e-6
    )
    measured = task.measure({"model": Constant(logits)}, batch_of(targets))
    assert float(measured["loss"]) / 5 == pytest.approx(float(loss.value), rel=1e-6)
    assert float(measured["hamming_loss"]) / 5 == pytest.approx(((logits > 0) != targets.bool()).float().mean().item())


def test_each_label_has_a_probability_of_its_own() -> None:
    answer = MultiLabel(3, temperature=2.0).answer(torch.tensor([[0.0, 2 * math.log(3), -2 * math.log(3)]]))
    assert isinstance(answer, LabelsAnswer)
    np.testing.assert_allclose(answer.probabilities, [[0.5, 0.75, 0.25]], rtol=1e-6)


@pytest.mark.parametrize(
    ("target", "task"),
    [
        (LABELS, "multi-label"),
        (ValuesTarget(name="x, y", names=("x", "y")), "regression"),
        (ValueTarget(name="x"), "regression"),
        (ClassTarget(classes=("a", "b")), "binary"),
    ],
)
def test_a_target_has_one_task_and_refuses_the_others(target: Target, task: str) -> None:
    assert default_task(target) == task
    assert build_task(task, target).name == task
    for other in {"multi-label", "regression"} - {task}:
        with pytest.raises(RecipeError, match=f"Use --task {task}"):
            build_task(other, target)


def test_several_numbers_are_answered_each_in_its_own_unit() -> None:
    target = ValuesTarget(name="x, y", names=("x", "y"))
    task = build_task("regression", target, scaling=Scaling(mean=(1.0, 100.0), std=(2.0, 50.0)))
    answer = task.answer(torch.tensor([[0.0, 1.0], [-1.0, 0.5]]))
    np.testing.assert_allclose(answer.as_targets, [[1, 150], [-1, 125]])
    outputs, targets = torch.tensor([[0.0, 1.0]]), torch.tensor([[0.5, -1.0]])
    loss = task.loss({"model": Constant(outputs)}, batch_of(targets), phase="all", generator=Generator())
    assert float(loss.value) == pytest.approx((0.25 + 4) / 2)


def test_bounded_answers_are_a_scaled_sigmoid_and_never_leave_the_range() -> None:
    task = Regression((3.0,), (2.0,), bounds=(0.1, 0.7))
    outputs = torch.tensor([[0.0], [1e4], [-1e4], [math.log(3)], [40.0], [-40.0]])
    values = task.answer(outputs).values
    assert values[0] == pytest.approx(0.4)
    assert values[3] == pytest.approx(0.1 + 0.6 * 0.75)
    assert (values.astype(np.float64) >= 0.1).all()
    assert (values.astype(np.float64) <= 0.7).all()


def test_a_bounded_number_is_learned_in_the_scale_of_its_target() -> None:
    task = Regression((3.0,), (2.0,), bounds=(0.0, 10.0))
    outputs = torch.zeros(1, 1, requires_grad=True)
    # sigmoid(0) of 0..10 is 5, scaled (5 - 3) / 2 = 1; the target 2 is (2 - 3) / 2 = -0.5.
    loss = task.loss({"model": Constant(outputs)}, batch_of(torch.tensor([-0.5])), phase="all", generator=Generator())
    assert loss.value.item() == pytest.approx(2.25)
    assert float(loss.sums["mae"]) == pytest.approx(3.0)
    loss.value.backward()  # type: ignore[no-untyped-call]
    assert outputs.grad is not None
    assert float(outputs.grad) == pytest.approx(2 * 1.5 * 10 * 0.25 / 2)
