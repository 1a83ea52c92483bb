"""Weights and focal loss against PyTorch's and torchvision's own; answers corrected for what the weights shifted."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import Generator, Tensor
from torch.nn import functional

from pellucid.tasks import Binary, Emphasis, Regression, SingleLabel, balanced_weights
from pellucid.tasks.losses import class_losses, yes_no_losses

from .conftest import Constant, batch_of


def random_logits(*shape: int) -> Tensor:
    return 2 * torch.randn(*shape, generator=Generator().manual_seed(1))


def test_balanced_weights_are_scikit_learns() -> None:
    targets = np.repeat([0, 1, 2], [50, 30, 5])
    expected = compute_class_weight("balanced", classes=np.array([0, 1, 2]), y=targets)
    assert balanced_weights([50, 30, 5]) == pytest.approx(expected)
    assert np.mean(np.array(balanced_weights([50, 30, 5]))[targets]) == pytest.approx(1)


def test_a_class_without_training_examples_gets_a_harmless_weight() -> None:
    assert balanced_weights([6, 0, 2]) == pytest.approx((8 / 12, 1.0, 2.0))


def test_class_weights_multiply_the_cross_entropy() -> None:
    logits, targets, weights = random_logits(6, 3), torch.tensor([0, 0, 0, 1, 1, 2]), (0.5, 1.0, 3.0)
    task = SingleLabel(3, emphasis=Emphasis(class_weights=weights))
    loss = task.loss({"model": Constant(logits)}, batch_of(targets), phase="all", generator=Generator())
    expected = functional.cross_entropy(logits, targets, weight=torch.tensor(weights), reduction="sum") / 6
    assert float(loss.value) == pytest.approx(float(expected), rel=1e-6)


def test_the_sampler_leaves_the_training_loss_alone_and_validation_weighs_as_if_it_had_sampled() -> None:
    logits, targets = random_logits(4, 2), torch.tensor([0, 0, 0, 1])
    task = SingleLabel(2, emphasis=Emphasis(class_weights=(2 / 3, 2.0), way="sampler"))
    models = {"model": Constant(logits)}
    loss = task.loss(models, batch_of(targets), phase="all", generator=Generator())
    assert float(loss.value) == pytest.approx(float(functional.cross_entropy(logits, targets)), rel=1e-6)
    each = functional.cross_entropy(logits, targets, reduction="none")
    expected = 2 / 3 * float(each[:3].sum()) + 2 * float(each[3])
    assert float(task.measure(models, batch_of(targets))["loss"]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
def test_focal_loss_of_two_classes_is_torchvisions(gamma: float) -> None:
    from torchvision.ops import sigmoid_focal_loss

    logits, targets = random_logits(50), (random_logits(50) > 0).float()
    expected = sigmoid_focal_loss(logits, targets, alpha=-1, gamma=gamma)
    given = yes_no_losses(logits, targets, loss="focal", gamma=gamma)
    torch.testing.assert_close(given, expected)


def test_focal_loss_of_many_classes_by_hand() -> None:
    logits = torch.log(torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))
    given = class_losses(logits, torch.tensor([0, 1]), loss="focal", gamma=2.0)
    assert given.tolist() == pytest.approx([-(0.3**2) * math.log(0.7), -(0.9**2) * math.log(0.1)])


def test_the_gradient_of_focal_loss_stays_finite_for_certain_answers() -> None:
    logits = torch.tensor([[200.0, -200.0], [-200.0, 200.0]], requires_grad=True)
    class_losses(logits, torch.tensor([0, 0]), loss="focal", gamma=0.5).sum().backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_dividing_by_the_weights_gives_back_the_probabilities_of_the_data() -> None:
    """Saerens et al. 2002: a network taught with weights w answers p(k) w(k) / sum."""
    truth = torch.tensor([[0.90, 0.08, 0.02], [0.50, 0.30, 0.20]], dtype=torch.float64)
    weights = (0.4, 2.0, 9.0)
    learned = (truth * torch.tensor(weights, dtype=torch.float64)).log() + 3.0
    answer = SingleLabel(3, emphasis=Emphasis(class_weights=weights)).answer(learned)
    np.testing.assert_allclose(answer.probabilities, truth, rtol=1e-5)
    assert answer.labels.tolist() == (truth * torch.tensor(weights)).argmax(1).tolist() == [0, 2]


def test_adjusted_logits_minimise_the_plain_loss_of_the_data() -> None:
    """Menon et al. 2021: cross-entropy of logits + log prior."""
    logits, targets, counts = random_logits(6, 3), torch.tensor([0, 0, 0, 1, 1, 2]), [50, 30, 5]
    task = SingleLabel(3, class_loss="logit-adjusted", emphasis=Emphasis(balanced_weights(counts), "adjusted-logits"))
    prior = torch.tensor(counts) / 85
    expected = functional.cross_entropy(logits + prior.log(), targets)
    loss = task.loss({"model": Constant(logits)}, batch_of(targets), phase="all", generator=Generator())
    assert float(loss.value) == pytest.approx(float(expected), rel=1e-6)
    answer = task.answer(logits)
    np.testing.assert_allclose(answer.probabilities, torch.softmax(logits + prior.log(), 1), rtol=1e-5)
    assert answer.labels.tolist() == logits.argmax(1).tolist()


def test_adjusted_logits_of_two_classes_are_one_logit() -> None:
    logits, targets = random_logits(5, 1), torch.tensor([0, 0, 0, 0, 1])
    task = Binary(class_loss="logit-adjusted", emphasis=Emphasis(balanced_weights([80, 20]), "adjusted-logits"))
    loss = task.loss({"model": Constant(logits)}, batch_of(targets), phase="all", generator=Generator())
    expected = functional.binary_cross_entropy_with_logits(logits.squeeze(1) + math.log(20 / 80), targets.float())
    assert float(loss.value) == pytest.approx(float(expected), rel=1e-6)


def test_the_same_holds_for_two_classes_with_one_logit() -> None:
    positive, (low, high) = torch.tensor([0.1, 0.3, 0.6], dtype=torch.float64), (0.6, 3.0)
    learned = torch.log(positive * high / ((1 - positive) * low))[:, None]
    answer = Binary(emphasis=Emphasis(class_weights=(low, high))).answer(learned)
    np.testing.assert_allclose(answer.probabilities[:, 1], positive, rtol=1e-5)
    assert answer.labels.tolist() == [0, 1, 1]


def test_balanced_accuracy_of_validation_is_scikit_learns_whatever_the_batches() -> None:
    from sklearn.metrics import balanced_accuracy_score

    logits, targets = random_logits(12, 3), torch.tensor([0] * 7 + [1] * 4 + [2])
    counts = tuple(torch.bincount(targets).tolist())
    task = SingleLabel(3, emphasis=Emphasis(judged_counts=counts))
    assert task.monitor.name == "balanced_accuracy"
    assert SingleLabel(3, emphasis=Emphasis(judged_counts=counts, by_class=False)).monitor.name == "accuracy"
    total = 0.0
    for rows in (slice(0, 5), slice(5, 12)):
        measured = task.measure({"model": Constant(logits[rows])}, batch_of(targets[rows]))
        total += float(measured["balanced_accuracy"])
    assert total / 12 == pytest.approx(balanced_accuracy_score(targets, logits.argmax(1)))


def test_the_noise_of_balanced_accuracy_is_that_of_its_rarest_class() -> None:
    even = Emphasis((1.0, 1.0), "sampler", judged_counts=(50, 50)).monitor
    uneven = Emphasis((0.5, 25.0), "sampler", judged_counts=(98, 2)).monitor
    assert even.noise(0.8, 100) == pytest.approx(SingleLabel(2).monitor.noise(0.8, 100))
    assert uneven.noise(0.8, 100) > 2 * even.noise(0.8, 100)


@pytest.mark.parametrize("counts", [(60, 1), (40, 50, 30, 10, 2, 1), (200, 3)])
def test_one_example_of_a_rare_class_chooses_no_epoch(counts: tuple[int, ...]) -> None:
    emphasis = Emphasis(balanced_weights(counts), "sampler", judged_counts=counts)
    one_more = 1 / (len(counts) * min(counts))
    assert emphasis.monitor.noise(0.4, sum(counts)) > one_more
    weights = emphasis.of_targets(torch.arange(len(counts)), training=False)
    assert weights is not None
    # Nor does its loss, which decides between ties: no example counts more than a fifth of its class's share.
    assert float(weights.max()) / sum(counts) <= 1 / (5 * len(counts)) + 1e-9


@pytest.mark.parametrize("task", [SingleLabel(2), Binary(), Regression()])
def test_an_example_of_weight_two_counts_as_two(task: SingleLabel | Binary | Regression) -> None:
    outputs = random_logits(3, task.output_width)
    targets = torch.tensor([0, 1, 1]) if not isinstance(task, Regression) else torch.tensor([0.5, -1.0, 2.0])
    doubled = torch.tensor([0, 1, 2, 2])
    one = task.loss(
        {"model": Constant(outputs)},
        batch_of(targets, torch.tensor([1.0, 1.0, 2.0])),
        phase="all",
        generator=Generator(),
    )
    two = task.loss(
        {"model": Constant(outputs[doubled])}, batch_of(targets[doubled]), phase="all", generator=Generator()
    )
    assert float(one.value) * 3 == pytest.approx(float(two.value) * 4)
