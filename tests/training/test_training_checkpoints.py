"""Checkpoints from strangers: whatever does not fit is said in words, before anything is changed or computed with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from torch import Tensor, nn

from pellucid.errors import RunError
from pellucid.files import save_tensors
from pellucid.runs.sections import OptimizerName
from pellucid.tasks import SingleLabel
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches
from pellucid.training.checkpoint import load_checkpoint, load_weights, save_checkpoint, save_weights

Tensors = dict[str, Tensor]
RULES: dict[str, OptimizerSettings] = {
    "adamw": OptimizerSettings("adamw"),
    "adam": OptimizerSettings("adam"),
    "rmsprop": OptimizerSettings("rmsprop", momentum=0.9),
    "momentum": OptimizerSettings("sgd", momentum=0.9),
    "sgd": OptimizerSettings("sgd"),
}


def make_engine(rule: str = "adamw", *, ema: float | None = 0.9, epochs: int = 4) -> Engine:
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(24, 4, generator=generator)
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3))
    source = TensorBatches(inputs, inputs[:, :3].argmax(1), torch.arange(24), torch.device("cpu"))
    course = Schedule("constant", 0.05, num_steps=3 * epochs, steps_per_epoch=3, warmup_epochs=0.0)
    settings = EngineSettings(epochs=epochs, batch_size=8, optimizer=RULES[rule], schedule=course, ema=ema)
    return Engine(SingleLabel(3), {"model": model}, source, source, settings, torch.device("cpu"))


def checkpoint(path: Path, rule: str = "adamw") -> Engine:
    engine = make_engine(rule)
    for _ in range(2):
        engine.run_epoch()
    save_checkpoint(path, engine)
    return engine


def rewrite(path: Path, change: Callable[[Tensors], object], standing: object = None) -> None:
    with safe_open(path, "pt") as file:
        metadata, tensors = file.metadata(), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    change(tensors)
    if standing is not None:
        metadata["standing"] = standing if isinstance(standing, str) else json.dumps(standing)
    save_tensors(path, {key: value.contiguous() for key, value in tensors.items()}, metadata)


def everything(engine: Engine) -> list[Tensor]:
    return [tensor.clone() for tensor in engine.models["model"].state_dict().values()]


FIRST = "optimizer/all/0"
DAMAGE: dict[str, Callable[[Tensors], object]] = {
    "a state of one number": lambda t: t.update({f"{FIRST}/exp_avg": torch.zeros(1)}),
    "an empty state": lambda t: t.update({f"{FIRST}/exp_avg": torch.zeros(0)}),
    "a state turned over": lambda t: t.update({f"{FIRST}/exp_avg_sq": t[f"{FIRST}/exp_avg_sq"].T.clone()}),
    "a state that is too long": lambda t: t.update({f"{FIRST}/exp_avg": torch.zeros(600, 400)}),
    "a state of whole numbers": lambda t: t.update({f"{FIRST}/exp_avg": torch.zeros(6, 4, dtype=torch.int8)}),
    "a state of NaN": lambda t: t[f"{FIRST}/exp_avg"].fill_(float("nan")),
    "a negative square": lambda t: t[f"{FIRST}/exp_avg_sq"].fill_(-1.0),
    "half a state": lambda t: t.pop(f"{FIRST}/exp_avg_sq"),
    "no step": lambda t: t.pop(f"{FIRST}/step"),
    "a step of a vector": lambda t: t.update({f"{FIRST}/step": torch.ones(3)}),
    "the step 0": lambda t: t.update({f"{FIRST}/step": torch.tensor(0.0)}),
    "no states at all": lambda t: [t.pop(key) for key in list(t) if key.startswith("optimizer")],
    "a state of a parameter that is not": lambda t: t.update({"optimizer/all/99/exp_avg": torch.zeros(1)}),
    "a state without a number": lambda t: t.update({"optimizer/all/x/exp_avg": torch.zeros(1)}),
    "a negative number": lambda t: t.update({"optimizer/all/-1/exp_avg": torch.zeros(3)}),
    "a state of no phase": lambda t: t.update({"optimizer/none/0/exp_avg": torch.zeros(1)}),
    "an unknown state": lambda t: t.update({f"{FIRST}/max_exp_avg_sq": torch.zeros(6, 4)}),
    "a key that says nothing": lambda t: t.update({"optimizer": torch.zeros(1)}),
    "weights of NaN": lambda t: t["model/model/0.weight"].fill_(float("nan")),
    "an infinite bias": lambda t: t["model/model/3.bias"][:1].fill_(float("inf")),
    "a negative variance": lambda t: t["model/model/1.running_var"].fill_(-1.0),
    "a missing weight": lambda t: t.pop("model/model/0.bias"),
    "an average of another shape": lambda t: t.update({"average/model/0.weight": torch.zeros(1)}),
    "an average of NaN": lambda t: t["average/model/0.weight"].fill_(float("nan")),
    "a missing average": lambda t: t.pop("average/model/0.weight"),
    "no count of averages": lambda t: t.pop("average"),
    "a count of averages that is many": lambda t: t.update({"average": torch.arange(4)}),
    "a negative count": lambda t: t.update({"average": torch.tensor(-1)}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_checkpoint_that_does_not_fit_is_refused_and_changes_nothing(
    tmp_path: Path, damage: Callable[[Tensors], object]
) -> None:
    path = tmp_path / "last.safetensors"
    checkpoint(path)
    rewrite(path, damage)
    engine = make_engine()
    before = everything(engine)
    with pytest.raises(RunError, match=r"last\.safetensors' do not fit the model: "):
        load_checkpoint(path, engine)
    assert all(torch.equal(*pair) for pair in zip(before, everything(engine), strict=True))
    assert engine.state.epoch == 0
    assert not engine.optimizers["all"].state


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("other", RULES)
def test_states_of_another_rule_are_refused_and_the_own_ones_are_taken(tmp_path: Path, rule: str, other: str) -> None:
    path = tmp_path / "last.safetensors"
    whole = checkpoint(path, rule)
    engine = make_engine(other)
    if {rule, other} <= {"adam", "adamw"} or rule == other:
        load_checkpoint(path, engine)
        assert all(torch.equal(*pair) for pair in zip(everything(whole), everything(engine), strict=True))
        if rule == other:
            for each in (whole, engine):
                each.run_epoch()
            assert all(torch.equal(*pair) for pair in zip(everything(whole), everything(engine), strict=True))
    else:
        with pytest.raises(RunError, match="do not fit the model"):
            load_checkpoint(path, engine)


GOOD: dict[str, Any] = {
    "epoch": 2,
    "best": {"epoch": 2, "metric": "accuracy", "value": 0.5, "loss": 1.0},
    "top": 0.5,
    "training_seconds": 1.0,
    "epoch_seconds": 0.5,
    "micro_batch": None,
    "validation_batch": None,
    "stopped": False,
}


@pytest.mark.parametrize(
    "standing",
    [
        "{",
        "",
        "[]",
        "null",
        "7",
        '"x"',
        "[" * 50_000,
        {},
        {"epoch": 2},
        GOOD | {"epoch": -1},
        GOOD | {"epoch": 10**30},
        GOOD | {"epoch": 99},
        GOOD | {"epoch": "two"},
        GOOD | {"epoch": 1.5},
        GOOD | {"micro_batch": 0},
        GOOD | {"validation_batch": -4},
        GOOD | {"training_seconds": float("nan")},
        GOOD | {"epoch_seconds": -1},
        GOOD | {"best": []},
        GOOD | {"best": {"epoch": 1}},
        GOOD | {"best": GOOD["best"] | {"epoch": 4}},
        GOOD | {"best": GOOD["best"] | {"metric": "r2"}},
        GOOD | {"stopped": "perhaps"},
        GOOD | {"unknown": 1},
    ],
    ids=lambda standing: str(standing)[:60],
)
def test_a_standing_that_cannot_be_is_said_in_words(tmp_path: Path, standing: object) -> None:
    path = tmp_path / "last.safetensors"
    checkpoint(path)
    rewrite(path, lambda tensors: None, standing)
    with pytest.raises(RunError, match=r"last\.safetensors"):
        load_checkpoint(path, make_engine())


def test_a_checkpoint_without_a_standing_or_of_other_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    save_weights(path, make_engine().models)
    with pytest.raises(RunError, match="does not say where its training stands"):
        load_checkpoint(path, make_engine())
    for content in (b"", b"\xff" * 8, b"\x10" + b"\0" * 7 + b'{"a": 1}', b"PK\3\4 no"):
        path.write_bytes(content)
        with pytest.raises(RunError, match="Cannot read the checkpoint"):
            load_checkpoint(path, make_engine())
        with pytest.raises(RunError, match="Cannot read the checkpoint"):
            load_weights(path, make_engine().models)


def test_an_average_that_the_recipe_does_not_keep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    checkpoint(path)
    with pytest.raises(RunError, match="unknown"):
        load_checkpoint(path, make_engine(ema=None))


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_a_checkpoint_before_the_first_step_is_whole(tmp_path: Path, name: OptimizerName) -> None:
    path = tmp_path / "last.safetensors"
    save_checkpoint(path, make_engine(name))
    engine = make_engine(name)
    load_checkpoint(path, engine)
    assert engine.state.epoch == 0
