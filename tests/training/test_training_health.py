"""Looking at a training's health changes nothing, and says what is wrong where something is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import pellucid
from pellucid import api
from pellucid.data import Dataset, dataset_from_arrays
from pellucid.errors import RunError
from pellucid.runs import EpochHealth, LayerHealth, RunFolder, judge
from pellucid.training.health import HealthPlan, last_update

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return pellucid.load_dataset("digits")


def kinds(run: pellucid.Run) -> list[str]:
    return [finding.kind for finding in run.health.findings]


def test_a_healthy_lenet5_has_no_finding(digits: Dataset, tmp_path: Path) -> None:
    run = pellucid.train(digits, model="lenet5", epochs=3, runs_dir=tmp_path)
    assert kinds(run) == []
    looks = run.health.epochs
    assert [look.epoch for look in looks] == [0, 1, 3]
    assert looks[-1].loss < looks[0].loss
    names = [layer.name for layer in looks[0].layers]
    assert names[:2] == ["conv1", "act1"]
    assert looks[0].layers[0].update_ratio is None
    assert 1e-5 < (looks[1].layers[0].update_ratio or 0) < 1e-1


def test_weights_are_the_same_bits_with_and_without(digits: Dataset, tmp_path: Path) -> None:
    runs = [
        pellucid.train(digits, model="cnn", epochs=2, dropout=0.2, health=health, runs_dir=tmp_path)
        for health in (True, False)
    ]
    assert runs[0].history[-1]["train_loss"] == runs[1].history[-1]["train_loss"]
    weights = [dict(run.predictor.model.state_dict()) for run in runs]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not runs[1].folder.health()
    with pytest.raises(RunError, match="was not looked at"):
        _ = runs[1].health


def test_after_a_resume_the_looks_are_the_same(digits: Dataset, tmp_path: Path) -> None:
    # A perceptron steps after each example: a few of them are enough.
    pixels = [digits.inputs.pixels(index) for index in range(200)]  # type: ignore[attr-defined]
    few = dataset_from_arrays(np.stack(pixels), digits.targets[:200], name="few")
    whole = pellucid.train(few, model="perceptron", epochs=4, runs_dir=tmp_path, name="whole")

    def stop(engine: object, row: dict[str, float]) -> None:
        if row["epoch"] == 2 and "armed" in armed:
            armed.clear()
            raise KeyboardInterrupt

    armed = {"armed"}
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(few, model="perceptron", epochs=4, runs_dir=tmp_path, name="cut", callbacks=[stop])
    resumed = api.resume(tmp_path / "cut", data=few, callbacks=[stop])
    assert resumed.folder.health() == whole.folder.health()


class Deep(nn.Module):
    """Ten dense layers with sigmoids, begun as PyTorch begins them: small."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(
            nn.Flatten(), *(part for _ in range(10) for part in (nn.LazyLinear(32), nn.Sigmoid())), nn.LazyLinear(10)
        )
        self.layers(torch.zeros(1, 1, 8, 8))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        outputs: torch.Tensor = self.layers(pictures)
        return outputs


def test_sigmoids_upon_sigmoids_let_the_gradient_vanish(digits: Dataset, tmp_path: Path) -> None:
    run = pellucid.train(digits, model=Deep(), epochs=2, runs_dir=tmp_path)
    (finding,) = [one for one in run.health.findings if one.kind == "vanishing"]
    assert finding.layers == ("layers.1", "layers.21")
    assert "ReLU" in finding.advice


def test_a_huge_rate_kills_the_relus(digits: Dataset, tmp_path: Path) -> None:
    run = pellucid.train(digits, model="lenet5", lr=3.0, optimizer="sgd", epochs=2, runs_dir=tmp_path)
    assert "dead" in kinds(run)
    assert "vanishing" not in kinds(run)  # nothing comes through a dead layer: that is said once


def test_a_rate_beyond_all_bounds_diverges(digits: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="diverged"):
        pellucid.train(digits, model="lenet5", lr=1e30, optimizer="sgd", clip=None, epochs=2, runs_dir=tmp_path)
    run = pellucid.open_run(next(tmp_path.iterdir()))
    assert kinds(run)[0] == "diverged"


class Various(nn.Module):
    """Activations called in every way there is."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.one, self.two = nn.Conv2d(1, 4, 3), nn.Linear(144, 10)
        self.six = nn.ReLU6(inplace=True)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        x = self.six(self.one(pictures))
        x = nn.functional.silu(nn.functional.gelu(x).sigmoid().tanh().relu())
        x = nn.functional.hardswish(nn.functional.hardtanh(x))
        outputs: torch.Tensor = self.two(x.flatten(1))
        return outputs


def test_activations_are_seen_once_however_they_are_called(digits: Dataset, tmp_path: Path) -> None:
    run = pellucid.train(digits, model=Various(), epochs=1, runs_dir=tmp_path)
    layers = run.health.epochs[0].layers
    names = ["one", "six", "gelu", "sigmoid", "tanh", "relu", "silu", "hardtanh", "hardswish", "two"]
    assert [layer.name for layer in layers] == names
    assert [layer.name for layer in layers if layer.dead is not None] == ["six", "relu"]
    assert [layer.name for layer in layers if layer.saturated is not None] == ["sigmoid", "tanh"]


def look(**layer: float) -> EpochHealth:
    layers = (
        LayerHealth(name="a", operator="Linear", output_mean=0, output_std=1, weight_rms=1, output_gradient=1, **layer),
        LayerHealth(name="b", operator="Linear", output_mean=0, output_std=1, weight_rms=1, output_gradient=1),
    )
    return EpochHealth(epoch=1, examples=64, loss=1.0, learning_rate=0.1, layers=layers)


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        ({"update_ratio": 0.5}, "too-fast"),
        ({"update_ratio": 1e-7}, "too-slow"),
        ({"saturated": 0.8}, "saturated"),
        ({"dead": 0.5}, "dead"),
        ({"output_gradient": 1e-5}, "vanishing"),
        ({"output_gradient": 1e5}, "exploding"),
        ({"update_ratio": 1e-3, "dead": 0.3, "saturated": 0.2}, None),
    ],
)
def test_each_threshold_has_its_finding(layer: dict[str, float], kind: str | None) -> None:
    first = look().layers[0].model_copy(update=layer)
    found = judge([look().model_copy(update={"layers": (first, look().layers[1])})], learning_rate=0.1)
    assert [one.kind for one in found.findings] == ([kind] if kind else [])
    assert all(one.source and one.advice for one in found.findings)


def test_a_new_head_that_starts_from_zero_is_not_called_too_fast() -> None:
    fast = look(update_ratio=0.2)
    zero = fast.layers[0].model_copy(update={"weight_rms": 0.0, "update_ratio": None})
    start = fast.model_copy(update={"epoch": 0, "learning_rate": 0.0, "layers": (zero, fast.layers[1])})
    assert judge([start, fast], learning_rate=0.1).findings == ()
    later = fast.model_copy(update={"epoch": 5})
    assert [one.kind for one in judge([start, fast, later], learning_rate=0.1).findings] == ["too-fast"]


@pytest.mark.parametrize("ratios", [(0.5, 2e-8), (0.5, 1e-3, 1e-8, 1e-9, 1e-9), (0.5, 0.0, 0.0)])
def test_what_takes_large_steps_at_first_and_arrives_is_neither_too_fast_nor_too_slow(
    ratios: tuple[float, ...],
) -> None:
    looks = [look(update_ratio=ratio).model_copy(update={"epoch": epoch}) for epoch, ratio in enumerate(ratios, 1)]
    assert judge(looks, learning_rate=0.1).findings == ()


def test_a_schedules_end_is_not_called_slow() -> None:
    late = look(update_ratio=1e-9).model_copy(update={"learning_rate": 1e-6})
    assert judge([late], learning_rate=0.1).findings == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda weights: torch.optim.SGD(weights, lr=0.1, weight_decay=0.1),
        lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
        lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9, nesterov=True),
        lambda weights: torch.optim.RMSprop(weights, lr=0.1),
        lambda weights: torch.optim.RMSprop(weights, lr=0.1, momentum=0.9),
        lambda weights: torch.optim.Adam(weights, lr=0.1),
        lambda weights: torch.optim.AdamW(weights, lr=0.1, weight_decay=0.1),
    ],
)
def test_the_last_update_is_what_the_optimizer_subtracted(make: object) -> None:
    weight = nn.Parameter(torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))
    optimizer = make([weight])  # type: ignore[operator]
    assert last_update(optimizer, weight) is None
    for _ in range(3):
        before = weight.detach().clone()
        optimizer.zero_grad()
        (weight**2).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    update = last_update(optimizer, weight)
    assert update is not None
    # Decay is taken of the weight after the step, a hair off.
    assert np.allclose(update.detach().numpy(), (before - weight.detach()).numpy(), rtol=0.02, atol=2e-3)


def test_looks_cost_a_hundredth_of_the_examples() -> None:
    assert HealthPlan.of(60_000) == HealthPlan(64, 1)
    assert HealthPlan.of(1437) == HealthPlan(64, 5)
    assert HealthPlan.of(40) == HealthPlan(40, 100)


def test_a_damaged_or_newer_file_is_refused(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.health() == []
    (tmp_path / "health.jsonl").write_text('{"schema_version": 99}\n', encoding="utf-8")
    with pytest.raises(RunError, match="schema version 99"):
        folder.health()
    (tmp_path / "health.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="is damaged"):
        folder.health()
