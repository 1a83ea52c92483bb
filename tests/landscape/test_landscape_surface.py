from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import pellucid
from pellucid import api
from pellucid.data import dataset_from_arrays
from pellucid.errors import RecipeError, RunError
from pellucid.kinds import ClassTarget, Form, LabelsTarget, Target, ValueTarget
from pellucid.landscape import Landscape, draw_direction, measure_landscape
from pellucid.models import ModelOptions, build_model, fold_norms
from pellucid.tasks import Batch, build_task, default_task


def test_every_filter_of_a_direction_is_as_long_as_the_networks_own() -> None:
    model = build_model("resnet8", form=Form(shape=(3, 16, 16)), outputs=10, options=ModelOptions(), seed=0)
    direction = draw_direction(model, torch.Generator().manual_seed(0))
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            own, drawn = parameter.detach().flatten(1).norm(dim=1), direction[name].flatten(1).norm(dim=1)
            torch.testing.assert_close(drawn, own, rtol=1e-4, atol=1e-6)
        else:
            assert not direction[name].any(), name


def test_a_direction_is_a_function_of_the_seed() -> None:
    model = nn.Linear(5, 3)
    first, again, other = (draw_direction(model, torch.Generator().manual_seed(seed))["weight"] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_surface_of_a_linear_network_is_the_one_computed_by_hand() -> None:
    """Mean squared error of W x against y, at W + a D1 + b D2."""
    torch.manual_seed(0)
    model = nn.Linear(4, 1, bias=False)
    inputs, targets = torch.randn(30, 4), torch.randn(30)
    steps, losses, _ = measure_landscape(
        model,
        build_task("regression", ValueTarget(name="y")),
        Batch(inputs, targets, torch.arange(30)),
        size=5,
        reach=2.0,
        seed=3,
    )
    generator = torch.Generator().manual_seed(3)
    first, second = (draw_direction(model, generator)["weight"] for _ in range(2))
    assert steps.tolist() == [-2, -1, 0, 1, 2]
    for row, up in enumerate(steps.tolist()):
        for column, along in enumerate(steps.tolist()):
            moved = model.weight.detach() + along * first + up * second
            expected = float(((inputs @ moved.T).squeeze(1) - targets).square().mean())
            assert losses[row, column] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("target", "targets"),
    [
        (ClassTarget(classes=("a", "b")), torch.tensor([0, 1] * 6)),
        (ClassTarget(classes=("a", "b", "c")), torch.tensor([0, 1, 2] * 4)),
        (LabelsTarget(classes=("a", "b")), torch.tensor([[0, 1], [1, 1]] * 6)),
        (ValueTarget(name="y"), torch.linspace(-1, 1, 12)),
    ],
    ids=["binary", "single-label", "multi-label", "regression"],
)
def test_the_middle_is_the_tasks_own_loss_and_the_model_stays_as_it_was(target: Target, targets: torch.Tensor) -> None:
    torch.manual_seed(0)
    task = build_task(default_task(target), target)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(64, task.output_width),
    ).train()
    batch = Batch(torch.randn(12, 1, 6, 6), targets, torch.arange(12))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    told: list[tuple[int, int]] = []
    _, losses, _ = measure_landscape(model, task, batch, size=3, seed=0, watch=lambda *each: told.append(each))
    assert told[-1] == (9, 9)
    assert model.training
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    with torch.no_grad():
        own = float(task.measure({"model": model.eval()}, batch)["loss"]) / 12
    assert losses[1, 1] == pytest.approx(own, rel=1e-6)
    assert len(np.unique(losses)) == 9


def test_in_parts_it_is_what_it_is_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from pellucid.landscape import surface

    model = nn.Sequential(nn.Flatten(), nn.Linear(8, 3))
    task = build_task("single-label", ClassTarget(classes=("a", "b", "c")))
    batch = Batch(torch.randn(10, 8), torch.arange(10) % 3, torch.arange(10))
    _, whole, _ = measure_landscape(model, task, batch, size=3)
    monkeypatch.setattr(surface, "PART_NUMBERS", 24)
    _, parts, _ = measure_landscape(model, task, batch, size=3)
    np.testing.assert_allclose(parts, whole, rtol=1e-6)


def lived_in_resnet() -> nn.Module:
    model = build_model("resnet8", form=Form(shape=(3, 16, 16)), outputs=3, options=ModelOptions(), seed=0)
    chance = torch.Generator().manual_seed(1)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            assert isinstance(part.running_mean, torch.Tensor)
            assert isinstance(part.running_var, torch.Tensor)
            for tensor in (part.running_mean, part.bias.data):
                tensor.normal_(0, 0.3, generator=chance)
            for tensor in (part.running_var, part.weight.data):
                tensor.uniform_(0.5, 2, generator=chance)
    return model


def test_a_surface_with_folded_normalisations_is_the_networks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from pellucid.landscape import surface

    model = lived_in_resnet()
    task = build_task("single-label", ClassTarget(classes=("a", "b", "c")))
    inputs = torch.randn(40, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    batch = Batch(inputs, torch.arange(40) % 3, torch.arange(40))
    folds: list[bool] = []

    def counted(*given: Any, **named: Any) -> nn.Module | None:
        folded = fold_norms(*given, **named)
        folds.append(folded is not None)
        return folded

    monkeypatch.setattr(surface, "fold_norms", counted)
    _, quick, _ = measure_landscape(model, task, batch, size=5, reach=1.5)
    monkeypatch.setattr(surface, "fold_norms", lambda *_, **__: None)
    _, plain, _ = measure_landscape(model, task, batch, size=5, reach=1.5)
    assert folds == [True, True, True]
    np.testing.assert_allclose(quick, plain, rtol=1e-4)
    assert plain.max() > 1.5 * plain.min()  # the places differ by far more than that


@pytest.mark.parametrize(("size", "reach"), [(4, 1.0), (1, 1.0), (5, 0.0), (5, -1.0), (5, float("nan"))])
def test_a_grid_without_a_middle_is_refused(size: int, reach: float) -> None:
    batch = Batch(torch.zeros(1, 2), torch.zeros(1), torch.zeros(1))
    with pytest.raises(RecipeError):
        measure_landscape(
            nn.Linear(2, 1), build_task("regression", ValueTarget(name="y")), batch, size=size, reach=reach
        )


def bowl(sign: float = 1.0) -> Landscape:
    steps = np.linspace(-1, 1, 5)
    losses = 1 + sign * (steps[None] ** 2 + steps[:, None] ** 2)
    return Landscape("r", "m", "train", 10, 0, "loss", steps, losses, 1.0)


def test_a_bowl_is_smooth_and_a_dome_is_not() -> None:
    assert bowl().roughness() == 0
    assert bowl(-0.1).roughness() == 1
    assert bowl().share_below(1.5) == pytest.approx(9 / 25)
    broken = bowl()
    broken.losses[0, 0] = np.inf
    assert broken.to_dict()["losses"][0][0] is None
    assert broken.roughness() == 0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[api.Run]:
    generator = np.random.default_rng(7)
    pictures = generator.integers(0, 90, (120, 8, 8), dtype=np.uint8)
    labels = [("left", "right", "none")[place % 3] for place in range(120)]
    for picture, label in zip(pictures, labels, strict=True):
        picture[2:6, {"left": slice(0, 3), "right": slice(5, 8), "none": slice(0, 0)}[label]] += 120
    dataset = dataset_from_arrays(pictures, labels, name="sides")
    folder: Path = tmp_path_factory.mktemp("runs")
    return [
        pellucid.train(dataset, model=model, epochs=2, batch=32, runs_dir=folder) for model in ("resnet8", "linear")
    ]


@pytest.mark.slow
def test_the_middle_is_the_loss_that_the_training_wrote_down(runs: list[api.Run]) -> None:
    found = api.landscape(runs[0], split="val", size=3, limit=1000).shown[0]
    best = runs[0].record.best
    assert best is not None
    assert found.centre == pytest.approx(best.loss, rel=1e-4)


@pytest.mark.slow
def test_two_runs_are_measured_on_the_same_examples_and_the_same_seed_repeats_it(runs: list[api.Run]) -> None:
    told: list[tuple[int, int]] = []
    both = api.landscape(*runs, size=3, limit=30, watch=lambda *each: told.append(each))
    assert told[-1] == (18, 18)
    assert [one.n for one in both.shown] == [30, 30]
    again = api.landscape(runs[0], size=3, limit=30).shown[0]
    np.testing.assert_array_equal(again.losses, both.shown[0].losses)


@pytest.mark.slow
def test_the_sealed_split_and_other_data_are_refused(runs: list[api.Run], tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="sealed"):
        api.landscape(runs[0], split="test", size=3)
    other = pellucid.train("iris", model="linear", epochs=1, runs_dir=tmp_path)
    with pytest.raises(RunError, match="not of the same data"):
        api.landscape(runs[0], other, size=3)
