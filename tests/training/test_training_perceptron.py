"""Rosenblatt's perceptron: the engine against the textbook's loop, number by number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pellucid import api
from pellucid.data import dataset_from_arrays, dataset_from_table
from pellucid.errors import RecipeError
from pellucid.kinds import Form
from pellucid.models import build_model
from pellucid.tasks import Binary, SingleLabel
from pellucid.tasks.losses import step_losses
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches
from pellucid.training.randomness import epoch_order

CPU = torch.device("cpu")
GATES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)


def learn(inputs: NDArray[np.float32], targets: NDArray[np.int64], *, epochs: int, outputs: int = 1) -> torch.nn.Module:
    model = build_model("perceptron", form=Form(shape=(inputs.shape[1],)), outputs=outputs, seed=0)
    source = TensorBatches(torch.from_numpy(inputs), torch.from_numpy(targets), torch.arange(len(targets)), CPU)
    steps = len(targets)
    schedule = Schedule(name="constant", lr=1.0, num_steps=epochs * steps, steps_per_epoch=steps)
    settings = EngineSettings(
        epochs=epochs, batch_size=1, optimizer=OptimizerSettings(name="sgd"), schedule=schedule, seed=0
    )
    task = Binary(class_loss="perceptron") if outputs == 1 else SingleLabel(outputs, class_loss="perceptron")
    engine = Engine(task, {"model": model}, source, None, settings, CPU)
    while engine.why_done is None:
        engine.run_epoch()
    return model


def rosenblatt(inputs: NDArray[np.float32], targets: NDArray[np.int64], *, epochs: int) -> NDArray[np.float64]:
    """Return (weights, bias) of the textbook's rule: w + (t - y) x, one example at a time, from zero."""
    weights = np.zeros(inputs.shape[1] + 1)
    for epoch in range(1, epochs + 1):
        for place in epoch_order(len(targets), seed=0, epoch=epoch).tolist():
            x = np.append(inputs[place], 1.0)
            answer = float(weights @ x >= 0)
            weights += (targets[place] - answer) * x
    return weights


def parameters(model: torch.nn.Module) -> NDArray[np.float64]:
    weight, bias = model.fc.weight, model.fc.bias  # type: ignore[union-attr]
    assert isinstance(weight, torch.Tensor)
    assert isinstance(bias, torch.Tensor)
    return np.concatenate([weight.detach().numpy(), bias.detach().numpy()[:, None]], axis=1).astype(np.float64)


@pytest.mark.parametrize("gate", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0]], ids=["and", "or", "nand"])
def test_gates_are_learned_with_the_textbooks_weights(gate: list[int]) -> None:
    targets = np.array(gate)
    model = learn(GATES, targets, epochs=20)
    expected = rosenblatt(GATES, targets, epochs=20)
    np.testing.assert_array_equal(parameters(model)[0], expected)
    answers = (GATES @ expected[:2] + expected[2] >= 0).astype(int)
    assert answers.tolist() == gate


def test_one_step_by_hand() -> None:
    # From zero the unit answers 1; the target is 0, so w becomes -x and b becomes -1.
    model = learn(np.array([[2.0, -3.0]], dtype=np.float32), np.array([0]), epochs=1)
    assert parameters(model).tolist() == [[-2, 3, -1]]


def test_what_a_line_cannot_separate_is_never_learned() -> None:
    xor = np.array([0, 1, 1, 0])
    weights = parameters(learn(GATES, xor, epochs=50))[0]
    assert ((GATES @ weights[:2] + weights[2] >= 0) != xor).any()


def test_on_separable_data_it_stops_making_mistakes() -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(200, 5)).astype(np.float32)
    margin = inputs @ np.array([1, -2, 0.5, 0, 1]) + 0.3
    kept = np.abs(margin) > 0.3
    inputs, targets = inputs[kept], (margin[kept] > 0).astype(np.int64)
    weights = parameters(learn(inputs, targets, epochs=40))[0]
    assert ((inputs @ weights[:5] + weights[5] >= 0) == targets).all()


def test_several_classes_are_learned_one_against_the_rest() -> None:
    random = np.random.default_rng(1)
    targets = random.integers(0, 3, 60)
    inputs = (random.normal(size=(60, 2)) + np.array([[0, 6], [6, -6], [-6, -6]])[targets]).round(2).astype(np.float32)
    learned = parameters(learn(inputs, targets, epochs=10, outputs=3))
    for kind in range(3):
        expected = rosenblatt(inputs, (targets == kind).astype(np.int64), epochs=10)
        np.testing.assert_allclose(learned[kind], expected, atol=1e-4)
    scores = inputs @ learned[:, :2].T + learned[:, 2]
    assert (scores.argmax(axis=1) == targets).all()


def test_the_criterion_is_the_size_of_a_wrong_score() -> None:
    scores = torch.tensor([2.0, 2.0, -3.0, -3.0, 0.0])
    losses = step_losses(scores, torch.tensor([1, 0, 1, 0, 0]))
    assert losses.tolist() == [0, 2, 3, 0, 0]


@pytest.mark.slow
def test_a_perceptron_trains_by_its_own_rule_and_it_is_said(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    labels = np.arange(160) % 2
    pictures = (random.integers(0, 40, (160, 4, 4)) + 150 * labels[:, None, None]).astype(np.uint8)
    data = dataset_from_arrays(pictures, [f"c{label}" for label in labels], name="bright", val=0.3)
    run = api.train(data, model="perceptron", epochs=4, runs_dir=tmp_path)
    recipe = run.record.recipe
    assert (
        recipe.objective.loss,
        recipe.optimization.optimizer,
        recipe.learning_rate.lr,
        recipe.batches.batch,
        recipe.optimization.momentum,
    ) == ("perceptron", "sgd", 1, 1, 0)
    assert "learning rule" in [decision.name for decision in run.record.decisions]
    assert run.evaluations[-1].metrics["accuracy"].value == 1.0


def test_a_perceptron_answers_no_numbers(tmp_path: Path) -> None:
    data = dataset_from_table({"x": np.arange(30.0)}, np.arange(30.0), name="line")
    with pytest.raises(RecipeError, match="Use --model linear"):
        api.train(data, model="perceptron", runs_dir=tmp_path)
